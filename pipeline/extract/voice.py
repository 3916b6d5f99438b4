"""Whose words a finding gives: the author's own, somebody else's, words that the author disputes, or a question.

A paper that quotes the draft resolution, or what the Special Rapporteur said in 2020, is not the author of the wording.
Testimony is: what witnesses say is the author's own record. Law is nobody's voice unless its words are quoted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.extract.disputes import hands_on, is_disputed, name_rejecter
from pipeline.extract.lexicons import join_words, load_words
from pipeline.extract.notes import find_notes
from pipeline.extract.sentences import split_sentences
from pipeline.records import Finding, Paragraph, Voice
from pipeline.words import list_runs

_QUOTED = re.compile(r"“[^”]{20,}”|\"[^\"]{20,}\"|«[^»]{20,}»|‘[^’]{20,}(?:’\w[^’]*)*’(?!\w)")
_FEWEST_QUOTED = 4  # words from which on quotation marks mean that somebody is quoted
_SYMBOL = re.compile(r"\b[A-Z](?:/[A-Z0-9.]+){2,}\b|\bresolution \d+/\d+")
_ACRONYM = re.compile(r"\b[A-Z]{2,}[a-z]?\w*\b")
_CORE = re.compile(
    r"\s(?:of|from|in|before|for|that|which|who|with|at|by|on|to|about|against|after|since|during|already)\b|[,(]"
)
_BARRED = re.compile(
    r"\b(?:should|must|could|may|might|will|would|to|can|shall|is|are|was|were|be|been|being|not|never)$"
)
_WHO = r"(?P<who>[^,;:“”\"]{2,90}?)"
_ADVERBS = (
    r"(?:(?:has|have|had|long|often|since|recently|also|already|again|further|therefore|thus|then|even|first|itself|"
    r"rightly|once|\w+ly)\s)*"
)
_NAMED = re.compile(
    r"\b(?:call|appeal|demand|recommendation|request|proposal|suggestion)s? (?:of|by|from) "
    r"(?P<who>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3}) (?:\w+ \w+ )?to\b"
)
_UNSAID = re.compile(
    r"\bit (?:has|had) (?:\w+ )?been (?:proposed|suggested|argued|claimed|recommended)\b", re.IGNORECASE
)
_PLURAL = frozenset(("call", "recommend", "say", "urge"))
_YES = ("that", "“", '"', ":", "‘", "how", "whether")


@dataclass(frozen=True, slots=True)
class _Place:
    """A finding's sentence with what stands around it in the document."""

    text: str  # chapeau and sentence
    before: str  # the sentence before it
    after: str  # the sentence after it
    announced: bool  # a sentence that ends with a colon leads to it
    section: str


def add_voices(findings: Sequence[Finding], paragraphs: Sequence[Paragraph]) -> list[Finding]:
    """The findings with their voice, and with the name of whoever is quoted or disputes them, as printed."""
    by_id = {paragraph.id: place for place, paragraph in enumerate(paragraphs)}
    voiced: list[Finding] = []
    for finding in findings:
        place = _find_place(finding, paragraphs, by_id[finding.quotes[-1].paragraph])
        earlier = voiced[-1].voice_of if voiced and voiced[-1].voice == "quoted" else ""
        voice, name = read_voice(place, finding, earlier)
        if voice == "own" and (cited := _find_cited(finding, paragraphs)):
            voice, name = "quoted", cited
        voiced.append(replace(finding, voice=voice, voice_of=name))
    return voiced


def read_voice(place: _Place, finding: Finding, earlier: str) -> tuple[Voice, str]:
    """Voice and name; `earlier` is who was quoted in the finding before, for sentences that go on with "It"."""
    speaker = find_speaker(place.text, finding.institutions) or find_unnamed(place.text)
    is_claim = finding.kind != "finding" or bool(speaker) or hands_on(place.text)
    if is_disputed(place.text, place.after, place.section, is_claim):
        return "disputed", ""
    speaker = speaker or _find_origin(place)
    if not speaker and re.match(rf"It\s{_ADVERBS}(?:{join_words('voice_reporting')})\b", place.text):
        speaker = earlier
    if not speaker and (place.announced or re.match(r"[“\"«‘]", place.text)):
        speaker = find_speaker(place.before, finding.institutions, quotes=True)
    if speaker:
        return "quoted", speaker
    rejecter = name_rejecter(place.after)
    if rejecter:
        return "disputed", rejecter
    return ("asked", "") if re.search(r"\?[\"”’')\]]*$", place.text) else ("own", "")


