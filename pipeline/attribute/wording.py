"""The sentences of this stage, kept in wordings.toml apart from code, with documents and the corpus named."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pipeline.attribute.dates import sort_key_of
from pipeline.attribute.dossier import Dossier
from pipeline.records import Source

_FILE = Path(__file__).with_name("wordings.toml")


@cache
def _load_wordings() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def say(section: str, key: str, **names: object) -> str:
    """The sentence of wordings.toml with its {names} filled in."""
    return _load_wordings()[section][key].format(**names)


def list_wordings() -> tuple[str, ...]:
    """Every sentence as it stands in the file: what the stage can say at all."""
    return tuple(text for section in _load_wordings().values() for text in section.values())


def join_sentence(subject: str, wording: str) -> str:
    """The wording as a sentence about its subject: "Echoes wording ..." becomes "Paragraph 3 echoes wording ..."."""
    for opening, after in _load_wordings()["opening"].items():
        wording = wording.replace(f". {opening}", f". {say('claim', 'again', wording=after)}")
    for opening, after in _load_wordings()["opening"].items():
        if wording.startswith(opening):
            return f"{subject} {after}{wording.removeprefix(opening)}"
    return say("claim", "publish", label=subject, wording=wording)


def join_names(names: Sequence[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def name_source(source: Source) -> str:
    """The document's id with its publisher and date, or the word for a missing one."""
    date = source.date or say("name", "undated")
    return f"{source.id} ({source.publisher}, {date})" if source.publisher else f"{source.id} ({date})"


def name_sources(sources: Sequence[Source], most: int = 3) -> str:
    """The earliest sources by name, the rest counted."""
    ordered = sorted(sources, key=sort_key_of)
    names = [name_source(source) for source in ordered[:most]]
    rest = len(ordered) - len(names)
    return join_names([*names, say("name", "others", count=rest)] if rest > 0 else names)


def describe_corpus(dossier: Dossier) -> str:
    """How many documents were searched, which earlier texts of the series are among them, and from which date on."""
    searched = [source for name, source in dossier.sources.items() if source.role != "target" and name in dossier.read]
    dates = sorted(source.date for source in searched if source.date)
    series = [source.id for source in dossier.earlier_texts if source.id in dossier.read]
    return say(
        "corpus",
        "one" if len(searched) == 1 else "many",
        count=len(searched),
        series=say("corpus", "series" if series else "no_series", names=join_names(series) if series else ""),
        since=dates[0] if dates else say("name", "unknown_date"),
    )
