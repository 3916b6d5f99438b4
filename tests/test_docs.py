"""What the documentation says can be done: commands and options exist, links lead somewhere, examples run."""

import re
import shlex
import subprocess
import sys

import pytest

from pipeline.cli.manual import format_manual, list_commands
from tests.conftest import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = [(name, *block) for name, text in PAGES.items() for block in BLOCK.findall(text)]
INLINE = [
    (name, code)
    for name, text in PAGES.items()
    if name != "commands.md"
    for code in re.findall(r"`((?:clausetrace|make) [^`\n]+)`", BLOCK.sub("", text))
]
LINES = [(name, line) for name, kind, code in BLOCKS if kind == "sh" for line in code.splitlines()] + INLINE
CALLS = [(name, line) for name, line in LINES if re.match(r"(\.venv/bin/)?clausetrace ", line)]
TARGETS = [(name, line) for name, line in LINES if line.startswith("make ")]


def find_fault(line):
    """What is wrong with a typed clausetrace command; "" when it and its options exist."""
    words, commands = shlex.split(line)[1:], list_commands()
    name = next((found for n in (2, 1) if (found := " ".join(words[:n])) in commands), None)
    if name is None:
        return f"no such command: {line}"
    known = {option for param in commands[name].params for option in param.opts}
    unknown = [word for word in words if word.startswith("--") and word.partition("=")[0] not in known]
    return f"no such option: {unknown}" if unknown else ""


def test_a_wrong_command_or_option_is_seen():
    assert find_fault("clausetrace runn case") and find_fault("clausetrace run case --outt x")
    assert find_fault("clausetrace review export case --out x") == ""


@pytest.mark.parametrize(("page", "line"), CALLS)
def test_commands_exist(page, line):
    assert find_fault(line) == ""


@pytest.mark.parametrize(("page", "line"), TARGETS)
def test_make_targets_and_variables_exist(page, line):
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    stages = re.search(r"^STAGES *:= (.*)$", makefile, re.MULTILINE)[1].split()
    targets = {*re.findall(r"^([a-z-]+):", makefile, re.MULTILINE), *stages}
    variables = set(re.findall(r"^([A-Z_]+) *\?=", makefile, re.MULTILINE))
    for word in shlex.split(line)[1:]:
        assert word.partition("=")[0] in (variables if "=" in word else targets)


def test_the_page_of_commands_is_fresh():
    assert PAGES["commands.md"] == format_manual(), "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[page]):
        file, _, anchor = link.partition("#")
        assert not file or (DOCS / file).is_file()
        heads = re.findall(r"^#+ (.*)$", PAGES[file or page], re.MULTILINE)
        assert not anchor or anchor in {re.sub(r"\W+", "-", head.lower()).strip("-") for head in heads}


@pytest.mark.parametrize(("page", "code"), [(page, code) for page, kind, code in BLOCKS if kind == "python"])
def test_python_examples_run(page, code, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    exec(compile(code, page, "exec"), {})


def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path):
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    loads = re.compile(r"""<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=["'](?:https?:)?//""")
    pages = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    assert "best_grade" in pages["codebook.html"]
    assert not [name for name, text in pages.items() if loads.search(text)]
    assert not [
        path.name for path in tmp_path.rglob("*.css") if re.search(r"url\([\"']?https?:|@import", path.read_text())
    ]
