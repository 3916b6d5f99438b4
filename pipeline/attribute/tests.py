"""The process-tracing tests of METHOD.md, section 3: one function a test, each with outcome, number and reason.

Hoops are `newness`, `precedence`, `direction` and `placebo`; `fingerprint`, and `ask` in shared words, are smoking
guns; `topic`, `specificity` and `primacy` are straws in the wind; `confirmation` comes from human reviews alone.
"""

from pipeline.attribute.control import Control, measure_closeness
from pipeline.attribute.dates import count_days_before
from pipeline.attribute.dossier import Dossier
from pipeline.attribute.fingerprint import Fingerprint, measure_rarity, weigh_words
from pipeline.attribute.rivals import Competition
from pipeline.attribute.voices import hear_voice
from pipeline.attribute.wording import join_names, name_source, name_sources, say
from pipeline.attribute.wording_index import WordIndex, list_added
from pipeline.records import Change, Finding, Link, Outcome, Source, Test
from pipeline.words import stems

LIKELY = 0.5  # a match more probable than not
HALF = 0.5  # of the idf mass of the added words


def examine_newness(change: Change, link: Link | None, dossier: Dossier, index: WordIndex | None = None) -> Test:
    """Is the matched part added or changed against every base and sister text?

    `fail` for inherited clauses. A span of a changed clause passes when the finding shares added words, or none at all
    (then it matches in meaning what the span says); when the only shared words are inherited ones it is `unknown`, and
    so it is when an earlier text has nearly all words of the span in one passage, as a list printed otherwise. Without
    earlier texts nothing can be said: `unknown`.
    """
    if change.status == "inherited":
        return Test("newness", "fail", change.kept_share, say("newness", "fail", **name_origin(change, dossier)))
    if not dossier.earlier_texts:
        return Test("newness", "unknown", None, say("newness", "no_base"))
    earlier = join_names([source.id for source in dossier.earlier_texts])
    together = index.together.get(list_added(change), frozenset()) if index else frozenset()
    held = [source for source in dossier.earlier_texts if source.id in together]
    if held:
        return Test("newness", "unknown", 1 - change.kept_share, say("newness", "held", earlier=name_sources(held)))
    inherited = link is not None and change.status == "changed" and link.shared_idf > 0 and link.shared_idf_added <= 0
    outcome: Outcome = "unknown" if inherited else "pass"
    return Test("newness", outcome, 1 - change.kept_share, say("newness", outcome, earlier=earlier))


def name_origin(change: Change, dossier: Dossier) -> dict[str, str]:
    """The earlier text that an inherited clause stands in, and its date."""
    origin = dossier.sources.get(change.earlier_source or "")
    date = origin.date if origin and origin.date else say("name", "unknown_date")
    return {"earlier": origin.id if origin else change.earlier_source or "", "since": date}


def examine_precedence(source: Source, dossier: Dossier) -> Test:
    """Was the source public before tabling? A date that straddles that day, the day itself, or none: `unknown`."""
    tabled = dossier.case.tabled
    days = count_days_before(source, tabled)
    names = {"source": name_source(source), "tabled": tabled.isoformat()}
    if days is None:
        late = source.role == "late"
        return Test(
            "precedence", "fail" if late else "unknown", None, say("precedence", "role" if late else "undated", **names)
        )
    least, most = days
    if most < 0:
        return Test("precedence", "fail", float(least), say("precedence", "fail", **names))
    if source.role == "late":
        key = "contrary" if least > 0 else "role"
        return Test("precedence", "unknown" if least > 0 else "fail", float(least), say("precedence", key, **names))
    if least > 0:
        return Test("precedence", "pass", float(least), say("precedence", "pass", days=least, **names))
    return Test("precedence", "unknown", float(least), say("precedence", "straddles", **names))


