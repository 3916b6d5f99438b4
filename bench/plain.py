"""The yardstick of the bench: what a user would otherwise write with pdfplumber, sentence-transformers and pandas.

Nothing here is tuned or cached, and nothing comes from the pipeline but the address of the model's weights.

    python bench/plain.py RESOLUTION.pdf REPORT.pdf ... --top 20 --out pairs.csv
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pdfplumber
from sentence_transformers import SentenceTransformer

from pipeline.weights import find_model

MODEL = "all-MiniLM-L6-v2"


def read_paragraphs(path: Path) -> list[str]:
    """The text of a PDF page by page, cut where a line ends a sentence or begins after a blank line."""
    paragraphs: list[str] = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            open_lines: list[str] = []
            for line in [*(page.extract_text() or "").split("\n"), ""]:
                if line.strip():
                    open_lines.append(line.strip())
                if open_lines and (not line.strip() or line.rstrip().endswith((".", ";", ":"))):
                    paragraphs.append(" ".join(open_lines))
                    open_lines = []
    return paragraphs


def match_documents(target: Path, sources: Sequence[Path], top: int) -> pd.DataFrame:
    """For each distinct paragraph of the sources the `top` paragraphs of the target with the largest cosine."""
    clauses = list(dict.fromkeys(read_paragraphs(target)))
    rows = [(path.name, text) for path in sources for text in read_paragraphs(path)]
    findings = pd.DataFrame(rows, columns=["source", "text"]).drop_duplicates("text", ignore_index=True)
    model = SentenceTransformer(str(find_model(MODEL).folder), device="cpu", local_files_only=True)
    ours = model.encode(findings["text"].tolist(), normalize_embeddings=True, show_progress_bar=False)
    theirs = model.encode(clauses, normalize_embeddings=True, show_progress_bar=False)
    cosines = ours @ theirs.T
    best = np.argsort(-cosines, axis=1)[:, :top]
    pairs = [
        (findings["source"][row], findings["text"][row], clauses[column], float(cosines[row, column]))
        for row, columns in enumerate(best)
        for column in columns
    ]
    return pd.DataFrame(pairs, columns=["source", "finding", "clause", "cosine"])


def main() -> None:
    """Write the pairs as CSV and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--top", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("pairs.csv"))
    given = parser.parse_args()
    begun = time.perf_counter()
    pairs = match_documents(given.target, given.sources, given.top)
    pairs.to_csv(given.out, index=False)
    print(f"{len(pairs)} pairs in {time.perf_counter() - begun:.1f} s")  # noqa: T201  # a script of one command


if __name__ == "__main__":
    main()
