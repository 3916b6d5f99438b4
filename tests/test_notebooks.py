"""Every notebook runs on the demo's tables, defines nothing, loads nothing, and is stored without outputs."""

import re
import shutil

import nbformat
import pytest

from pipeline.errors import CaseError, TableError
from pipeline.run import crop_passage, load_frame, open_case
from tests.conftest import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_stored_without_outputs_and_definitions(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            assert not any(line.startswith(("def ", "class ")) for line in cell.source.splitlines())


@pytest.mark.weights
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_runs_on_the_demo(path, demo, tmp_path, monkeypatch):
    from jupyter_client import AsyncKernelManager
    from nbclient import NotebookClient

    for name in ("one", "two"):  # of which 06 makes many cases
        shutil.copytree(demo.case.out / "work", tmp_path / "cases" / name / "work", ignore=lambda *_: ["parts"])
    monkeypatch.setenv("CLAUSETRACE_OUT", str(demo.case.out))
    monkeypatch.setenv("CLAUSETRACE_CASES", str(tmp_path / "cases"))
    notebook = nbformat.read(path, as_version=4)
    kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=str(tmp_path / "kernel"))  # no network
    NotebookClient(notebook, km=kernel, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [str(output) for cell in notebook.cells for output in cell.get("outputs", ())]
    assert shown
    assert not [page for page in shown if re.search(r"""(?:src=|from |import\()\\?["'](?:https?:)?//""", page)]
    if path.stem.startswith("06"):
        assert any("one" in page and "two" in page for page in shown)


@pytest.mark.weights
def test_passages_and_tables_of_a_finished_case(demo):
    line = open_case(REPOSITORY / "data" / "cases" / "demo", demo.case.out)
    clauses = load_frame(line, "2-clauses")
    target = clauses[clauses["source"] == line.case.target.id].set_index("label")
    crops = crop_passage(line, target.loc["2(g)", "id"])
    assert crops[0].png.startswith(b"\x89PNG") and crops[0].page == target.loc["2(g)", "quotes"][0]["page"]


def test_a_case_that_was_not_run_says_so(tmp_path):
    with pytest.raises(TableError, match="run the case first"):
        load_frame(open_case(REPOSITORY / "data" / "cases" / "demo", tmp_path), "2-clauses")
    with pytest.raises(CaseError):
        open_case(tmp_path)