def examine_direction(link: Link, change: Change, dossier: Dossier) -> Test:
    """Same actor, act and polarity?

    Any conflict that `score` measured fails, and so does wording that the source's author disputes; a question is
    `unknown`. Without a conflict the test passes when there was something to compare: a
    frame of both with the same act, or wording shared in the same order (which leaves little room for other roles). It
    is `unknown` when nothing could be compared, and when a word that denies, or another act on the same object, stands
    in one text only: a parse that saw no conflict is not enough then.
    """
    name = name_source(dossier.sources[link.source])
    flags = (("negation", link.negation_conflict), ("swap", link.role_swap), ("stance", link.stance_conflict))
    voice = hear_voice(dossier.findings[link.finding], dossier)
    conflicts = [say("direction", key) for key, is_set in (*flags, ("disputed", voice == "disputed")) if is_set]
    if conflicts:
        reason = say("direction", "fail", source=name, conflicts=join_names(conflicts))
        return Test("direction", "fail", None, reason)
    if voice == "asked":
        return Test("direction", "unknown", None, say("direction", "asked", source=name))
    if link.direction_doubt:
        return Test("direction", "unknown", None, say("direction", "doubt", source=name))
    comparable = link.same_frame or shares_wording(link, dossier) or _share_an_act(link, change, dossier)
    outcome: Outcome = "pass" if comparable else "unknown"
    return Test("direction", outcome, None, say("direction", outcome, source=name))


def shares_wording(link: Link, dossier: Dossier) -> bool:
    """Enough content words in order, or items of one list, for a smoking gun."""
    settings = dossier.settings
    return link.ordered_words >= settings.fingerprint_words or len(link.shared_items) >= settings.fingerprint_items


def _share_an_act(link: Link, change: Change, dossier: Dossier) -> bool:
    """Whether finding and clause each say that somebody does, or does not do, the same act."""
    said = {stem for frame in dossier.findings[link.finding].frames for stem in stems(frame.act)}
    asked = {stem for frame in dossier.clauses[change.clause].frames for stem in stems(frame.act)}
    return bool(said & asked)


def examine_topic(link: Link, dossier: Dossier, control: Control) -> Test:
    """Is the source nearer in meaning than placebo documents are? At most a share `significance` may reach it."""
    value = measure_closeness(link)
    if control.holds is None:
        return Test("topic", "unknown", value, say("topic", "unknown"))
    beyond = control.is_beyond(control.closeness, link.change, value, dossier.case.significance)
    outcome: Outcome = "pass" if beyond else "fail"
    name = name_source(dossier.sources[link.source])
    return Test("topic", outcome, value, say("topic", outcome, source=name, value=f"{value:.2f}"))


def examine_specificity(link: Link, dossier: Dossier) -> Test:
    """Is the wording shared with the added words rare, and more than scattered words?

    Passes when the inverse document frequencies of the shared words reach `specific_idf`, and either enough of them
    stand in the same order, or the calibrated model takes the pair for a match more probably than not, or they are
    half of the rare wording of the span (a paraphrase that turns its clauses round keeps the words and no order):
    single words add up in long sentences.
    """
    enough = link.shared_idf_added >= dossier.settings.specific_idf
    close = link.match_probability >= LIKELY or link.shared_share >= HALF
    joined = shares_wording(link, dossier) or close
    phrase = link.shared_phrases[0] if link.shared_phrases else quote_wording(link)
    names = {"source": name_source(dossier.sources[link.source]), "value": f"{link.shared_idf_added:.0f}"}
    outcome: Outcome = "pass" if enough and joined else "fail"
    key = "fail" if not enough else "scattered" if not joined else "pass"
    return Test("specificity", outcome, link.shared_idf_added, say("specificity", key, phrase=phrase, **names))


def examine_placebo(
    link: Link, short: float, organisation: str, dossier: Dossier, control: Control
) -> tuple[Test, bool]:
    """Does the source stand out from the placebo documents? Returns the test, and whether the strict form passes, too.

    `short` is by how much the link's log-odds lie below the highest of the source on this span: that is what counts.
    The pooled test decides where the self-check allows it, else the strict one.
    """
    standing = control.standings.get(link.source)
    if control.holds is None:
        return Test("placebo", "unknown", None, say("placebo", "unknown", blocks=control.check.blocks)), False
    if standing is None:
        return Test("placebo", "unknown", None, say("placebo", "barred")), False
    column = control.places[link.change]
    pooled = min(standing.find_pooled(column, short) * control.documents[organisation], 1.0)
    strict = standing.find_strict(column, short)
    is_strict = strict <= dossier.case.significance
    passed = pooled <= control.cutoffs[organisation]
    key = "pass" if passed and (control.holds or is_strict) else "does_not_hold" if passed else "fail"
    names = {"pooled": f"{pooled:.4f}", "strict": f"{strict:.3f}", "blocks": control.check.blocks}
    outcome: Outcome = "pass" if key == "pass" else "fail"
    return Test("placebo", outcome, pooled, say("placebo", key, **names)), is_strict and outcome == "pass"


