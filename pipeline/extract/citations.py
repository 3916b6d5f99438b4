"""Document symbols and resolutions that a text names, in one spelling."""

import re

from pipeline.extract.lexicons import load_words

_SYMBOL = re.compile(r"\b([A-Z]{1,5})/(?:[A-Z0-9][\w.()\-‑–]*/?)+(?:\s\((?:19|20)\d\d\))?")
_SERIES = r"\((?:\d{4}|(?:E?S-)?[IVXLC\d]+)\)"  # a year, or a session in Roman figures
_NUMBER = rf"(?:[A-Z]-\d+/\d+|\d{{1,4}}/\d{{1,4}}|\d{{1,4}}\s(?:[A-Z]\s)?{_SERIES})(?:\s[A-Z]\b(?!\w))?"
_DATE = r"(?:\s*,?\s*(?:both\s)?of\s\d{1,2}\s[A-Z][a-z]+(?:\s\d{4})?)?"
_JOINT = r"(?:\s*[,;]\s*(?:and\s)?|\s+and\s+|\s+or\s+)"
_RUN = re.compile(rf"\b([Rr]esolutions?|[Dd]ecisions?)\s+({_NUMBER}{_DATE}(?:{_JOINT}{_NUMBER}{_DATE})*)")
_ONE = re.compile(_NUMBER)
_COUNCIL_NUMBER = re.compile(r"\d{1,4} \((?:19[4-9]\d|20\d\d)\)")


def read_citations(text: str, by_council: bool = False) -> tuple[str, ...]:
    """Symbols ("A/HRC/52/65"), resolutions ("60/251") and decisions ("decision 17/119") in order, each once.

    "1718 (2006)" becomes "S/RES/1718 (2006)" where the text speaks of the Security Council or `by_council` says that it
    is one of its own; other bodies number in the same way.
    """
    is_council = by_council or "Security Council" in text
    found = [(match.start(), _clean_symbol(match)) for match in _SYMBOL.finditer(text)]
    for run in _RUN.finditer(text):
        is_decision = run.group(1).lower().startswith("decision")
        for match in _ONE.finditer(run.group(2)):
            name = _name_number(match.group(), is_decision, is_council)
            found.append((run.start(2) + match.start(), name))
    return tuple(dict.fromkeys(name for _, name in sorted(found) if name))


def _clean_symbol(match: re.Match[str]) -> str:
    if match.group(1).lower() not in load_words("symbol_series"):
        return ""
    symbol = match.group().rstrip("./-,‑–").replace("‑", "-").replace("–", "-")
    while symbol.endswith(")") and symbol.count(")") > symbol.count("("):
        symbol = symbol[:-1].rstrip("./")
    return symbol if any(sign.isdigit() for sign in symbol) else ""


def _name_number(number: str, is_decision: bool, is_council: bool) -> str:
    plain = " ".join(number.split())
    if is_decision:
        return f"decision {plain}"
    return f"S/RES/{plain}" if is_council and _COUNCIL_NUMBER.fullmatch(plain) else plain
