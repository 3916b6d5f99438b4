"""A large invented case for the report tests: thousands of links, texts as long as real ones, from counters alone."""

from dataclasses import replace

from pipeline.case import Case
from pipeline.records import Attribution, Change, Clause, Evidence, Finding, Link, Source, Test
from pipeline.report import Results
from tests.report.invented import make_case, make_clause, make_finding, make_link, make_quote, make_results, make_source

_TESTS = (
    "newness", "precedence", "direction", "topic", "specificity", "placebo", "primacy", "fingerprint", "ask",
    "confirmation",
)  # fmt: skip
_GRADES = ("strong", "moderate", "weak", "weak", "ruled_out")
_SYLLABLES = (
    "har",
    "lan",
    "vel",
    "tor",
    "mi",
    "qua",
    "ster",
    "nor",
    "pel",
    "dun",
    "ash",
    "ket",
    "bro",
    "wen",
    "sil",
    "gar",
)


def make_large(spans: int = 400, sources: int = 5) -> tuple[Case, Results]:
    """A case with `spans` new clauses and `sources` links for each of them."""
    documents = [_make_document(number) for number in range(120)]
    case = make_case()
    case = replace(case, sources=(*case.sources[:2], *documents))
    clauses, changes, findings, links, evidence, attributions = [], [], [], [], [], []
    for number in range(spans):
        clause, change = _make_span(number)
        rows = [_make_link(change, documents[(number * 7 + place * 11) % 120], place) for place in range(sources)]
        clauses.append(clause)
        changes.append(change)
        findings += [finding for finding, _, _ in rows]
        links += [link for _, link, _ in rows]
        evidence += [row for _, _, row in rows]
        best = rows[0][2]
        themes = (("cells", "visits", "boats")[number % 3],) if number % 4 else ()
        attributions.append(
            Attribution(change.id, clause.id, "new", themes, best.source, best.finding, best.grade, "", "", "none", (),
                        best.wording, tuple(test.reason for test in best.tests))
        )  # fmt: skip
    return case, make_results(
        clauses=tuple(clauses), changes=tuple(changes), findings=tuple(findings), links=tuple(links),
        evidence=tuple(evidence), attributions=tuple(attributions), asks=(), conflicts=(),
    )  # fmt: skip


def write_words(seed: int, count: int) -> str:
    """Words that mean nothing, the same for the same seed; some of them come often, as in prose."""
    words = []
    for place in range(count):
        draw = (seed * 7919 + place * 104_729 + place * place * 31) % 65_521
        common = ("the", "of", "and", "to", "in", "persons", "shall", "without")
        word = "".join(_SYLLABLES[(draw >> shift) % 16] for shift in (0, 4, 8)[: 2 + draw % 2])
        words.append(common[draw % 8] if draw % 3 == 0 else word)
    return " ".join(words)


def _make_document(number: int) -> Source:
    role = "claimant" if number % 12 == 0 else "rival"
    publisher = "Lantern Watch" if role == "claimant" else f"Office number {number % 37} of the outer harbours"
    day = f"{2021 + number % 11}-{1 + number % 12:02}-{1 + number % 28:02}"
    return make_source(f"paper-{number}", role, publisher, day, title=write_words(number, 9).capitalize())


def _make_span(number: int) -> tuple[Clause, Change]:
    text = f"Urges the authorities to {write_words(number + 1, 45)};"
    clause = make_clause(f"c{number}", number, str(number + 1), text)
    return clause, Change(f"s{number}", clause.id, "new", clause.quotes, text, (text,), (), None, None, "", 0.0, False)


def _make_link(change: Change, source: Source, place: int) -> tuple[Finding, Link, Evidence]:
    text = f"We recommend to {' '.join(change.text.split()[4:16])} {write_words(place * 5 + len(change.id), 25)}."
    name = f"{change.id} <- {source.id}"
    finding = replace(
        make_finding(f"{name}#f", source.id, text), quotes=(make_quote(source.id, name, text, page=1 + place),)
    )
    grade = _GRADES[place % len(_GRADES)]
    known = f"{source.id} ({source.publisher}, {source.date})"
    tests = tuple(
        Test(
            test,
            ("pass", "fail", "unknown")[(place + at) % 3],
            0.5,
            f"What {known} and the added words share: {write_words(at, 12)}.",
        )
        for at, test in enumerate(_TESTS)
    )
    wording = {
        "strong": f"Echoes wording first found, among the 121 documents searched, in {known}.",
        "moderate": f"Is consistent with {known}.",
        "weak": f"Addresses the same subject as {known}.",
        "ruled_out": f"Cannot derive from {known}, because it was published after tabling on 2031-03-22.",
    }[grade]
    link = make_link(f"{name}#l", change.id, finding.id, source.id)
    return finding, link, Evidence(name, change.id, source.id, link.id, finding.id, grade, wording, tests, 0.01, 0.04)