def examine_primacy(link: Link, competition: Competition, dossier: Dossier) -> Test:
    """Did no earlier dated document of another organisation match the span as well? The best match is named as well."""
    name = name_source(dossier.sources[link.source])
    outcome: Outcome = "fail" if competition.before else "unknown" if competition.unclear else "pass"
    rivals = name_sources(competition.before or competition.unclear)
    reason = say("primacy", outcome, source=name, rivals=rivals)
    if len(competition.before) > 1 and competition.best:
        reason += " " + say("primacy", "best", best=name_source(competition.best))
    return Test("primacy", outcome, None, reason)


def examine_fingerprint(link: Link, found: Fingerprint, dossier: Dossier, control: Control) -> Test:
    """Do span and source share wording that no other text of the case had, rarer than any placebo's best?"""
    settings = dossier.settings
    value, reached = weigh_words(found.words, dossier.rarity), float(control.rarest[control.places[link.change]])
    names = {
        "source": name_source(dossier.sources[link.source]),
        "phrase": quote_wording(link),
        "holders": name_sources([dossier.sources[name] for name in found.holders]) if found.holders else "",
        "quoted": join_names(found.quoted),
        "value": f"{value:.0f}",
        "reached": f"{reached:.0f}",
        "words": settings.fingerprint_words,
        "items": settings.fingerprint_items,
    }
    outcome: Outcome = "fail"
    if not found.shared:
        key = "short"
    elif not found.words:
        key = "quoted" if found.quoted and not found.holders else "common"
    elif measure_rarity(found.words, dossier) < settings.rare_phrase:
        key = "phrase"
    elif not found.sure:
        key, outcome = "unclear", "unknown"
    elif not control.check.blocks:
        key, outcome = "unknown", "unknown"
    elif value <= reached:
        key = "light"
    else:
        key, outcome = "pass", "pass"
    return Test("fingerprint", outcome, value, say("fingerprint", key, **names))


def examine_ask(link: Link, finding: Finding, found: Fingerprint, dossier: Dossier) -> tuple[Test, bool]:
    """Did the source ask for this change? Returns the test, and whether it did so in words that the span shares.

    Words that an earlier text held do not make an ask a smoking gun: they may come from there. So do words that the
    source gives as those of somebody else, and set phrases.
    """
    name, voice = name_source(dossier.sources[link.source]), hear_voice(finding, dossier)
    if finding.kind == "finding" or voice in ("disputed", "asked"):
        return Test(
            "ask", "fail", None, say("ask", voice if voice in ("disputed", "asked") else "fail", source=name)
        ), False
    if voice == "quoted":
        return Test("ask", "pass", 0.0, say("ask", "quoted", source=name, quoted=finding.voice_of)), False
    if found.shared and measure_rarity(found.words, dossier) >= dossier.settings.rare_phrase:
        return Test("ask", "pass", 1.0, say("ask", "worded", source=name, phrase=quote_wording(link))), True
    if link.match_probability >= LIKELY:
        return Test("ask", "pass", 0.0, say("ask", "pass", source=name)), False
    return Test("ask", "fail", None, say("ask", "other", source=name)), False


def await_confirmation() -> Test:
    """Only a human record confirms: never inferred here."""
    return Test("confirmation", "unknown", None, say("confirmation", "unknown"))


def quote_wording(link: Link) -> str:
    """The shared run as the target prints it, or the shared items."""
    return link.ordered_run or ", ".join(link.shared_items)