def find_speaker(text: str, institutions: Sequence[str] = (), quotes: bool = False) -> str:
    """The organisation or document, not the author, to which a sentence ascribes what it says; "" when there is none.

    `quotes`: what is ascribed stands in quotation marks, so that law and a bare "report" count, too.
    """
    quotes = quotes or _has_quotation(text)
    words = list_runs(text)
    for needed, pattern, is_subject in _patterns():
        if any(map(words.isdisjoint, needed)):
            continue
        for match in pattern.finditer(text):
            who = re.sub(
                r"^(?:as|while|whereas|although|and|but|yet|when|since)\s", "", match["who"].strip(), flags=re.I
            )
            if _BARRED.search(who.casefold()) or not _is_voice(who, institutions, quotes):
                continue
            if is_subject and not _says(who, match["verb"].casefold(), text[match.end() :]):
                continue
            return _cut_name(who)
    return ""


def find_unnamed(text: str) -> str:
    """Speakers without a name, or with that of no body, who ask for what the sentence says; "" when there is none."""
    named = _NAMED.search(text)
    if named:
        return named["who"]
    verbs = (
        "propose[sd]?|suggest(?:s|ed)?|argue[sd]?|claim(?:s|ed)?|recommend(?:s|ed)?|urge[sd]?|call(?:s|ed)? (?:on|for)"
    )
    noun = rf"(?P<who>(?:{join_words('voice_anonymous')})\b(?: [\w-]+){{0,3}}?)"
    who = re.match(rf"{noun}\s{_ADVERBS}(?:{verbs})\b", text, re.IGNORECASE)
    if who and not load_words("voice_witnesses").intersection(who["who"].casefold().split()):
        return who["who"]
    found = "been" in list_runs(text) and _UNSAID.search(text)
    return "others" if found else ""


def _find_origin(place: _Place) -> str:
    """Where the next sentence says that the wording comes from, or the heading that it is the text of."""
    told = re.match(
        r"(?:This|These|The) (?:exact )?(?:wording|language|text|phrases?|sentence|recommendation|words|demand|list)\s"
        rf"(?:is|was|are|were|stems?|comes?)\b.*?\b(?:from|by)\s{_WHO}(?=[,;:.]|$)",
        place.after,
    )
    if told and _is_voice(told["who"], (), quotes=True):
        return _cut_name(told["who"])
    heading = re.search(
        r"\b(?:text|wording|excerpts?|extracts?) (?:of|from) (?P<who>.+)$", place.section, re.IGNORECASE
    )
    is_own = re.search(r"\b(?:propos\w+|suggest\w+|recommend\w+|our|amend\w+)\b", place.section, re.IGNORECASE)
    return heading["who"] if heading and not is_own and _is_voice(heading["who"], (), quotes=True) else ""


Needed = tuple[frozenset[str], ...]  # runs of letters: an expression needs one of each set


