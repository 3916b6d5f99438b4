"""Render the demo's documents and write its case.toml: `python data/cases/demo/build/build.py [--out FOLDER]`.

Needs typst and python-docx. The result is the same, byte for byte, on every run with the same versions.
"""

import argparse
import json
from pathlib import Path

from placebos import write_placebos
from render import render
from texts_in import Document, read_document, read_resolutions

TEXTS = Path(__file__).parent / "texts"
ORDER = ("target", "base", "sister", "claimant", "late", "rival", "background", "placebo")


def main() -> None:
    """Build into the demo folder, or into --out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent)
    build_demo(parser.parse_args().out)


def build_demo(folder: Path) -> None:
    """Write `folder`/documents and `folder`/case.toml."""
    documents = collect_documents()
    for document in documents:
        target = folder / "documents" / document.head["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        render(document, target)
    head = (TEXTS / "case_head.toml").read_text(encoding="utf-8")
    entries = [describe_source(document) for document in documents]
    (folder / "case.toml").write_text("\n".join([head, *entries]), encoding="utf-8")


def collect_documents() -> list[Document]:
    """All documents of the case by role, then date."""
    papers = [read_document(path) for path in sorted(TEXTS.glob("*/*.md"))]
    documents = read_resolutions(TEXTS) + papers + write_placebos(TEXTS)
    return sorted(
        documents, key=lambda document: (ORDER.index(document.head["role"]), document.head["date"], document.id)
    )


def describe_source(document: Document) -> str:
    """The [[source]] entry of a document."""
    head = document.head
    entry = {key: document.head[key] for key in ("id", "role", "kind", "publisher", "title", "date")} | {
        "date_basis": "printed",
        "language": "en",
        "path": f"documents/{head['file']}",
        "licence": "CC0-1.0",
    }
    return "[[source]]\n" + "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entry.items()
    )


if __name__ == "__main__":
    main()
