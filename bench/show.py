"""The figures as a table (Markdown and CSV) and as a plot."""

import csv
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from bench.measured import Row

_STYLE = {
    "font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "svg.hashsalt": "clausetrace", "svg.fonttype": "path", "axes.titlelocation": "left",
}  # fmt: skip


def write_results(rows: Sequence[Row], folder: Path) -> str:
    """Write bench.md, bench.csv and ratios.svg; returns the table as text. Rows of other runs that lie there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {row["part"]: row for row in _read_rows(folder / "bench.csv")}
    kept |= {row.part: {key: _tell(value) for key, value in (asdict(row) | _tell_machine()).items()} for row in rows}
    table = list(kept.values())
    _write_csv(table, folder / "bench.csv")
    text = _write_markdown(table)
    (folder / "bench.md").write_text(text, encoding="utf-8")
    _draw_ratios([row for row in table if row["theirs"]], folder / "ratios.svg")
    return text


def _tell_machine() -> dict[str, object]:
    return {"cores": os.cpu_count(), "python": platform.python_version()}


def _tell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _read_rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _write_csv(table: Sequence[dict[str, str]], path: Path) -> None:
    names = [field.name for field in fields(Row)] + list(_tell_machine())
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def _write_markdown(table: Sequence[dict[str, str]]) -> str:
    if not table:
        return "nothing was measured\n"
    names = list(table[0])
    lines = [names, ["---"] * len(names), *([row[name] for name in names] for row in table)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _draw_ratios(table: Sequence[dict[str, str]], path: Path) -> None:
    """How many times better than what each part is compared with; the line stands where both are equal."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    if not table:
        return
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 0.6 + 0.4 * len(table)), layout="constrained")
        axes = figure.subplots()
        ratios = [float(row["ratio"]) for row in table]
        axes.barh(
            range(len(table)), ratios, color=["#0072b2" if row["reached"] == "yes" else "#e69f00" for row in table]
        )
        axes.bar_label(axes.containers[0], fmt="%.2f", padding=3)
        axes.axvline(1, color="black", linewidth=0.8)
        axes.set_yticks(range(len(table)), [row["part"] for row in table])
        axes.invert_yaxis()
        axes.set_xlabel("times as good as the comparison (blue: goal reached)")
        figure.savefig(path, metadata={"Date": None})
