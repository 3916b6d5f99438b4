"""Which links may be the best of their source with a span, and which of them can be worth naming at all."""

import numpy as np

from pipeline.attribute.blocks import Ints
from pipeline.attribute.columns import Flags
from pipeline.attribute.control import Control, find_beyond
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.tests import HALF, LIKELY

_CANDIDATES = 3  # links of a source with a span that are tested beside those with shared wording


def choose_candidates(dossier: Dossier) -> Ints:
    """The places of links of claimants, rivals and late sources that may be the best of their source and span.

    Of each source and span those with the highest log-odds, those with most shared wording, and the best ask.
    """
    links = dossier.links
    places = np.arange(len(links))
    chosen = places - links.starts < _CANDIDATES
    worded = places[_share_wording(dossier)]
    shared = links.ordered_words[worded] + links.items[worded]
    order = np.lexsort((worded, -np.round(links.log_odds[worded], 4), -shared, links.group[worded]))
    chosen[_take_first(worded[order], links.group, _CANDIDATES)] = True
    is_ask = np.array([kind != "finding" for kind in dossier.findings.kinds], dtype=bool)
    chosen[_take_first(places[is_ask[links.finding]], links.group, 1)] = True
    return places[chosen & dossier.voices[links.source]]


def _take_first(places: Ints, group: Ints, number: int) -> Ints:
    """The first so many places of each group; places of a group stand together."""
    firsts = np.flatnonzero(np.diff(group[places], prepend=-1))
    rank = np.arange(len(places)) - np.repeat(firsts, np.diff(firsts, append=len(places)))
    return places[rank < number]


def _share_wording(dossier: Dossier) -> Flags:
    """Whether each link has words in order, or items of a list, enough for a fingerprint."""
    links, settings = dossier.links, dossier.settings
    return (links.ordered_words >= settings.fingerprint_words) | (links.items >= settings.fingerprint_items)


def may_be_named(places: Ints, dossier: Dossier, control: Control) -> Flags:
    """Whether the links at these places can pass as worth naming (see `judge`), by their columns alone.

    A fingerprint needs shared wording; the rest is what the tests of topic and specificity look at.
    """
    links, level = dossier.links, dossier.case.significance
    worded = _share_wording(dossier)[places]
    mass, spans = links.shared_idf_added[places], links.span[places]
    close = (links.match_probability[places] >= LIKELY) | (links.shared_share[places] >= HALF)
    specific = (mass >= dossier.settings.specific_idf) & (worded | close)
    if control.holds is None:
        return specific
    topical = find_beyond(control.closeness, spans, links.closeness[places], level) & (mass > 0)
    rarer = find_beyond(control.rare_mass, spans, mass, level)
    return worded | topical | (rarer & specific)
