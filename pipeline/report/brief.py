"""brief.md: one page for somebody who has to speak tomorrow: what may be said, what must not, what is missing."""

from collections.abc import Sequence

from pipeline.case import Case
from pipeline.records import AskFate, Evidence
from pipeline.report.joins import SpanRow, join_spans, name_clause
from pipeline.report.redaction import say_withheld
from pipeline.report.results import Results
from pipeline.report.sentences import state_wording
from pipeline.report.texts import Texts, count_noun, load_texts, shorten_text

_LINKS = 3
_QUOTE = 320  # characters: the brief shall fit a page
_ASK = 160
_GRADES = ("confirmed", "strong", "moderate")
_RAISING = ("precedence", "direction", "placebo", "primacy", "fingerprint", "confirmation")  # in the order of METHOD.md


def render_brief(case: Case, results: Results) -> bytes:
    """The claimant's strongest links with the permitted wording, what must not be said, what would raise grades."""
    texts = load_texts()
    rows = [row for row in join_spans(case, results) if row.claimant_grade in _GRADES]
    shown = sorted(rows, key=lambda row: (_GRADES.index(str(row.claimant_grade)), row.clause.order))[:_LINKS]
    evidence = {(row.change, row.source): row for row in results.evidence}
    lines = [
        f"# {escape_markdown(case.title)}",
        "",
        texts["brief"]["lead"].format(target=escape_markdown(case.target.id)),
        "",
        *((say_withheld(results, texts), "") if results.withheld is not None else ()),
        f"## {texts['brief']['strongest'] if shown else texts['brief']['none']}",
        "",
        *(line for place, row in enumerate(shown, start=1) for line in _write_link(place, row, evidence, texts)),
        f"## {texts['brief']['never']}",
        "",
        *(f"- {line}" for line in _list_never(case, results, texts)),
        "",
        f"## {texts['brief']['missing']}",
        "",
        *(f"- {line}" for line in _list_missing(shown, evidence, texts)),
        "",
        f"## {texts['brief']['asks']}",
        "",
        *(f"- {line}" for line in _list_asks(results.asks, results, texts)),
        "",
    ]
    return "\n".join(lines).encode("utf-8")


def escape_markdown(text: str) -> str:
    """Text from a document on one line, so that no Markdown reader takes part of it for markup, a link or an image."""
    line = shorten_text(text, len(text) + 1)
    for letter in "\\`*_[]#|~$":
        line = line.replace(letter, f"\\{letter}")
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _write_link(place: int, row: SpanRow, evidence: dict[tuple[str, str], Evidence], texts: Texts) -> list[str]:
    words, voice = texts["brief"], row.claimant
    label = words["paragraph"].format(label=escape_markdown(row.label))
    span = escape_markdown(shorten_text(row.change.text, _QUOTE))
    lines = [f"{place}. **{label}** ({texts['grades'][str(row.claimant_grade)]}): “{span}”"]
    if voice:
        quote = escape_markdown(shorten_text(voice.quote, _QUOTE))
        page = words["page"].format(page=voice.page) if voice.page else ""
        who = f"{escape_markdown(voice.publisher or voice.source)}, {voice.date or texts['dates']['undated']}{page}"
        lines.append(f"   - {words['source']}: “{quote}” ({who})")
    known = evidence.get((row.change.id, voice.source)) if voice else None
    return [
        *lines,
        f"   - {words['say']}: {escape_markdown(state_wording(row, known.wording if known else row.wording, texts))}",
        "",
    ]


def _list_never(case: Case, results: Results, texts: Texts) -> list[str]:
    words = texts["brief"]
    lines = [words["no_cause"], words["no_first"]]
    labels = [name_clause(row.clause) for row in join_spans(case, results) if row.claimant_grade == "ruled_out"]
    if labels:
        lines.append(words["ruled_out"].format(labels=escape_markdown(", ".join(dict.fromkeys(labels)))))
    if results.conflicts:
        lines.append(words["conflicts"].format(count=len(results.conflicts)))
    return lines


def _list_missing(shown: Sequence[SpanRow], evidence: dict[tuple[str, str], Evidence], texts: Texts) -> list[str]:
    """For each link shown, what keeps it from a better grade, in the words of its tests."""
    lines = []
    for row in shown:
        known = evidence.get((row.change.id, row.claimant.source)) if row.claimant else None
        tests = [test for test in known.tests if test.name in _RAISING and test.outcome != "pass"] if known else []
        reasons = " ".join(escape_markdown(test.reason) for test in tests)
        if reasons:
            lines.append(f"{texts['brief']['paragraph'].format(label=escape_markdown(row.label))}: {reasons}")
    return lines or [texts["brief"]["nothing_missing"]]


def _list_asks(asks: Sequence[AskFate], results: Results, texts: Texts) -> list[str]:
    quotes = {finding.id: finding.text for finding in results.findings}
    unmet = [ask for ask in asks if ask.outcome == "not_adopted"]
    head = texts["brief"]["unmet"].format(asks=count_noun(texts, "ask", len(asks)), unmet=len(unmet))
    named = [escape_markdown(shorten_text(quotes.get(ask.finding, ask.finding), _ASK)) for ask in unmet[:_LINKS]]
    return [head, *(f"“{quote}”" for quote in named)]
