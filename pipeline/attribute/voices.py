"""Whose words does a finding give, as seen from the document it stands in?"""

import re

from pipeline.attribute.dossier import Dossier
from pipeline.records import Finding, Source, Voice
from pipeline.words import content_stems

_SELF = r"\b(?:report|study|observations?|opinion|findings|update|statement|submission|note) (?:of|by) (?:the )?"


def hear_voice(finding: Finding, dossier: Dossier) -> Voice:
    """The finding's voice, where a body that speaks of itself by name speaks in its own.

    "The commission finds" in the report of the commission is no quotation; that somebody else rejects what the document
    says is no dispute of its author.
    """
    source = dossier.sources[finding.source]
    is_own = bool(finding.voice_of) and names_author(finding.voice_of, source)
    if finding.voice == "quoted":
        return "own" if is_own else "quoted"
    if finding.voice == "disputed" and finding.voice_of:
        return "disputed" if is_own else "own"
    return finding.voice


def names_author(name: str, source: Source) -> bool:
    """Whether a name is the publisher, whole or in initials, or the body whose report the title says it is."""
    stems = set(content_stems(name))
    if stems and stems <= set(content_stems(source.publisher)):
        return True
    initials = "".join(re.findall(r"\b[A-Z]", source.publisher))
    if len(initials) > 1 and name.strip() == initials:
        return True
    bare = re.sub(r"^(?:the|a|an|its|their)\s", "", name, flags=re.IGNORECASE)
    return re.search(_SELF + re.escape(bare) + r"\b", source.title, re.IGNORECASE) is not None
