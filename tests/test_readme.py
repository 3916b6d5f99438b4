"""The README promises only what exists, and the codebook is the one that records.py gives."""

import re
import tomllib

import pytest

from pipeline.evaluate.codebook import format_codebook
from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
FORBIDDEN = ["caused", "led to", "resulted in", "secured", "achieved", "thanks to", "directly informed", "shaped by"]


def test_the_codebook_is_fresh():
    assert (REPOSITORY / "data/README.md").read_text(encoding="utf-8") == format_codebook()


def test_make_targets_exist():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    stages = re.search(r"^STAGES\s*:= (.*)$", makefile, re.MULTILINE).group(1).split()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) | set(stages)
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", README, re.MULTILINE)) <= targets


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_somewhere(link):
    assert (REPOSITORY / link).exists()


def test_the_case_file_walk_through_is_valid_toml():
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL).group(1)
    case = tomllib.loads(re.sub(r"^   ", "", block, flags=re.MULTILINE))
    assert {source["role"] for source in case["source"]} == {"target", "base", "claimant"}


def test_no_forbidden_word_of_degree():
    assert not [word for word in FORBIDDEN if re.search(rf"\b{word}\b", README)]
