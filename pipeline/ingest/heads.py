"""What a document says of itself at its head, as fields: symbol, distribution, date, session, agenda item, title.

Works on paragraphs, so one reading serves PDF, DOCX, Markdown with front matter, and text.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.records import DateBasis, Masthead, Paragraph

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_MONTH = "(?P<month>" + "|".join(_MONTHS) + ")"
_DATE = re.compile(rf"(?:(?P<day>\d{{1,2}}) )?{_MONTH},? (?P<year>\d{{4}})\*{{0,4}}", re.IGNORECASE)
_AMERICAN_DATE = re.compile(rf"{_MONTH} (?P<day>\d{{1,2}}), (?P<year>\d{{4}})", re.IGNORECASE)
_ADOPTED = re.compile(
    rf"(?:(?:resolution|decision) )?(?:adopted .*?\bon|\d+ \(\d{{4}}\) of) (?:\d+ and )?"
    rf"(?P<date>\d+ {_MONTH} \d{{4}})\b.*",
    re.IGNORECASE,
)
# "A/81/6 (Sect. 13)/Part A*", "S/RES/9999 (2002)", "CCPR/C/NOR/CO/7"
_SYMBOL = re.compile(
    r"(?P<symbol>[A-Z]{1,6}(?:/[A-Z0-9][\w.-]*(?:\(\w+\))?)+"
    r"(?: ?\((?:Sect\. \d+|Part [IVX]+|Vol\. [IVX]+|\d{4})\))?(?:/Part [A-Z])?)\*{0,4}"
)
_DISTRIBUTION = re.compile(r"Distr(?:\.|ibution) ?:? ?(?P<distribution>[A-Za-z]+)")
_LANGUAGE = re.compile(r"Original ?: ?(?P<language>[A-Z][a-z]+(?:/[A-Z][a-z]+)*)", re.IGNORECASE)
# words that end in -st, -nd, -rd or -th are ordinals: "Sixty-fifth session", "Tenth emergency special session"
_SESSION = re.compile(
    r"(?P<session>(?:Resumed )?(?:One hundred (?:and )?)?(?:[A-Z]?[a-z]+-)?[A-Z]?[a-z]*(?:st|nd|rd|th)(?: [a-z]+){0,2}"
    r" (?:session|year)|\d+(?:st|nd|rd|th) (?:[a-z]+ )?session|\d{4} (?:[a-z]+ )?session|Substantive session of \d{4})"
)
_NUMBER = r"\d+(?: ?\([a-z]{1,2}\))*"
_ITEM = re.compile(
    rf"(?:Agenda items?|Items?) (?P<item>{_NUMBER}(?:(?:,? and |, |[–-])(?:{_NUMBER}|\([a-z]{{1,2}}\)))*)"
    r"(?: of the (?:[a-z]+ ){1,2}?(?:list|agenda)\*{0,4})?"
)
_NUMBERED_TITLE = re.compile(r"\d+/(?:\d+|[A-Z]+)\. ?(?P<title>\S.*)")
_COUNCIL_TITLE = re.compile(r"(?P<title>resolution \d+ \(\d{4}\))(?: of .*)?\W*", re.IGNORECASE)
_FRONT_ROW = re.compile(r"(?P<key>[a-z][a-z_]{2,30}):\s?(?P<value>.*)")
_TEXT_BEGINS = re.compile(
    r"\* |(?:The|We) [A-Z][\w ]+,$|(?:contents|page|summary|introduction|background|abstract|foreword|annex\b.*)$"
    r"|.*(?:\. ?){5}|(?:I|1|A)\.\s",
    re.IGNORECASE,
)
# of the head, but no title: organs, dates of a session, "[on the report of ...]", job numbers, place and date
_NO_TITLE = re.compile(
    rf"\[.*|United Nations|GE\.\d\d.*|[\d*\s-]+(?:\([A-Z]\))?\W*|.*\b\d{{1,2}}(?: (?i:{_MONTH[10:-1]}))?(?: \d{{4}})?"
    rf" ?[–-] ?\d{{1,2}} (?i:{_MONTH[10:-1]}) \d{{4}}"
    r"|(?:General Assembly|Security Council|Human Rights Council|Economic and Social Council|(?:Sub-?)?[Cc]ommission on"
    r"|Committee (?:on|against)|Working Group on)\b[A-Za-z ]*"
)
# a row that holds several fields is cut before the first group and after the second
_CUTS = re.compile(
    r"(?<=\S) (?=Distr\.|Original ?:|(?:Agenda items?|Items?) \d)"
    r"|(?<=United Nations) (?=[A-Z]{1,6}/)|(?<=[a-z] session) (?=[A-Z\d])"
    r"|(?<=\d{4}) (?=[A-Z])|(?<=\S) (?=(?:General Assembly|Security Council|Human Rights Council) )"
)
_LONGEST_HEAD = 40  # paragraphs
_LONGEST_ROW = 300  # characters; running text that follows without a heading is longer


def read_masthead(paragraphs: Sequence[Paragraph], source: str) -> Masthead:
    """The fields at the head of a document; "" where it does not say.

    `paragraphs` are the document's, from its first on. What is printed wins over front matter, but for symbol and
    title. The date is ISO, its basis "printed" or "metadata" (front matter). A title of several lines has them joined
    by ": ", as the library of the United Nations does; of papers without a masthead only the first line is taken.
    """
    stated = dict(read_front_matter(paragraphs))
    rows = list(take_rows(paragraphs))
    date = find_date(rows)
    basis: DateBasis = "printed" if date else "metadata"
    return Masthead(
        source=source,
        symbol=stated.get("symbol") or _find(_SYMBOL, rows, "symbol"),
        distribution=_find_distribution(rows) or stated.get("distribution", ""),
        date=date or stated.get("date", ""),
        date_basis=basis if date or stated.get("date") else "",
        language=_find(_LANGUAGE, rows, "language") or stated.get("original_language", ""),
        session=_find_session(rows) or stated.get("session", ""),
        agenda_item=_find(_ITEM, rows, "item") or stated.get("agenda_item", ""),
        title=stated.get("title", "").rstrip(" :")
        or (find_title(rows) if has_masthead(rows) else find_first_line(rows)),
    )


def has_masthead(rows: Sequence[str]) -> bool:
    """Does the head name what only documents of the United Nations have?"""
    return any(pattern.fullmatch(row) for row in rows for pattern in (_SYMBOL, _DISTRIBUTION, _ADOPTED, _COUNCIL_TITLE))


def read_front_matter(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[str, str]]:
    """The "key: value" rows of Markdown's front matter, which come first; other rows end them."""
    for paragraph in paragraphs:
        row = _FRONT_ROW.fullmatch(paragraph.text) if paragraph.kind == "masthead" else None
        if row is None:
            return
        yield row["key"], row["value"].replace('\\"', '"').strip()


