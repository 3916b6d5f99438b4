"""From test outcomes to a link grade: METHOD.md, section 4, as one function."""

from collections.abc import Mapping

from pipeline.records import Grade, Outcome


def grade_link(outcomes: Mapping[str, Outcome], strict: bool, worded: bool, worded_ask: bool) -> Grade:
    """The grade that the tests of one link allow.

    `strict`: the strict form of the placebo test passes, too. `worded`: span and source share rare wording; without
    placebos to compare with, all else is straws. `worded_ask`: the source asked for the change in words that the span
    shares.
    """
    if outcomes["confirmation"] == "pass":
        return "confirmed"
    if "fail" in (outcomes["newness"], outcomes["precedence"]):
        return "ruled_out"
    if "fail" in (outcomes["direction"], outcomes["placebo"]) or outcomes["precedence"] == "unknown":
        return "weak"
    if outcomes["specificity"] != "pass" or (outcomes["placebo"] == "unknown" and not worded):
        return "weak"
    smoking = outcomes["fingerprint"] == "pass" or worded_ask
    if strict and smoking and outcomes["primacy"] == "pass" and not _has_unknown(outcomes):
        return "strong"
    return "moderate"


def _has_unknown(outcomes: Mapping[str, Outcome]) -> bool:
    """Any unknown caps at moderate, save that no human has confirmed: that is nearly always so."""
    return any(outcome == "unknown" for name, outcome in outcomes.items() if name != "confirmation")
