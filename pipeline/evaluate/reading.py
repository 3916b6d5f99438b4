"""How exactly `ingest` and `extract` read real documents: their clauses and paragraphs beside those of people."""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ClausetraceError
from pipeline.evaluate.measured import Measured

EXACT = 0.98  # similarity of characters (2 x longest common subsequence / lengths) of one and the same text
FOUND = 0.5  # below it two texts are no pair
_LABELLED = 0.25  # rather a pair of one label than of texts that are more alike by this much
_ALIKE = str.maketrans(
    dict.fromkeys("‐‑‒−–—―", "-") | dict.fromkeys("‘’‚‛′´`", "'") | dict.fromkeys("“”„‟″«»", '"')
    | dict.fromkeys("\u00ad\u200b\ufeff", None)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Read:
    """A clause or paragraph that a person or the pipeline read; each field with all values that are right."""

    text: str
    labels: tuple[str, ...]
    pages: tuple[int | None, ...] = ()
    sections: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    optional: bool = False  # neither missed nor a false alarm


def measure_reading(folder: Path) -> list[Measured]:
    """Figures of reading on the labelled documents of `folder`/gold: clauses of resolutions, numbered recommendations
    and paragraphs of reports. Texts are compared after NFKC with one kind of hyphen, quote and space. Intervals are
    95 % Wilson. Raises ClausetraceError when a document of the manifest is not under `folder`.
    """
    rows = measure_kind(folder, "clauses", "clauses of resolutions", (0.99, 0.97))
    rows += measure_kind(folder, "recommendations", "numbered recommendations", (0.99, 0.98))
    return rows + measure_kind(folder, "stakeholder-paragraphs", "numbered paragraphs of reports", (0.99, 0.98))


def measure_kind(folder: Path, kind: str, task: str, goals: tuple[float, float]) -> list[Measured]:
    """Figures on one kind of labels; `goals` are those of the texts found and of the texts without any difference."""
    pairs: list[tuple[Read, Read | None]] = []
    expected, surplus = 0, 0
    listed = folder / "gold" / kind / "manifest.json"
    for entry in json.loads(listed.read_text(encoding="utf-8")):
        gold = read_labels(listed.with_name(entry["gold"]))
        found = read_product(find_document(folder, entry["document"]), kind == "clauses")
        matched = pair_texts(gold, found)
        pairs += [pair for pair in matched if not pair[0].optional]
        expected += sum(not row.optional for row in gold)
        surplus += len(found) - sum(pair[1] is not None for pair in matched)
    both = [(gold, read) for gold, read in pairs if read]
    exact = sum(compare(gold.text, read.text) >= EXACT for gold, read in both)
    equal = sum(gold.text == read.text for gold, read in both)
    predicted = len(both) + surplus
    rows = [
        make_share(task, "texts found", exact, expected, f">= {goals[0]}"),
        make_share(task, "texts without any difference", equal, expected, f">= {goals[1]}"),
        make_share(task, "label", *count_right((g.labels, r.labels) for g, r in both), ">= 0.99"),
        make_share(task, "page", *count_right((g.pages, r.pages) for g, r in both if any(g.pages)), ">= 1"),
    ]  # fmt: skip
    if kind == "clauses":
        scored = [(g.verbs, r.verbs) for g, r in both if any(g.verbs) and "annex" not in g.sections]
        rows += [
            make_share(task, "precision", exact, predicted),
            make_share(task, "section", *count_right((g.sections, r.sections) for g, r in both), ">= 1"),
            make_share(task, "verb phrase", *count_right(scored), ">= 0.97"),
        ]  # fmt: skip
    return rows


def read_labels(file: Path) -> list[Read]:
    """What a person read: one JSON object a line, with `alt` for other values that are right too."""
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        also = row.get("alt") or {}

        def take(key: str, row: dict[str, str | None] = row, also: dict[str, list[str]] = also) -> tuple[str, ...]:
            return tuple(simplify_label(value) for value in (row.get(key), *also.get(key, ())))

        optional = bool(row.get("optional"))
        rows.append(
            Read(simplify(row["text"]), take("label"), (row.get("page"),), take("section"), take("verb"), optional)
        )
    return rows


def read_product(path: Path, clauses: bool) -> list[Read]:
    """What the pipeline reads: clauses, or paragraphs."""
    from pipeline.extract import extract_clauses
    from pipeline.ingest import read_document

    paragraphs = read_document(path, path.stem)
    if not clauses:
        return [Read(simplify(item.text), (simplify_label(item.label),), (item.page,)) for item in paragraphs]
    return [
        Read(
            simplify(item.text),
            (simplify_label(item.label),),
            (item.page,),
            (item.section,),
            (simplify_label(item.verb),),
        )
        for item in extract_clauses(paragraphs)
    ]


def find_document(folder: Path, name: str) -> Path:
    """A document by its path, or by its name anywhere in the first folder of it."""
    if (folder / name).exists():
        return folder / name
    first, last = Path(name).parts[0], unicodedata.normalize("NFC", Path(name).name)
    for path in sorted((folder / first).rglob("*")):
        if unicodedata.normalize("NFC", path.name) == last:
            return path
    raise ClausetraceError(f"{name} is not under {folder}: the labels speak of it.")


def pair_texts(gold: Sequence[Read], found: Sequence[Read]) -> list[tuple[Read, Read | None]]:
    """Each labelled text with the read one that fits best, one to one; None where none is like it."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel
    from scipy.optimize import linear_sum_assignment

    if not gold or not found:
        return [(row, None) for row in gold]
    alike = process.cdist(
        [row.text for row in gold], [row.text for row in found], scorer=Indel.normalized_similarity, score_cutoff=FOUND
    )
    bonus = [
        [_LABELLED * bool(set(row.labels) & set(other.labels) - {""}) for other in found] for row in gold
    ]  # fmt: skip
    places = linear_sum_assignment(alike + (alike > 0) * bonus, maximize=True)
    chosen = {row: found[column] for row, column in zip(*places, strict=True) if alike[row, column] >= FOUND}
    return [(row, chosen.get(place)) for place, row in enumerate(gold)]


def compare(first: str, second: str) -> float:
    """Similarity of characters, 0..1."""
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(first, second))


def simplify(text: str) -> str:
    """A text as it is compared."""
    plain = " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())
    return re.sub(r" (?=[,;:.)\]])", "", plain)


def simplify_label(label: str | None) -> str:
    """A label, section or verb phrase as it is compared; "" for none."""
    plain = simplify(label or "").casefold().rstrip(" .,:;")
    return plain.strip("()") if re.fullmatch(r"\([^()]*\)?|[^()]*\)", plain) else plain


def count_right(values: Iterable[tuple[Sequence[object], Sequence[object]]]) -> tuple[int, int]:
    """How often the read value is one of those that are right, and of how many."""
    right = [bool(set(gold) & set(read)) for gold, read in values]
    return sum(right), len(right)


def make_share(task: str, metric: str, right: int, number: int, goal: str = "") -> Measured:
    """A share as a row, with its 95 % Wilson interval."""
    share = right / number if number else 0.0
    low, high = find_bounds(share, number) if number else (0.0, 1.0)
    return Measured("ingest", task, metric, share, number, low, high, goal)


def find_bounds(share: float, number: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    z = 1.96
    middle, below = share + z**2 / (2 * number), 1 + z**2 / number
    half = z * (share * (1 - share) / number + z**2 / (4 * number**2)) ** 0.5
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)
