"""What tests may need beyond the repository, and what happens when it is not there.

Bare `pytest` skips tests whose weights or documents are missing. `make test` sets CLAUSETRACE_STRICT: then a skip
fails, except for the real documents where their folder does not exist, and for the browser, which a bare machine has
not; `make browser-test` sets CLAUSETRACE_BROWSER, and then tests in the browser have to run, too.
"""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
DEMO = REPOSITORY / "data" / "cases" / "demo"
CORPORA = REPOSITORY.parent / "shared" / "corpora"


@pytest.fixture(autouse=True, scope="session")
def keep_vectors_apart(tmp_path_factory):
    """No test reads or fills the vector store of the person who runs it."""
    os.environ.setdefault("CLAUSETRACE_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The embedded case, run once for all tests that look at it, into a folder of its own."""
    from pipeline.case import load_case
    from pipeline.run import Line, run_case
    from pipeline.settings import load_settings

    line = Line(load_case(DEMO, out=tmp_path_factory.mktemp("demo")), load_settings())
    run_case(line)
    return line


def pytest_collection_modifyitems(items):
    # Last, because the copy of a process in which the browser runs cannot start threads.
    items.sort(key=lambda item: bool(item.get_closest_marker("browser")))
    for item in items:
        if item.get_closest_marker("weights") and not _weights_installed():
            item.add_marker(pytest.mark.skip(reason="model weights are not installed; `make test` installs them"))
        if item.get_closest_marker("corpora") and not CORPORA.is_dir():
            item.add_marker(pytest.mark.skip(reason="the real documents are not beside this repository"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    excused = ["corpora", *([] if os.environ.get("CLAUSETRACE_BROWSER") else ["browser"])]
    may_skip = any(item.get_closest_marker(name) for name in excused)
    if report.skipped and os.environ.get("CLAUSETRACE_STRICT") and not may_skip:
        report.outcome = "failed"
        report.longrepr = f"skipped, but everything has to run here: {report.longrepr}"
    return report


def _weights_installed() -> bool:
    from pipeline.errors import ModelError
    from pipeline.weights import find_model

    try:
        return all(find_model(name) for name in ("all-MiniLM-L6-v2", "en-core-web-sm"))
    except ModelError:
        return False
