"""Redacted runs and frozen releases of a small case, through the commands."""

import hashlib
import json

import pytest

from pipeline.errors import ClausetraceError
from pipeline.run.redaction import read_names
from tests.small_case import write_case
from tests.test_cli import call  # noqa: F401

NAME = "Wilhelmina Oord"


@pytest.fixture
def case(tmp_path):
    folder = write_case(tmp_path / "case")
    document = folder / "documents" / "claimant.md"
    document.write_text(document.read_text("utf-8").replace("Guards beat", f"Guards of {NAME} beat"), "utf-8")
    return folder


@pytest.mark.weights
def test_a_listed_name_is_withheld_and_the_reports_lie_apart(call, case):  # noqa: F811
    (case / "hand").mkdir()
    (case / "hand" / "names.csv").write_text(f"name,action,who,date,reason\n{NAME},withhold,me,2024-05-01,\n", "utf-8")
    code, _, err = call("run", str(case), "--encoder", "none", "--redact")
    assert code == 0, err
    assert (case / "redacted" / "report.html").is_file()
    assert not (case / "reports").exists()
    texts = [file.read_text("utf-8") for file in (case / "redacted").iterdir() if file.suffix in (".csv", ".html")]
    assert not any("Wilhelmina" in text for text in texts)
    assert any("█" * len(NAME) in text for text in texts)


@pytest.mark.weights
def test_a_release_is_whole_checked_and_never_changed(call, case, tmp_path):  # noqa: F811
    options = ("freeze", str(case), "--encoder", "none", "--to", str(tmp_path / "kept"), "--day", "2024-05-31")
    code, out, err = call(*options)
    assert code == 0, err
    folder = tmp_path / "kept" / "small-2024-05-31"
    assert out.strip().endswith(str(folder))
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert files == {*sums, "SHA256SUMS"}
    assert {"case.toml", "manifest.json", "reports/report.html", "work/6-evidence.parquet"} <= files
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert [row["id"] for row in manifest["documents"]] == ["target", "base", "claimant"]
    assert all(len(row["sha256"]) == 64 for row in manifest["documents"])
    code, _, err = call(*options)
    assert (code, "releases are never changed" in err or "never changed" in err) == (1, True)


def test_a_bad_day_is_one_sentence(call, case):  # noqa: F811
    code, _, err = call("freeze", str(case), "--day", "yesterday")
    assert (code, err.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    "content", ["name,action\nA B,hide\n", "name,action\n,keep\n", "person\nA B\n", b"name,action\n\xff\xfe,keep\n"]
)
def test_a_list_of_names_that_cannot_be_used_is_refused(tmp_path, content):
    path = tmp_path / "names.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ClausetraceError, match=r"names\.csv"):
        read_names(path)


def test_no_list_decides_nothing(tmp_path):
    assert read_names(tmp_path / "names.csv") == {"withhold": [], "keep": []}