@cache
def _patterns() -> tuple[tuple[Needed, re.Pattern[str], bool], ...]:
    """Expressions that find `who`, behind the words they need; True for those where `who` is the subject of `verb`."""
    reporting = load_words("voice_reporting")
    verbs = rf"(?P<verb>{join_words('voice_reporting')})\b"
    asked = "call|appeal|demand|recommendation|request|proposal|suggestion|intention|plan|pledge|promise"
    asks = frozenset(word + ending for word in asked.split("|") for ending in ("", "s"))
    quoting = "according|words|view|opinion|language|quote|cite|quoted|quoting|quotes|taken|drawn|copied|borrowed|cited"
    calling = "calling|urging|requesting|demanding|stating|saying|condemning|recommending"
    fronted = (
        r"(?:(?:In|On|At|By|During|After|Since|Last|Earlier|Recently|Moreover|However|Also|Again|Later)\b"
        r"[^:“\"]{0,80}?, )?"
    )
    plain: list[tuple[Needed, str]] = [
        (
            (frozenset(quoting.split("|")),),
            r"\b(?:according to|in the (?:words|view|opinion|language) of|to (?:quote|cite)|quoted (?:by|from)|"
            rf"quoting|quotes?|(?:taken|drawn|copied|borrowed|cited) from)\s{_WHO}(?=[,;:“\".]|$)",
        ),
        (
            (reporting, frozenset(("as",))),
            rf"\bas (?:\w+ )?(?:{join_words('voice_reporting')})\b[^,;]{{0,40}}? by {_WHO}(?=[,;:“\".]|$)",
        ),
        (
            (asks,),
            rf"\b(?:{asked})s? (?:made |issued |put forward )?(?:of|by|from|in) {_WHO}\s(?:to|that|for|on|upon)\b",
        ),
        (
            (asks,),
            r"\b(?P<who>(?:the |an? )?[A-Z][^,;:“\"]{1,60}?|the [^,;:“\"]{2,60}?)['’]s? "
            rf"(?:\w+ ){{0,2}}?(?:{asked})s? (?:to|that|for|on|upon)\b",
        ),
        (
            (frozenset((*calling.split("|"), "reads", "reading", "would", "seeks", "wants")),),
            rf"\b(?P<who>(?:the|a|an|its|their) [^,;:“\"]{{0,40}}?(?:{join_words('voice_documents')}))"
            rf"(?: now| currently)?(?: under \w+)?\s(?:{calling}|which reads|reading|would have|seeks to|wants)\b",
        ),
        ((), r"[”\"’]\s*\((?P<who>[^)]{2,80})\)"),
        (
            (),
            rf"[,”\"’] (?:said|says|noted|wrote|stated|stressed|added|reported|warned|concluded) {_WHO}(?=[,;.]|$)",
        ),
    ]
    subject: list[tuple[tuple[str, ...], str]] = [
        ((), rf"^{fronted}(?P<who>[^,:;“\"]{{2,150}}?(?:, [^,]{{2,60}},)?)\s{_ADVERBS}{verbs}"),
        (("as",), rf"\b[Aa]s {_WHO}\s{_ADVERBS}{verbs}"),
        (
            ("which", "that", "who"),
            rf"\b(?P<who>(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir)\s[^,;:“\"]{{2,70}}), (?:which|that|who)\s{_ADVERBS}{verbs}",
        ),
        ((), rf"[,”\"’;]\s(?:while |whereas |but |and )?(?P<who>[^,;:“”\"]{{2,80}}?)\s{_ADVERBS}{verbs}"),
        (
            ("that", "while", "whereas", "although", "where"),
            rf"\b(?:that|while|whereas|although|where) (?P<who>[^,;:“”\"]{{2,80}}?)\s{_ADVERBS}{verbs}",
        ),
    ]
    found = [(words, re.compile(text, 0 if "[A-Z]" in text else re.IGNORECASE), False) for words, text in plain]
    found += [
        ((reporting, frozenset(words)) if words else (reporting,), re.compile(text), True) for words, text in subject
    ]
    return tuple(found)


def _is_voice(who: str, institutions: Sequence[str], quotes: bool = False) -> bool:
    """Whether a noun phrase names a body or document other than the author, as its head and the words before it say."""
    core = _cut_name(who)
    words = [word for word in re.findall(r"[\w-]+", core.casefold()) if not word.isdigit()]
    if not words or load_words("voice_self").intersection(words):
        return False
    if _SYMBOL.search(who):
        return True
    head = next((word for word in reversed(words) if word.isalpha() or "-" in word), words[-1])
    if head in load_words("voice_witnesses"):
        return False
    if head in load_words("voice_laws"):
        return quotes
    if head in load_words("voice_documents"):
        return quotes or not _is_own_document(who, words, head)
    is_known = any(name and name in core for name in institutions)
    return head in load_words("voice_bodies") or bool(_ACRONYM.search(core)) or is_known


