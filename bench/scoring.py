"""Exact search of the nearest spans for many findings, beside a flat index of FAISS."""

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.measured import Row, compare_times, hold_below, time_in_turn
from bench.runs import run_python
from pipeline.score.retrieve import compare_vectors, find_largest

Matrix = NDArray[np.float32]
_DIMENSIONS = 384
_TOP = 50
_SIZES = {False: (100_000, 10_000), True: (2_000, 1_000)}
_PEAK = "from bench.scoring import *; find_largest(compare_vectors(*draw_vectors({findings}, {spans})), {top})"


def draw_vectors(findings: int, spans: int) -> tuple[Matrix, Matrix]:
    """Unit vectors at random, the same at every call."""
    rng = np.random.default_rng(7)
    drawn = [rng.standard_normal((count, _DIMENSIONS), dtype=np.float32) for count in (findings, spans)]
    ours, theirs = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in drawn)
    return ours, theirs


def measure(small: bool = False) -> list[Row]:
    """Time of the search beside FAISS, whether it finds the same, and the peak memory of a process that does it."""
    import faiss

    findings, spans = draw_vectors(*_SIZES[small])
    index = faiss.IndexFlatIP(_DIMENSIONS)
    index.add(spans)
    size = f"{len(findings)} x {len(spans)}, {_DIMENSIONS} dimensions, top {_TOP}"
    ours, theirs = time_in_turn(
        lambda: find_largest(compare_vectors(findings, spans), _TOP), lambda: index.search(findings, _TOP), rounds=3
    )
    (_, found), (_, wanted) = ours, theirs
    apart = float(np.abs(found[1] - wanted[0]).max())
    return [
        compare_times("scoring: nearest spans, beside FAISS IndexFlatIP", ours[0], theirs[0], 1.0, size),
        hold_below("scoring: largest difference of a cosine from FAISS", apart, 1e-5, "", size),
        hold_below("scoring: peak memory", _measure_peak(len(findings), len(spans)), 1.5, "GiB", size),
    ]


def _measure_peak(findings: int, spans: int) -> float:
    code = _PEAK.format(findings=findings, spans=spans, top=_TOP)
    with tempfile.TemporaryDirectory() as folder:
        return run_python(["-c", code], Path(folder)).mebibytes / 2**10
