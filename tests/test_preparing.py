"""fetch, new and doctor as commands; a run while documents are missing; grades expected of a case."""

import tomllib
from dataclasses import replace

import pytest

from pipeline.case import load_case
from pipeline.cli import main
from pipeline.errors import ClausetraceError
from pipeline.evaluate.truth import compare_expected
from pipeline.run import load_results
from pipeline.run.doctor import check_cache, check_disk, check_office, examine, is_installed
from pipeline.run.drafting import draft_case, guess_kind
from tests.small_case import CLAIMANT, TARGET, write_case


@pytest.fixture
def call(monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["clausetrace", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        return code, *capsys.readouterr()

    return run


# ---- a run while documents are missing ------------------------------------------------------------------------------


def test_without_its_target_a_case_says_everything_in_one_message(call, tmp_path):
    write_case(tmp_path)
    for file in (tmp_path / "documents").iterdir():
        file.unlink()
    code, out, err = call("run", tmp_path, "--encoder", "none", "--quiet")
    assert code == 1 and out == ""
    assert len(err.strip().splitlines()) == 1
    assert "the target" in err and "base 1" in err and "clausetrace fetch" in err and "By hand: look for" in err


def test_fetch_without_addresses_says_what_to_do_and_exits_with_1(call, tmp_path):
    (tmp_path / "case.toml").write_text(
        '[case]\nid = "c"\ntabled = 2024-03-22\n[[source]]\nid = "paper"\nrole = "target"\nkind = "report"\n'
        'publisher = "A Society"\ntitle = "A Paper"\npath = "documents/paper.pdf"\n',
        encoding="utf-8",
    )
    code, out, err = call("fetch", tmp_path, "--quiet")
    assert code == 1 and out.startswith("missing\ttarget\tpaper\t")
    assert "look for “A Paper” at its publisher (A Society)" in err and "target 1" in err


def test_fetch_of_a_case_that_has_all_is_quiet(call, tmp_path):
    write_case(tmp_path)
    code, out, err = call("fetch", tmp_path, "--quiet")
    assert (code, err) == (0, "") and {row.split("\t")[0] for row in out.splitlines()} == {"kept"}


# ---- new -------------------------------------------------------------------------------------------------------------


def make_folder(folder, **files):
    (folder / "documents").mkdir()
    for name, text in files.items():
        (folder / "documents" / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def head(symbol, date, title):
    return f"---\nsymbol: {symbol}\ndate: {date}\ntitle: {title}\n---\n\n" + TARGET.split("---")[2]


def test_new_reads_what_stands_in_the_files_and_marks_its_guesses(tmp_path):
    make_folder(
        tmp_path,
        this_year=head("A/HRC/RES/95/99", "2024-04-04", "Situation in Estland-on-Sea"),
        last_year=head("A/HRC/RES/92/99", "2023-04-04", "Situation in Estland-on-Sea"),
        twin=head("A/RES/98/999", "2023-12-19", "Situation in Estland-on-Sea"),
        study=head("A/HRC/94/57", "2023-02-20", "A study of the yards"),
        afterwards=head("A/HRC/96/1", "2024-09-20", "Another study"),
        position_of_the_society=CLAIMANT,
    )
    path = draft_case(tmp_path)
    case = load_case(path)
    roles = {source.id: source.role for source in case.sources}
    assert roles == {
        "A/HRC/RES/95/99": "target",
        "A/HRC/RES/92/99": "base",
        "A/RES/98/999": "sister",
        "position_of_the_society": "claimant",
        "A/HRC/94/57": "rival",
        "A/HRC/96/1": "late",
    }
    assert case.target.date == "2024-04-04" and case.target.language == "en"
    text = path.read_text(encoding="utf-8")
    assert 'role = "base"  # GUESS' in text and "# FILL IN" in text


def test_new_never_overwrites_a_case(tmp_path):
    make_folder(tmp_path, paper=CLAIMANT)
    (tmp_path / "case.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(ClausetraceError, match="never overwritten"):
        draft_case(tmp_path)
    assert (tmp_path / "case.toml").read_text(encoding="utf-8") == "mine"


def test_new_keeps_unreadable_documents_with_the_reason(tmp_path):
    make_folder(tmp_path, target=TARGET)
    (tmp_path / "documents" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    text = draft_case(tmp_path).read_text(encoding="utf-8")
    assert "# NOT READ: broken.pdf" in text
    assert load_case(tmp_path).target.id == "A/HRC/RES/95/99"


def test_new_gives_every_document_an_id_of_its_own(tmp_path):
    make_folder(tmp_path, one=TARGET, two=TARGET)
    parsed = tomllib.loads(draft_case(tmp_path).read_text(encoding="utf-8"))
    ids = [source["id"] for source in parsed["source"]]
    assert len(set(ids)) == 2 and [source["role"] for source in parsed["source"]].count("target") == 1


def test_new_takes_titles_with_quotes_and_signs_one_cannot_see(tmp_path):
    make_folder(tmp_path, odd=head("A/HRC/RES/95/99", "2024-04-04", 'A \\"title\\" with \u202e signs \\ and # marks'))
    assert "signs" in load_case(draft_case(tmp_path)).target.title


@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_new_without_documents_is_one_sentence(call, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    code, _, err = call("new", tmp_path / folder)
    assert code == 1 and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A/HRC/RES/95/21", "resolution"),
        ("A/HRC/95/L.7 Situation in Norland", "draft"),
        ("A/HRC/WG.6/99/NOL/3", "submission"),
        ("Position paper on the yards", "position_paper"),
        ("tallow statement", "statement"),
        ("A/HRC/84/66 Promoting accountability", "report"),
    ],
)
def test_kinds_are_guessed_from_symbol_title_or_name(text, kind):
    assert guess_kind(text) == kind


# ---- doctor ----------------------------------------------------------------------------------------------------------


def test_doctor_names_for_each_thing_what_it_is_for(tmp_path):
    checks = examine(tmp_path)
    assert {"Python", "packages", "disk", "cache", "OCR", "fonts", "LibreOffice", "browser"} <= {
        check.name for check in checks
    }
    assert all(check.needed_for for check in checks)
    assert all(bool(check.advice) == (check.state != "ok") for check in checks)


def test_doctor_misses_what_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    assert check_office().state == "optional" and "install LibreOffice" in check_office().advice
    assert check_disk(tmp_path / "nowhere").state == "missing"
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("CLAUSETRACE_CACHE", str(blocked))
    assert check_cache().state == "missing"


@pytest.mark.parametrize(
    ("name", "rule", "there"), [("pytest", ">=1", True), ("pytest", ">=999", False), ("no-such-package", "", False)]
)
def test_packages_are_compared_with_what_is_declared(name, rule, there):
    assert is_installed(name, rule) is there


def test_doctor_exits_with_1_when_a_run_lacks_something(call, tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.run.doctor._FREE_BYTES", 10**18)
    code, out, err = call("doctor", tmp_path)
    assert code == 1 and "MISSING   disk" in out and "(disk" in err


# ---- expected grades -------------------------------------------------------------------------------------------------


@pytest.mark.weights
def test_expected_rows_agree_differ_or_wait_for_their_documents(demo, tmp_path):
    path = tmp_path / "expected.toml"
    path.write_text(
        '[[row]]\nid = "G1"\nclause = "1(e)"\nstatus = ["changed", "new"]\nclaimant_grade = ["strong", "moderate"]\n'
        'needs = ["A/HRC/RES/92/28"]\n'
        '[[row]]\nid = "G2"\nclause = "2(g)"\nstatus = "inherited"\nneeds = ["tallow-2024-penal-system"]\n'
        '[[row]]\nid = "G3"\nclause = "2(m)"\nstatus = "new"\nneeds = ["never-read"]\n'
        '[[row]]\nid = "G4"\nclause = "2(m)"\nstatus = "new"\ntarget = "A/RES/99/1"\n'
        '[[row]]\nid = "G5"\nclaimant_grade = "none"\n'
        '[[row]]\nid = "G6"\nclause = "2(l)"\nsource = "northern-exiles-2018"\ngrade = ["strong"]\n'
        '[[row]]\nid = "G7"\ncontains = "seven facilities"\nclaimant_grade = "none"\n'
        '[[conflict]]\nid = "figures"\nunit = "detainee"\nvalues = [784, 785]\nneeds = []\n',
        encoding="utf-8",
    )
    judged = compare_expected(demo.case, load_results(demo), path)
    assert [outcome for _, outcome, _ in judged] == [
        "agrees",
        "differs",
        *["not checked"] * 3,
        "agrees",
        "differs",
        "agrees",
    ]
    assert judged[1][2] == ["2(g): status: expected inherited, found new"]
    assert judged[2][2] == ["not read: never-read"]
    assert judged[4][2] == ["the clause has not been looked up yet; fill in its words"]
    assert judged[6][2] == ["'seven facilities': no span with 'seven facilities' was found"]


@pytest.mark.weights
@pytest.mark.parametrize(("date", "outcome"), [("2024", "agrees"), ("", "agrees"), ("2024-02-05", "differs")])
def test_an_expected_grade_depends_on_the_date_of_the_paper(demo, tmp_path, date, outcome):
    paper = "tallow-2024-penal-system"
    path = tmp_path / "expected.toml"
    path.write_text(
        f'[[row]]\nid = "G1"\nclause = "1(e)"\nclaimant_grade = "moderate"\ndated = ["{paper}"]\n'
        'undated_grade = "strong"\n',
        encoding="utf-8",
    )
    sources = tuple(replace(source, date=date) if source.id == paper else source for source in demo.case.sources)
    [(_, found, _)] = compare_expected(replace(demo.case, sources=sources), load_results(demo), path)
    assert found == outcome
