"""Measure the parts and write a table and plots: python -m bench [--small] [--only PART] [--out FOLDER]."""

import argparse
import importlib
import sys
import traceback
from pathlib import Path

from bench.measured import Row
from bench.show import write_results

PARTS = (
    "reading", "start_up", "scoring", "sentences", "embedding", "whole_case", "added", "growth", "cluster",
)  # fmt: skip


def main() -> int:
    """Run the parts one after another; a part that fails is told and does not stop the others."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("bench/results"))
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be given several times")
    parser.add_argument("--small", action="store_true", help="small sizes: for a look, not for figures")
    given = parser.parse_args()
    rows: list[Row] = []
    failed = 0
    for part in given.only or PARTS:
        print(f"{part} ...", file=sys.stderr, flush=True)
        try:
            found = importlib.import_module(f"bench.{part}").measure(small=given.small)
            rows += [row if isinstance(row, Row) else Row(**row) for row in found]
            write_results(rows, given.out)  # what was measured stays when a later part is stopped
        except Exception:  # the others are measured all the same
            traceback.print_exc()
            failed += 1
    print(write_results(rows, given.out))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
