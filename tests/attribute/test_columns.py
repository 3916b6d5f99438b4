"""Links as columns stand in one order, whatever that of their table."""

import random

from tests.attribute.builders import make_change, make_clause, make_dossier, make_finding, make_link, make_source

CLAUSES = [make_clause("1", "Ending the use of salt cellars"), make_clause("2", "Opening the drying lofts")]
CHANGES = [make_change(clause) for clause in CLAUSES]
SOURCES = [make_source("a"), make_source("b", "rival")]


def test_links_stand_by_span_and_source_the_best_first():
    rng = random.Random(5)
    findings = [make_finding(source.id, f"Number {n} of {source.id}.") for source in SOURCES for n in range(4)]
    links = [
        make_link(finding, change, log_odds=float(odds))
        for change in CHANGES
        for finding, odds in zip(findings, [1, 3, 2, 3, 0, -1, 5, 5], strict=True)
    ]
    gone = make_source("gone")
    links.append(make_link(make_finding("gone", "Nobody knows."), CHANGES[0], log_odds=9.0))
    expected = sorted(
        (link for link in links if link.source != gone.id),
        key=lambda link: (CHANGES[1].id == link.change, link.source, -link.log_odds, link.id),
    )
    for _ in range(3):
        dossier = make_dossier(SOURCES, CLAUSES, findings, CHANGES, rng.sample(links, len(links)))
        assert dossier.links.take(range(len(dossier.links))) == expected
        firsts = dossier.links.starts.tolist()
        assert firsts == [4 * (place // 4) for place in range(16)]
