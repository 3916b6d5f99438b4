"""The files of an evaluation: every figure with its interval, and whether its goal was reached."""

import csv
import json
import re
from dataclasses import asdict, dataclass
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Literal

from pipeline.evaluate.all import Evaluation
from pipeline.evaluate.measured import Measured

Verdict = Literal["reached", "missed", ""]
_GOAL = re.compile(r"(>=|<=|>|<|=)\s*(-?\d*\.?\d+)")
_COLUMNS = ("part", "task", "metric", "value", "low", "high", "number", "goal", "reached", "note")


@dataclass(frozen=True)
class _Row:
    """A figure as the page shows it."""

    metric: str
    value: str
    interval: str
    number: int
    goal: str
    verdict: Verdict
    note: str


@dataclass(frozen=True)
class _Group:
    part: str
    task: str
    rows: tuple[_Row, ...]


def write_evaluation(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write the page, the table and the JSON file into `folder`; returns their paths.

    No dates: the same figures give the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "evaluation.html": _render_page(evaluation),
        "evaluation.csv": _write_table(evaluation),
        "evaluation.json": json.dumps(asdict(evaluation), indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in texts.items():
        partial = folder / f"{name}.partial"
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(folder / name)
    return [folder / name for name in texts]


def judge_goal(row: Measured) -> Verdict:
    """Whether the figure reaches its goal; "" when it has none, or one that is not a comparison with a number."""
    found = _GOAL.fullmatch(row.goal.strip())
    if not found:
        return ""
    bound, value = float(found[2]), row.value
    reached = {
        ">=": value >= bound,
        "<=": value <= bound,
        ">": value > bound,
        "<": value < bound,
        "=": value == bound,
    }[found[1]]
    return "reached" if reached else "missed"


def _write_table(evaluation: Evaluation) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in evaluation.rows:
        writer.writerow(asdict(row) | {"reached": judge_goal(row)})
    return text.getvalue()


def _render_page(evaluation: Evaluation) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = FileSystemLoader(Path(__file__).with_name("templates"))
    environment = Environment(loader=templates, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    verdicts = [judge_goal(row) for row in evaluation.rows]
    return environment.get_template("evaluation.html").render(
        groups=_group_rows(evaluation),
        skipped=evaluation.skipped,
        facts=evaluation.facts,
        reached=verdicts.count("reached"),
        missed=verdicts.count("missed"),
    )


def _group_rows(evaluation: Evaluation) -> list[_Group]:
    return [
        _Group(part, task, tuple(_show(row) for row in rows))
        for (part, task), rows in groupby(evaluation.rows, key=lambda row: (row.part, row.task))
    ]


def _show(row: Measured) -> _Row:
    interval = "" if row.low is None or row.high is None else f"{_shorten(row.low)} to {_shorten(row.high)}"
    return _Row(row.metric, _shorten(row.value), interval, row.number, row.goal, judge_goal(row), row.note)


def _shorten(value: float) -> str:
    return f"{value:.0f}" if value == int(value) and abs(value) > 1 else f"{value:.3f}"