def _is_own_document(who: str, words: Sequence[str], head: str) -> bool:
    """ "The report", "the study" without a word that tells it apart is the paper itself."""
    told = [word for word in words if word not in ("the", "a", "an")]
    rest = who.casefold().partition(head)[2]
    return head in load_words("voice_own_documents") and told == [head] and not re.search(r"\b(?:of|by|from)\b", rest)


def _says(who: str, verb: str, rest: str) -> bool:
    """Whether the verb hands over words: documents can only say, bodies also act, and what States ask for is an act."""
    named = re.findall(r"[\w-]+", _cut_name(who).casefold())
    if verb in _PLURAL and not (named and named[-1].endswith("s")):  # "that the Council call upon" is no report
        return False
    words = set(named)
    if words & load_words("voice_documents") or _SYMBOL.search(who):
        return True
    told = verb in ("told", "tells") and (" that " in rest or any(mark in rest for mark in '“"‘'))
    if told or rest.lstrip(" ,").startswith(_YES) or not rest.strip(" .!"):
        return True
    is_state = bool(words & load_words("voice_states"))
    if verb in load_words("voice_requests"):
        return not is_state and re.search(r"\b(?:to|that|upon|on|for)\b", rest) is not None
    return verb not in load_words("voice_acts") and not is_state


def _cut_name(who: str) -> str:
    """The name without what follows its head: "the Special Rapporteur on freedom of expression"."""
    found = _CORE.search(who, 1)
    return (who[: found.start()] if found else who).strip()


def _find_cited(finding: Finding, paragraphs: Sequence[Paragraph]) -> str:
    """The document that a footnote gives as the origin of a quotation."""
    if not _has_quotation(finding.text):
        return ""
    for note in find_notes(paragraphs, finding.quotes):
        head = re.split(r"[,;“\"]", note.text)[0]
        if symbol := _SYMBOL.search(note.text):
            return symbol.group()
        if _is_voice(head, ()):
            return head
    return ""


def _has_quotation(text: str) -> bool:
    return any(len(match.group().split()) >= _FEWEST_QUOTED for match in _QUOTED.finditer(text))


def _find_place(finding: Finding, paragraphs: Sequence[Paragraph], at: int) -> _Place:
    """The sentence of the finding's last quote, and its neighbours, over the borders of paragraphs."""
    quote, text = finding.quotes[-1], paragraphs[at].text
    spans = split_sentences(text)
    here = next((number for number, span in enumerate(spans) if span.end > quote.start), len(spans) - 1)
    sentence = text[spans[here].start : spans[here].end]
    chapeau = " ".join(other.text for other in finding.quotes[:-1])
    shown = f"{chapeau} {quote.text}" if chapeau else sentence
    before = text[spans[here - 1].start : spans[here - 1].end] if here else _find_lead(paragraphs, at)
    after = text[spans[here + 1].start : spans[here + 1].end] if here + 1 < len(spans) else _find_reply(paragraphs, at)
    announced = bool(before) and before.rstrip().endswith(":") and not chapeau
    return _Place(shown, before, after, announced, finding.section)


def _find_lead(paragraphs: Sequence[Paragraph], at: int) -> str:
    """The last sentence of the paragraph before, where it ends with a colon."""
    if not at or paragraphs[at - 1].kind not in ("body", "list_item"):
        return ""
    text = paragraphs[at - 1].text
    spans = split_sentences(text)
    return text[spans[-1].start : spans[-1].end] if spans and text.rstrip().endswith(":") else ""


def _find_reply(paragraphs: Sequence[Paragraph], at: int) -> str:
    """The first sentence of the next running paragraph, past the other items of a list."""
    for paragraph in paragraphs[at + 1 :]:
        if paragraph.kind == "body":
            spans = split_sentences(paragraph.text)
            return paragraph.text[spans[0].start : spans[0].end] if spans else ""
        if paragraph.kind in ("heading", "masthead"):
            return ""
    return ""
