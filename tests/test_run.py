"""A case through the stages: what is redone, what survives, what is said when something is missing."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from pipeline.case import load_case
from pipeline.embed import make_toy_encoder
from pipeline.errors import CaseError, ClausetraceError, TableError
from pipeline.records import Evidence, Link
from pipeline.run import Line, explain_link, list_reports, load_results, run_case
from pipeline.settings import load_settings
from tests.conftest import REPOSITORY
from tests.small_case import BASE_ENTRY, CLAIMANT_ENTRY, TARGET_ENTRY, entry, write_case

pytestmark = pytest.mark.weights


def open_line(folder, encoder="toy", **options):
    return Line(load_case(folder), load_settings(encoder=encoder), workers=1, **options)


def hash_tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "work").glob("*.parquet"))}


@pytest.mark.parametrize("encoder", ["toy", "none"])
def test_a_link_is_explained_by_what_its_measurements_add(tmp_path, encoder):
    line = open_line(write_case(tmp_path), encoder)
    run_case(line)
    results = load_results(line)
    for link in results.links[:5]:
        found = explain_link(line, link.id)
        assert found.intercept + sum(odds for _, _, odds in found.parts) == pytest.approx(link.log_odds, abs=1e-4)
        assert found.passage and found.span
    row = results.evidence[0]
    assert explain_link(line, row.id).link.id == row.link
    with pytest.raises(ClausetraceError, match="no link"):
        explain_link(line, "nothing")


def read_report(line):
    return next(path for path in list_reports(line) if path.suffix == ".html").read_text(encoding="utf-8")


@pytest.mark.parametrize("encoder", ["toy", "none"])
def test_a_small_case_runs(tmp_path, encoder):
    line = open_line(write_case(tmp_path), encoder)
    names = {path.name for path in run_case(line)}
    assert names >= {"attribution.csv", "evidence.csv", "attribution.xlsx", "report.html", "report.docx", "report.pdf"}
    results = load_results(line)
    status = {change.clause.rpartition("#")[2]: change.status for change in results.changes}
    assert status["1(b)"] == status["2"] == "new"
    assert status["PP1"] == status["1(a)"] == status["3"] == "inherited"
    assert {fate.outcome for fate in results.asks} == {"adopted", "not_adopted"}
    assert results.placebo.smallest_p_strict is None  # no placebos: unknown, and nothing above moderate
    assert {row.best_grade for row in results.attributions} <= {"moderate", "weak", "none"}


def test_links_that_evidence_names_need_not_be_looked_for_again(tmp_path, monkeypatch):
    line = open_line(write_case(tmp_path))
    run_case(line, "attribute")
    named = {row.link for row in line.read("6-evidence", Evidence) if row.link}
    monkeypatch.setattr("pipeline.run.line.open_later", lambda *given: pytest.fail("the table was opened"))
    assert named and {link.id for link in line.find("5-links", Link, named)} == named


def test_without_earlier_texts_all_is_new_and_the_report_says_so(tmp_path):
    line = open_line(write_case(tmp_path, TARGET_ENTRY, CLAIMANT_ENTRY))
    run_case(line)
    assert {change.status for change in load_results(line).changes} == {"new"}
    assert "no earlier text" in read_report(line)


def test_without_claimant_the_line_runs(tmp_path):
    line = open_line(write_case(tmp_path, TARGET_ENTRY, BASE_ENTRY))
    run_case(line)
    assert {row.claimant_grade for row in load_results(line).attributions} == {"none"}


def test_a_lost_document_is_a_problem_and_stops_nobody(tmp_path):
    write_case(tmp_path, TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY, entry("gone", "rival", "report", "2020"))
    (tmp_path / "documents/base.md").write_bytes(b"")
    line = open_line(tmp_path)
    run_case(line)
    assert {problem.source for problem in load_results(line).problems} == {"gone", "base"}
    assert "gone" in read_report(line)


def test_a_lost_target_stops_the_run_in_one_sentence(tmp_path):
    write_case(tmp_path)
    (tmp_path / "documents/target.md").write_text("Nothing that looks like a resolution stands here.")
    with pytest.raises(CaseError, match="the target cannot be read: target"):
        run_case(open_line(tmp_path))
    (tmp_path / "documents/target.md").unlink()
    with pytest.raises(CaseError, match="the target target is not there"):
        run_case(open_line(tmp_path))


def test_one_more_document_costs_one_document(tmp_path):
    run_case(open_line(write_case(tmp_path)))
    write_case(tmp_path, TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY, entry("rival", "rival", "report", "2020"))
    (tmp_path / "documents/rival.md").write_text(
        "# Paper\n\nThe ministry of the coast has closed three schools in the valley.\n"
    )
    told = []
    run_case(open_line(tmp_path, tell=lambda stage, done, total: told.append((stage, total))))
    assert ("ingest", 1) in told and ("extract", 1) in told


def test_the_model_is_put_away_when_all_is_encoded(tmp_path, monkeypatch):
    put_away = []
    encoder = replace(make_toy_encoder(), put_away=lambda: put_away.append(True))
    monkeypatch.setattr("pipeline.run.scoring.load_encoder", lambda line: encoder)
    line = open_line(write_case(tmp_path))
    run_case(line, "embed")
    assert put_away == [True]


@pytest.mark.parametrize(("workers", "loaded"), [(None, ["language", "encoder", "charts"]), (1, ["charts"])])
def test_with_one_document_to_read_models_are_loaded_meanwhile(tmp_path, monkeypatch, workers, loaded):
    found = []

    @contextmanager
    def note(name, *given):
        found.append(name)
        yield

    encoder = replace(make_toy_encoder(), get_ready=lambda: found.append("encoder"))
    monkeypatch.setattr("pipeline.run.scoring.load_encoder", lambda line: encoder)
    monkeypatch.setattr("pipeline.run.scoring.count_cores", lambda: 2)
    monkeypatch.setattr("pipeline.run.documents.ready_worker", partial(note, "language"))
    monkeypatch.setattr("pipeline.report.ready_charts", partial(note, "charts"))
    run_case(replace(open_line(write_case(tmp_path)), workers=workers))
    assert found == ["charts"]  # with more to read all cores are at work
    found.clear()
    write_case(tmp_path, TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY, entry("rival", "rival", "report", "2020"))
    (tmp_path / "documents/rival.md").write_text("# Paper\n\nThe ministry of the coast has closed three schools.\n")
    run_case(replace(open_line(tmp_path), workers=workers))
    assert found == loaded


def test_a_repaired_document_is_read_again(tmp_path):
    write_case(tmp_path)
    good = (tmp_path / "documents/claimant.md").read_text()
    (tmp_path / "documents/claimant.md").write_bytes(b"")
    line = open_line(tmp_path)
    run_case(line)
    assert load_results(line).problems
    (tmp_path / "documents/claimant.md").write_text(good)
    again = open_line(tmp_path)
    run_case(again)
    assert not load_results(again).problems


def test_one_content_under_two_names_is_refused(tmp_path):
    write_case(tmp_path)
    (tmp_path / "documents/claimant.md").write_bytes((tmp_path / "documents/target.md").read_bytes())
    with pytest.raises(CaseError, match="same file under two names"):
        run_case(open_line(tmp_path))


def test_lost_and_damaged_parts_are_made_again(tmp_path):
    line = open_line(write_case(tmp_path))
    run_case(line)
    whole = hash_tables(tmp_path)
    for part in (tmp_path / "work/parts").glob("2-clauses-*"):
        part.unlink()
    (tmp_path / "work/2-clauses.parquet").unlink()
    run_case(open_line(tmp_path))
    assert hash_tables(tmp_path) == whole
    part = max((tmp_path / "work/parts").glob("2-findings-*"), key=lambda part: part.stat().st_size)
    damaged = bytearray(part.read_bytes())
    damaged[8:200] = bytes(192)
    part.write_bytes(damaged)
    (tmp_path / "work/2-findings.parquet").unlink()
    with pytest.raises(TableError, match="run the same command again"):
        run_case(open_line(tmp_path))
    run_case(open_line(tmp_path))
    assert hash_tables(tmp_path) == whole


@pytest.mark.parametrize("name", ["clauses.parquet", "changes.parquet", "rarity.npz"])
def test_what_documents_are_measured_against_is_written_again_when_it_was_deleted(tmp_path, name):
    run_case(open_line(write_case(tmp_path)))
    whole = hash_tables(tmp_path)
    (file,) = (tmp_path / "work/range").glob(f"*/{name}")
    file.unlink()
    for part in [*(tmp_path / "work").glob("5-*"), *(tmp_path / "work/parts").glob("5-*")]:
        part.unlink()
    run_case(open_line(tmp_path))
    assert hash_tables(tmp_path) == whole
    case = tmp_path / "case.toml"
    case.write_text(case.read_text().replace('mask = ["Estland"]', 'mask = ["Oranje"]'))
    run_case(open_line(tmp_path))
    assert len(list((tmp_path / "work/range").iterdir())) == 1


def test_a_document_for_which_memory_was_wanting_is_scored_by_the_next_run(tmp_path, monkeypatch):
    write_case(tmp_path / "whole")
    run_case(open_line(tmp_path / "whole"))

    def fail(*given):
        raise MemoryError("no more")

    write_case(tmp_path / "case")
    with monkeypatch.context() as context:
        context.setattr("pipeline.score.score_links", fail)
        run_case(open_line(tmp_path / "case"))
    assert any(problem.stage == "score" for problem in load_results(open_line(tmp_path / "case")).problems)
    run_case(open_line(tmp_path / "case"))
    assert hash_tables(tmp_path / "case") == hash_tables(tmp_path / "whole")


def test_another_publisher_is_judged_anew(tmp_path):
    write_case(tmp_path)
    run_case(open_line(tmp_path))
    case = tmp_path / "case.toml"
    case.write_text(case.read_text().replace("claimant publisher", "The Yard Watch"))
    told = []
    line = open_line(tmp_path, tell=lambda stage, done, total: told.append((stage, total)))
    run_case(line)
    assert ("score", 0) in told and ("attribute", 0) not in told
    assert any("The Yard Watch" in row.wording for row in load_results(line).evidence)


def test_a_report_changed_by_hand_is_written_again(tmp_path):
    line = open_line(write_case(tmp_path))
    (csv,) = (path for path in run_case(line) if path.name == "attribution.csv")
    before = csv.read_bytes()
    csv.write_text("not what was found")
    run_case(open_line(tmp_path))
    assert csv.read_bytes() == before


def test_a_second_place_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        run_case(open_line(write_case(tmp_path / name)))
    assert hash_tables(tmp_path / "a") == hash_tables(tmp_path / "b")
    for name in ("report.html", "attribution.xlsx", "attribution.csv", "evidence.csv"):
        assert (tmp_path / "a/reports" / name).read_bytes() == (tmp_path / "b/reports" / name).read_bytes()


def test_killed_in_the_middle_a_rerun_gives_the_same_tables(tmp_path):
    run_case(open_line(write_case(tmp_path / "whole")))
    write_case(tmp_path / "killed")
    command = [sys.executable, "-m", "pipeline", "run", str(tmp_path / "killed"), "--encoder", "toy", "--workers", "1"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.time() + 60
    while time.time() < deadline and not (tmp_path / "killed/work/2-findings.parquet").exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    run_case(open_line(tmp_path / "killed"))
    assert hash_tables(tmp_path / "killed") == hash_tables(tmp_path / "whole")
    assert not list((tmp_path / "killed/work").rglob("*.html"))


def test_after_ctrl_c_a_rerun_goes_on_from_what_is_there(tmp_path):
    papers = [f"paper-{number}" for number in range(40)]
    entries = [entry(name, "rival", "report", "2023-01-01") for name in papers]
    write_case(tmp_path, TARGET_ENTRY, BASE_ENTRY, CLAIMANT_ENTRY, *entries)
    for number, name in enumerate(papers):
        (tmp_path / f"documents/{name}.md").write_text(f"# Paper\n\nWe counted {number + 30} closed schools.\n")

    def list_read():
        """The parts that are written last, one a document."""
        return {part: part.stat().st_mtime_ns for part in (tmp_path / "work/parts").glob("1-problems-*.parquet")}

    command = [sys.executable, "-m", "pipeline", "extract", str(tmp_path), "--workers", "1"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    deadline = time.time() + 60
    while time.time() < deadline and not list_read():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=120)[1].splitlines()
    assert process.returncode == 130
    assert said[-1:] == ["clausetrace: stopped; run the same command again to go on from here."]
    assert not [line for line in said if "Traceback" in line]
    done = list_read()
    assert 0 < len(done) < 43
    run_case(open_line(tmp_path), "extract")
    assert len(list_read()) == 43 and done.items() <= list_read().items()


def test_a_full_disk_is_one_sentence_and_a_rerun_completes(tmp_path):
    write_case(tmp_path)
    run = f"ulimit -f 8; exec {sys.executable} -m pipeline run {tmp_path} --encoder none --workers 1"
    script = (  # the limit shall be an error as on a full disk, not a signal
        f"import os, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);os.execvp('bash', ['bash', '-c', {run!r}])"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert result.stderr.strip().splitlines()[-1].startswith("clausetrace: ")
    line = open_line(tmp_path, "none")
    run_case(line)
    assert load_results(line).attributions


def test_lexical_mode_needs_no_torch(tmp_path):
    write_case(tmp_path)
    script = (
        "import sys; sys.modules.update(torch=None, sentence_transformers=None, transformers=None);"
        f"sys.argv = ['clausetrace', 'run', {str(tmp_path)!r}, '--encoder', 'none', '--workers', '1'];"
        "from pipeline.cli import main; main()"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert result.returncode == 0, result.stderr
    assert "report.html" in result.stdout
