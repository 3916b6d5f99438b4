"""Two workers of a cluster beside one, and what 1,000 pages and a million pairs cost: python -m bench.cluster [PDFS].

Not a part of `make bench`: it takes a quarter of an hour, and a machine whose cores are free.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np

from bench.texts import draw_texts
from pipeline.case import load_case
from pipeline.run import Line, run_case
from pipeline.settings import load_settings

_PAGES = 5  # a document
_ENTRY = '[[source]]\nid = "{0}"\nrole = "{1}"\nkind = "{2}"\ndate = "2023-01-01"\npath = "documents/{0}.{3}"\n'
_TARGET = (
    "*The Human Rights Council*,\n\n*Recalling* its resolution,\n\n1. *Urges* the Government to open every yard;\n"
)


def write_generated_case(folder: Path, count: int) -> None:
    """A short resolution and `count` PDFs of five pages."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    (folder / "documents").mkdir(parents=True)
    (folder / "documents/target.md").write_text(f"---\nsymbol: A/HRC/RES/95/99\n---\n\n# Situation\n\n{_TARGET}")
    body = getSampleStyleSheet()["BodyText"]
    texts = iter(draw_texts(count * _PAGES * 12))
    for number in range(count):
        pages = [[Paragraph(text, body) for text in islice(texts, 12)] + [PageBreak()] for _ in range(_PAGES)]
        file = folder / f"documents/paper-{number}.pdf"
        SimpleDocTemplate(str(file), invariant=1).build([piece for page in pages for piece in page])
    entries = [_ENTRY.format(f"paper-{number}", "rival", "report", "pdf") for number in range(count)]
    head = '[case]\nid = "bench"\ntabled = 2024-03-22\n'
    (folder / "case.toml").write_text(head + _ENTRY.format("target", "target", "resolution", "md") + "".join(entries))


@contextmanager
def start_cluster(workers: int, folder: Path) -> Iterator[str]:
    """The address of a scheduler with so many workers of one thread each."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    with (folder / "log").open("a") as log:
        ends = ["--no-dashboard"]
        calls = [["scheduler", "--port", str(port), *ends]]
        calls += [["worker", address, "--nthreads", "1", "--no-nanny", *ends]] * workers
        running = [subprocess.Popen([sys.executable, "-m", "dask", *call], stdout=log, stderr=log) for call in calls]
        try:
            wait_for_workers(address, workers)
            yield address
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait()


def wait_for_workers(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=60)


def time_stages(case: Path, out: Path, **options: str) -> dict[str, float]:
    """Seconds by the clock of ingest and extract on an empty folder `out`."""
    line = Line(load_case(case, out=out), load_settings(encoder="none"), workers=1, **options)
    begun = time.perf_counter()
    run_case(line, "ingest")
    middle = time.perf_counter()
    run_case(line, "extract")
    return {"ingest": middle - begun, "extract": time.perf_counter() - middle}


def time_embedding(count: int) -> float:
    """Seconds for `count` distinct texts, all cores, without the model's start."""
    from pipeline.embed import load_encoder

    encoder = load_encoder(load_settings().embed)
    assert encoder is not None
    encoder.encode(["to load the model"], "query")
    begun = time.perf_counter()
    encoder.encode(draw_texts(count), "query")
    return time.perf_counter() - begun


def time_pairs(rows: int = 20_000, columns: int = 5_000) -> float:
    """Seconds for a million pairs of vectors of 384 numbers: the exact search of the 50 nearest."""
    from pipeline.score.retrieve import find_nearest

    rng = np.random.default_rng(1)
    ours, theirs = (rng.standard_normal((n, 384), dtype=np.float32) for n in (rows, columns))
    begun = time.perf_counter()
    find_nearest(ours, theirs, 50)
    return (time.perf_counter() - begun) / (rows * columns / 1e6)


def main() -> int:
    """Measure in turn (one worker, two, one, two) and print one JSON object."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 80
    found: dict[str, object] = {"pdfs": count, "pages": count * _PAGES, "load": os.getloadavg()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_generated_case(folder / "case", count)
        for place, workers in enumerate((1, 2, 1, 2)):
            out = folder / f"out-{place}"
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            with start_cluster(workers, folder) as address:
                found[f"run {place}: {workers} workers"] = time_stages(folder / "case", out, cluster=address)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            found[f"run {place}: cpu"] = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
            found["bytes of tables"] = sum(file.stat().st_size for file in (out / "work").glob("*.parquet"))
            sys.stderr.write(json.dumps(found) + "\n")
        found["bytes of documents"] = sum(file.stat().st_size for file in (folder / "case/documents").iterdir())
        line = Line(load_case(folder / "case", out=folder / "out-0"), load_settings())
        found["findings"] = len(line.read("2-findings", __import__("pipeline.records").records.Finding))
    found["seconds for 1,000 texts"] = time_embedding(500) * 2
    found["seconds for a million pairs"] = time_pairs()
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
