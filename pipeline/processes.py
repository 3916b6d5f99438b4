"""What a process takes, the programs that it has started included."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
HAS_PROC = (PROC / "self/statm").exists()


def measure_memory(pid: int) -> float:
    """Resident memory in MiB of a process and of the programs it has started; 0 where the system does not tell."""
    if HAS_PROC:
        pages = sum(count_pages(process) for process in list_tree(pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return ask_ps(pid)


def measure_time(pid: int) -> float:
    """Processor seconds of a process, of its programs, and of those that have ended; 0 without /proc."""
    return sum(_count_seconds(process) for process in list_tree(pid)) if HAS_PROC else 0.0


def _count_seconds(pid: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")  # utime, stime and those of ended children
    return 0.0


def list_tree(pid: int) -> Iterator[int]:
    """A process and its descendants (Linux)."""
    yield pid
    for children in (PROC / str(pid) / "task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from list_tree(int(child))


def count_pages(pid: int) -> int:
    with suppress(OSError):
        return int((PROC / str(pid) / "statm").read_text().split()[1])
    return 0


def ask_ps(group: int) -> float:
    """Resident memory in MiB of a process group by `ps`, for systems without /proc (macOS, BSD)."""
    try:
        listing = subprocess.run(["ps", "-axo", "pgid=,rss="], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0.0
    rows = (line.split() for line in listing.splitlines())
    return sum(int(row[1]) for row in rows if len(row) == 2 and row[0] == str(group)) / 2**10