def take_rows(paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    """The rows before the text begins, one field each; front matter and footnotes are left out."""
    for paragraph in paragraphs[:_LONGEST_HEAD]:
        if paragraph.kind in ("footnote", "running_head") or _is_front_row(paragraph):
            continue
        text = " ".join(paragraph.text.split())
        opens = paragraph.kind != "masthead" and (paragraph.label or len(text) > _LONGEST_ROW)
        if opens or paragraph.kind in ("table_cell", "caption") or _TEXT_BEGINS.match(text):
            return
        yield from split_row(text)


def _is_front_row(paragraph: Paragraph) -> bool:
    return paragraph.kind == "masthead" and _FRONT_ROW.fullmatch(paragraph.text) is not None


def split_row(text: str) -> list[str]:
    """One field a row: "Distr.: General 5 May 2025" holds two, "Eightieth session Agenda item 7 Peace" three."""
    rows = []
    for part in _CUTS.split(text):
        head = _DISTRIBUTION.match(part) or _LANGUAGE.match(part) or _ITEM.match(part)
        rows += [part[: head.end()], part[head.end() :].strip()] if head else [part]
    return [row for row in rows if row]


def find_date(rows: Sequence[str]) -> str:
    """The date that stands alone on a row, as ISO; else the one on which the text was adopted."""
    for row in rows:
        match = _DATE.fullmatch(row) or _AMERICAN_DATE.fullmatch(row)
        if match:
            return _write_date(match)
    adopted = next((match["date"] for row in rows if (match := _ADOPTED.fullmatch(row))), "")
    match = _DATE.fullmatch(adopted)
    return _write_date(match) if match else ""


def _write_date(match: re.Match[str]) -> str:
    """ISO, to the day or the month that is printed."""
    month = _MONTHS.index(match["month"].lower()) + 1
    return f"{match['year']}-{month:02}" + (f"-{int(match['day']):02}" if match["day"] else "")


def _find(pattern: re.Pattern[str], rows: Sequence[str], field: str) -> str:
    """The field of the first row that is nothing but it."""
    return next((match[field] for row in rows if (match := pattern.fullmatch(row))), "")


def _find_distribution(rows: Sequence[str]) -> str:
    """The distribution; until 1998 it was printed under "Distr."."""
    pairs = [f"{row} {below}" for row, below in pairwise(rows)]
    return _find(_DISTRIBUTION, [*rows, *pairs], "distribution")


def _find_session(rows: Sequence[str]) -> str:
    """The session; the name of a working group may stand before it on its row."""
    found = (re.fullmatch(rf"(?:.* )??{_SESSION.pattern}", row) for row in rows)
    return next((match["session"] for match in found if match), "")


def find_title(rows: Sequence[str]) -> str:
    """The title: behind the resolution's number, else all that follows the fields of the head.

    The title of the agenda item stands between the item and the title proper: as many rows as there are items are
    taken off, while one is left.
    """
    numbered = _find(_NUMBERED_TITLE, rows, "title") or _find(_COUNCIL_TITLE, rows, "title")
    if numbered:
        return numbered.rstrip(" *")
    last = max((place for place, row in enumerate(rows) if _is_field(row)), default=-1)
    titles = [row.rstrip(" *") for row in rows[last + 1 :] if not _NO_TITLE.fullmatch(row)]
    item = _find(_ITEM, rows, "item")
    named = min(len(re.findall(_NUMBER, item)), max(0, len(titles) - 1))
    return ": ".join(titles[named:])


def find_first_line(rows: Sequence[str]) -> str:
    """The first line that is no date, while no sentence has come."""
    first = next((row for row in rows if not _is_field(row)), "")
    return "" if first.endswith((".", ":", ";", ",")) else first.rstrip(" *")


def _is_field(row: str) -> bool:
    patterns = (_SYMBOL, _DISTRIBUTION, _LANGUAGE, _DATE, _ITEM)
    return any(pattern.fullmatch(row) for pattern in patterns) or bool(_find_session([row]))
