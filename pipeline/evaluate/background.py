"""The document-frequency tables that ship under models/: counts of word stems and hashed phrases, no running text."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.engine import run_over
from pipeline.errors import DocumentError
from pipeline.score.rarity import count_frequencies, save_phrases

_LEAST_WORDS = 8  # shorter paragraphs are headings and cells
_LEAST_COUNT = 2  # a stem or phrase seen once is as rare as one never seen, and may be a name


def build_background(files: Sequence[Path], table: Path) -> tuple[int, int]:
    """Count stems and phrases over the body paragraphs of the documents and write the tables.

    The phrases go to background-phrases.npz beside `table`. Returns (documents, passages).

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
    counts, phrases, passages = count_frequencies(texts)
    rows = [f"{stem}\t{count}" for stem, count in sorted(counts.items()) if count >= _LEAST_COUNT and stem.isalpha()]
    head = f"# stem and number of passages that hold it; see models/README.md\npassages\t{passages}\n"
    table.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    common = {phrase: count for phrase, count in phrases.items() if count >= _LEAST_COUNT}
    save_phrases(common, table.with_name("background-phrases.npz"))
    return read, passages


def _read_passages(file: Path) -> list[str]:
    from pipeline.ingest import read_document

    paragraphs = read_document(file, file.stem)
    kinds = ("body", "list_item")
    return [row.text for row in paragraphs if row.kind in kinds and len(row.text.split()) >= _LEAST_WORDS]
