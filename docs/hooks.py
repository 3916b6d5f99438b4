"""The codebook is written into data/README.md; the site shows it as a page of its own."""

from pathlib import Path
from typing import Any


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """The page's text, with the generated codebook below the page of that name."""
    if page.file.src_uri != "codebook.md":
        return markdown
    codebook = Path(config["config_file_path"]).parent / "data" / "README.md"
    return markdown + codebook.read_text(encoding="utf-8").removeprefix("# Codebook")
