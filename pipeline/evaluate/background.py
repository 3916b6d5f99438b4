"""The document-frequency table that ships under models/: counts of word stems, no running text."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.engine import run_over
from pipeline.errors import DocumentError
from pipeline.score.rarity import count_frequencies

_LEAST_WORDS = 8  # shorter paragraphs are headings and cells
_LEAST_COUNT = 2  # a stem seen once is as rare as one never seen, and may be a name


def build_background(files: Sequence[Path], table: Path) -> tuple[int, int]:
    """Count stems over the body paragraphs of the documents and write the table; returns (documents, passages).

    Raises DocumentError when none of the files can be read; single unreadable files are left out.
    """
    texts: list[str] = []
    read = 0
    for _, outcome in run_over(_read_passages, files):
        if isinstance(outcome, list):
            texts += outcome
            read += 1
    if not read:
        raise DocumentError("none of the background documents can be read; name PDF, TXT or Markdown files.")
    counts, passages = count_frequencies(texts)
    rows = [f"{stem}\t{count}" for stem, count in sorted(counts.items()) if count >= _LEAST_COUNT and stem.isalpha()]
    head = f"# stem and number of passages that hold it; see models/README.md\npassages\t{passages}\n"
    table.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    return read, passages


def _read_passages(file: Path) -> list[str]:
    from pipeline.ingest import read_document

    paragraphs = read_document(file, file.stem)
    kinds = ("body", "list_item")
    return [row.text for row in paragraphs if row.kind in kinds and len(row.text.split()) >= _LEAST_WORDS]
