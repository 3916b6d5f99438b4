"""Which submitters stand behind a finding of a summary of submissions: "AI", "JS1", "Ombudsman".

Their short names come from the document itself: its footnotes cite them ("JS1, paras. 3 and 4."). Only a document that
says that it summarises submissions is read so: in other papers such footnotes cite literature.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract.lexicons import load_words
from pipeline.extract.notes import find_notes
from pipeline.records import Finding, Paragraph

_NAME = r"[A-Z][\w./&-]*(?:[ ][A-Z][\w./&-]*){0,2}?"  # "JS1", "Broken Reed"
_TITLES = ("Memorandum", "Resolution", "Recommendation", "Report", "Opinion", "Issue", "Statement", "Conclusions")
_WORK = rf"(?:[’']s?)?(?:,?\s(?i:{'|'.join(_TITLES)})\b[^;,.]*)?"
_CITED = re.compile(
    rf"(?:^|[;.,]\s+|\band\s+|\bsee\s+|\balso\s+)({_NAME}){_WORK},?\s+(?:paras?|pp?|pages?|sections?)\b"
)
_NO_NAMES = frozenset(("Annex", "Article", "Ibid", "Idem", "See", "Also", "Section", "Chapter", "Part"))


def add_stakeholders(findings: Sequence[Finding], paragraphs: Sequence[Paragraph]) -> list[Finding]:
    """The findings with the submitters that their words and the footnotes inside them name.

    A sentence that names none ("It recommended ...") has that of its paragraph, when the paragraph names just one.
    """
    names = find_submitters(paragraphs)
    if not names:
        return list(findings)
    of_paragraph: dict[str, dict[str, None]] = {}
    own = []
    for finding in findings:
        found = _name_submitters(finding, paragraphs, names)
        own.append(found)
        of_paragraph.setdefault(finding.quotes[-1].paragraph, {}).update(dict.fromkeys(found))
    return [
        replace(finding, stakeholders=found or _take_only(of_paragraph[finding.quotes[-1].paragraph]))
        for finding, found in zip(findings, own, strict=True)
    ]


def find_submitters(paragraphs: Sequence[Paragraph]) -> tuple[str, ...]:
    """The short names that the footnotes of a summary of submissions cite, in order; none in other documents."""
    if not any(_lists_submitters(paragraph.text) for paragraph in paragraphs):
        return ()
    notes = [paragraph.text for paragraph in paragraphs if paragraph.kind == "footnote"]
    cited = [match.group(1) for note in notes for match in _CITED.finditer(note)]
    return tuple(dict.fromkeys(name for name in cited if name.split()[0].rstrip(".") not in _NO_NAMES.union(_TITLES)))


def find_names(text: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names that stand in the text as whole words, in its order; a longer name covers a shorter in it."""
    found: list[tuple[int, str]] = []
    taken: list[tuple[int, int]] = []
    for name in sorted(names, key=lambda name: (-len(name), name)):
        for match in re.finditer(rf"(?<![\w/-]){re.escape(name)}(?![\w/-])", text):
            if not any(start <= match.start() < end for start, end in taken):
                taken.append(match.span())
                found.append((match.start(), name))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _name_submitters(finding: Finding, paragraphs: Sequence[Paragraph], names: Sequence[str]) -> tuple[str, ...]:
    notes = [n.text for n in find_notes(paragraphs, finding.quotes) if not _lists_submitters(n.text)]
    return tuple(dict.fromkeys(name for text in (finding.text, *notes) for name in find_names(text, names)))


def _lists_submitters(text: str) -> bool:
    return any(cue in text.lower() for cue in load_words("submitter_cues"))


def _take_only(found: dict[str, None]) -> tuple[str, ...]:
    return tuple(found) if len(found) == 1 else ()
