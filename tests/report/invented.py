"""A small invented case for the report tests: documents, people and places do not exist."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_type_hints

from pipeline.case import Case, Theme
from pipeline.records import (
    AskFate,
    Attribution,
    Change,
    Clause,
    Conflict,
    Evidence,
    Finding,
    Link,
    PlaceboCheck,
    Problem,
    Quote,
    Rival,
    Source,
    Test,
)
from pipeline.report import Results, find_common

HOSTILE = (
    "<script>alert('x')</script>",
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1;2)",
    "-2+3",
    "\t=1+1",
    "＝1+1",
    "said \"so\" & 'so' </td></table>",
    "\u202egnihtemos\u202c right to left",
    "x" * 3000,
    "bell\x07 null\x00 escape\x1b[31m lone\ud800 end",
    "{{ 7 * 7 }} {% raw %} {0} {count}",
    "#REF!",
)


def make_source(name: str, role: str, publisher: str, day: str, **more: str) -> Source:
    fields = {
        "id": name, "role": role, "kind": "report", "publisher": publisher, "title": f"Title of {name}", "date": day,
        "date_basis": "printed", "language": "en", "path": f"documents/{name}.pdf", "url": "", "licence": "CC0",
    }  # fmt: skip
    return Source(**(fields | more))


SOURCES = (
    make_source("X/RES/9", "target", "Assembly of the Isles", "2031-04-04"),
    make_source("X/RES/7", "base", "Assembly of the Isles", "2030-04-03"),
    make_source("lantern-1", "claimant", "Lantern Watch", "2031-01-15", url="https://lantern.example/paper"),
    make_source("office-3", "rival", "Office of the Warden", "2029-06"),
    make_source("lantern-late", "late", "Lantern Watch", "2031-05-01"),
    make_source("scan-8", "rival", "Harbour Union", ""),
)
OPERATIVE = "Urges Veldland to open lighthouse cells, dry cellars and tide barracks, to all visitors without delay;"
REPEATED = "Recalls that every lamp keeper has the right to a hearing;"
PREAMBLE = "Noting with concern the silence of the harbour masters,"
ASK = "Veldland should open lighthouse cells, dry cellars and tide barracks to outside visitors."
UNMET = "Publish the names of all missing lamp keepers."


def make_quote(source: str, paragraph: str, text: str, start: int = 0, page: int | None = 2) -> Quote:
    return Quote(source, page, f"{source}¶{paragraph}", start, start + len(text), text)


def make_clause(name: str, order: int, label: str, text: str, source: str = "X/RES/9") -> Clause:
    section = "preamble" if label.startswith("PP") else "operative"
    quotes = (make_quote(source, name, text),)
    return Clause(f"{source}#{label}", source, order, section, label, None, text.split(maxsplit=1)[0], quotes)


CHAPEAU = (make_quote("X/RES/9", "c2", "Strongly urges the authorities:"),)
CLAUSES = (
    make_clause("c1", 0, "PP1", PREAMBLE),
    replace(make_clause("c2", 1, "2(g)", OPERATIVE), chapeau=CHAPEAU),
    make_clause("c3", 2, "3", REPEATED),
    make_clause("b1", 0, "2", REPEATED, source="X/RES/7"),
)
LIST = "dry cellars and tide barracks,"
TAIL = "without delay"
CHANGES = (
    Change("s1", "X/RES/9#PP1", "new", CLAUSES[0].quotes, PREAMBLE, (PREAMBLE,), (), None, None, "", 0.0, False),
    Change(
        "s2", "X/RES/9#2(g)", "changed", (make_quote("X/RES/9", "c2", LIST, OPERATIVE.index(LIST)),), OPERATIVE,
        (LIST,), ("towers",), "X/RES/7#2", "X/RES/7", "Urges Veldland to open lighthouse cells, towers", 0.6, False,
    ),
    Change(
        "s3", "X/RES/9#2(g)", "changed", (make_quote("X/RES/9", "c2", TAIL, OPERATIVE.index(TAIL)),), OPERATIVE,
        (TAIL,), (), "X/RES/7#2", "X/RES/7", "", 0.6, False,
    ),
    Change("s4", "X/RES/9#3", "inherited", CLAUSES[2].quotes, REPEATED, (), (), "X/RES/7#2", "X/RES/7", REPEATED, 1.0,
           True),
)  # fmt: skip


def make_finding(name: str, source: str, text: str, kind: str = "ask", page: int | None = 5) -> Finding:
    return Finding(name, source, 0, kind, "Recommendations", (make_quote(source, name, text, page=page),))


FINDINGS = (
    make_finding("f1", "lantern-1", ASK),
    make_finding("f2", "office-3", "Some cells under the lighthouses are closed to visitors.", "finding", page=None),
    make_finding("f3", "lantern-late", "Visitors still wait at the tide barracks, 31 of them.", "finding"),
    make_finding("f4", "lantern-1", UNMET),
)


def make_link(name: str, change: str, finding: str, source: str) -> Link:
    """A link whose measurements are some value of their type: reports show them and read nothing into them."""
    samples = {float: 0.812345678, float | None: None, int: 4, int | None: 66, bool: False, str: "dry cellars",
               tuple[str, ...]: ("dry cellars", "tide barracks")}  # fmt: skip
    values = {field: samples[hint] for field, hint in get_type_hints(Link).items()}
    return Link(**(values | {"id": name, "change": change, "finding": finding, "source": source}))


LINKS = (make_link("l1", "s2", "f1", "lantern-1"), make_link("l2", "s2", "f3", "lantern-late"))
TESTS = (
    Test("newness", "pass", None, "The span is in no earlier text held."),
    Test("precedence", "pass", 66.0, "lantern-1 is dated 66 days before tabling."),
)
LATE = (Test("precedence", "fail", -40.0, "lantern-late is dated 40 days after tabling."),)
STRONG = "echoes wording first found, among the 4 documents searched, in lantern-1 (Lantern Watch, 2031-01-15)"
RULED_OUT = "cannot derive from lantern-late, because it was published after tabling"
EVIDENCE = (
    Evidence("e1", "s2", "lantern-1", "l1", "f1", "strong", STRONG, TESTS, 0.0004, 0.04),
    Evidence("e2", "s2", "lantern-late", "l2", "f3", "ruled_out", RULED_OUT, LATE, None, None),
)
RIVALS = (
    Rival("office-3", "Office of the Warden", "2029-06", "weak", True),
    Rival("scan-8", "Harbour Union", "", "none", None),
)
NO_SOURCE = "new in this resolution; no source found among the 4 documents searched"
ATTRIBUTIONS = (
    Attribution("s1", "X/RES/9#PP1", "new", (), "", "", "none", "", "", "none", (), NO_SOURCE, ("No link at all.",)),
    Attribution("s2", "X/RES/9#2(g)", "changed", ("cells",), "lantern-1", "f1", "strong", "lantern-1", "f1", "strong",
                RIVALS, STRONG, ("Four rare words in order.", "No earlier document has them.")),
    Attribution("s3", "X/RES/9#2(g)", "changed", ("cells", "visits"), "office-3", "f2", "moderate", "lantern-1", "f1",
                "weak", (), "is consistent with office-3", ("A rival is earlier.",)),
    Attribution("s4", "X/RES/9#3", "inherited", ("visits",), "", "", "none", "", "", "none", (),
                "repeats language adopted in X/RES/7 (since 2030-04-03)", ()),
)  # fmt: skip
THEMES = (
    Theme(id="cells", label="Cells & cellars", cues=("cell",)),
    Theme(id="visits", label="Visits", cues=("visitor",)),
    Theme(id="boats", label="Boats", cues=("boat",)),
)


def make_case(**changes: object) -> Case:
    """The invented case, with some fields replaced."""
    case = Case(
        folder=Path("isles"), out=Path("isles"), id="isles", title="The Isles (fiction)", tabled=date(2031, 3, 22),
        adopted=date(2031, 4, 4), significance=0.05, mask=("Veldland",), sources=SOURCES, files={}, themes=THEMES,
        claims=(),
    )  # fmt: skip
    return replace(case, **changes)


def make_results(**changes: object) -> Results:
    """Results of the invented case, with some tables replaced."""
    results = Results(
        clauses=CLAUSES,
        findings=FINDINGS,
        changes=CHANGES,
        links=LINKS,
        strengths=tuple((link.change, link.source, link.log_odds) for link in LINKS),
        heard=frozenset(finding.source for finding in FINDINGS),
        common=find_common(((finding.source, finding.text) for finding in FINDINGS), ("Veldland",)),
        evidence=EVIDENCE,
        attributions=ATTRIBUTIONS,
        asks=(
            AskFate("f1", "adopted", "X/RES/9#2(g)", "s2", "The list stands in 2(g)."),
            AskFate("f4", "not_adopted", "", "", "No clause comes near."),
        ),
        conflicts=(Conflict("visitor", 31.0, 32.0, "f3", "f2"),),
        problems=(Problem("scan-8", "rival", "ingest", "scan-8.pdf: no text found; run OCR on it first."),),
        placebo=PlaceboCheck(25, 3, 30, 0.0385, 0.0132, 1, 0.04, 0.001, 0.2, "The self-check holds."),
        encoder="toy-model",
        versions=(("clausetrace", "0.1.0"),),
    )
    return replace(results, **changes)


def make_hostile() -> tuple[Case, Results]:
    """The same case where documents and case file say hostile things, one in each place that a report shows."""
    text = " ".join(HOSTILE)
    quote = make_quote("X/RES/9", "c1", text)
    sources = tuple(
        replace(source, title=text, publisher=text, url="javascript:alert(1)", licence=text) for source in SOURCES
    )
    case = make_case(
        title=text, sources=sources, mask=HOSTILE, themes=tuple(t.model_copy(update={"label": text}) for t in THEMES)
    )
    base = make_results()
    return case, replace(
        base,
        clauses=tuple(replace(clause, quotes=(quote,), label=text, chapeau=(quote,)) for clause in base.clauses),
        findings=tuple(replace(finding, quotes=(quote,)) for finding in base.findings),
        changes=tuple(
            replace(change, quotes=(quote,), added=(hostile,), removed=HOSTILE, earlier_source=text)
            for change, hostile in zip(base.changes, HOSTILE, strict=False)
        ),
        attributions=tuple(
            replace(row, wording=hostile, reasons=HOSTILE, rivals=tuple(replace(r, publisher=text) for r in row.rivals))
            for row, hostile in zip(base.attributions, HOSTILE[1:], strict=False)
        ),
        asks=tuple(replace(ask, reason=text) for ask in base.asks),
        conflicts=(replace(base.conflicts[0], unit=text),),
        problems=tuple(Problem(text, "rival", "ingest", hostile) for hostile in HOSTILE),
        placebo=replace(base.placebo, reason=text),
        encoder=text,
        versions=tuple((hostile, hostile) for hostile in HOSTILE),
    )
