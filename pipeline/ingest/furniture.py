"""Running heads, page numbers and job numbers: found over all pages, taken out before any text is joined."""

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.ingest.chars import PageInk
from pipeline.ingest.lines import Line, Word

ZONE = 0.16  # share of the page height, at the top and at the bottom, in which furniture is looked for
DEEPEST = 6  # rows: no head or foot is taller
SAME_PLACE = 4.0  # points by which a repeated head may move from page to page
WIDE_GAP = 1.5  # ems: parts of a head line stand at least this far apart

PAGE_NUMBER = re.compile(r"[-–—>\s|]*(page\s*)?(\d{1,4}|[ivxl]{1,6})\s*((/|of)\s*\d{1,4})?[-–—<\s|]*", re.IGNORECASE)
JOB_NUMBER = re.compile(r"(GE\.\s?|[A-Z]{2}[-.\s])?\d{2}-\d{5}\d?\b\s*(\([A-Z]\))?[\s\d*]*")
SYMBOL = re.compile(r"[A-Z]+(/[A-Z0-9][\w.\-()]*( \([^)]*\))?)+[*]{0,3}")
NOTICE = re.compile(r"please\s+recycle\W*|\*\d{5,}\*|[▀-▟�\W]+", re.IGNORECASE)


def find_furniture(pages: Sequence[PageInk], rows: Sequence[list[Line]]) -> list[set[int]]:
    """For each page the indices of its rows that are running heads, feet, page or job numbers.

    Rows are judged from the page's edge inwards, and the first row of text ends the search: a sentence that happens
    to repeat inside the page is safe.
    """
    repeated = find_repeated(pages, rows)
    headed = find_head_rules(pages)
    found = []
    for index, (page, lines) in enumerate(zip(pages, rows, strict=True)):
        heads = peel(lines, page, repeated, headed[index], index)
        feet = peel(lines[::-1], page, repeated, None, index)
        last = len(lines) - 1
        found.append(heads | {last - place for place in feet})
    return found


def peel(
    lines: list[Line], page: PageInk, repeated: set[tuple[int, int]], head_rule: float | None, index: int
) -> set[int]:
    """Places of furniture among the first lines of a list that starts at an edge of the page."""
    found = set()
    for place, line in enumerate(lines[:DEEPEST]):
        if not in_zone(line, page):
            break
        above_rule = head_rule is not None and line.bottom <= head_rule + 2 and index > 0
        inner = lines[place + 1] if place + 1 < len(lines) else None
        if not (above_rule or (index, id(line)) in repeated or is_apparatus(line, page, index) or is_foot(line, inner)):
            break
        found.add(place)
    return found


def in_zone(line: Line, page: PageInk) -> bool:
    return line.bottom < ZONE * page.height or line.top > (1 - ZONE) * page.height


def is_apparatus(line: Line, page: PageInk, index: int) -> bool:
    """Is every part of the line a page number, job number, symbol or the like? The symbol on page 1 is masthead."""
    outer = line.bottom < 0.12 * page.height or line.top > 0.88 * page.height
    patterns = [JOB_NUMBER, NOTICE] + ([PAGE_NUMBER] if outer else []) + ([SYMBOL] if index and outer else [])
    return all(any(pattern.fullmatch(part) for pattern in patterns) for part in split_parts(line))


def is_foot(line: Line, inner: Line | None) -> bool:
    """Is this a line of several parts, one a page or job number, small and well apart from the text?"""
    parts = split_parts(line)
    apart = inner is None or max(line.top - inner.bottom, inner.top - line.bottom) > 0.8 * line.size
    numbered = any(pattern.fullmatch(part) for pattern in (PAGE_NUMBER, JOB_NUMBER) for part in parts)
    return apart and len(parts) > 1 and numbered and line.size <= 9.5 and not line.words[0].raised


def split_parts(line: Line) -> list[str]:
    """The texts of a line between wide gaps."""
    return [Line(line.page, words).text for words in split_words(line)]


def split_words(line: Line) -> list[list[Word]]:
    """The words of a line, parted at wide gaps."""
    parts: list[list[Word]] = []
    for word in line.words:
        if not parts or word.x0 - parts[-1][-1].x1 > WIDE_GAP * word.size:
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def find_repeated(pages: Sequence[PageInk], rows: Sequence[list[Line]]) -> set[tuple[int, int]]:
    """(page index, id of line) of lines that other pages have, too: same place, same text but digits."""
    places: dict[str, list[tuple[int, Line]]] = defaultdict(list)
    for index, (page, lines) in enumerate(zip(pages, rows, strict=True)):
        for line in lines[:DEEPEST] + lines[-DEEPEST:]:
            if in_zone(line, page):
                places[re.sub(r"\d+", "#", line.text)].append((index, line))
    need = 2 if len(pages) <= 6 else 3
    found = set()
    for group in places.values():
        for index, line in group:
            same = {other for other, twin in group if abs(twin.baseline - line.baseline) <= SAME_PLACE}
            if len(same) >= need:
                found.add((index, id(line)))
    return found


def find_head_rules(pages: Sequence[PageInk]) -> list[float | None]:
    """Height of the line under the running head, where pages have one at the same place; None elsewhere."""
    tops = [find_head_rule(page) for page in pages]
    known = [top for top in tops[1:] if top is not None]
    return [
        top if top is not None and sum(abs(top - other) < SAME_PLACE for other in known) >= 2 else None for top in tops
    ]


def find_head_rule(page: PageInk) -> float | None:
    """The highest horizontal line that crosses most of the page near its top, whole or in pieces."""
    near = [rule for rule in page.rules if rule.horizontal and rule.top < 0.12 * page.height]
    for rule in sorted(near, key=lambda rule: rule.top):
        length = sum(other.x1 - other.x0 for other in near if abs(other.top - rule.top) < 1.5)
        if length > 0.6 * page.width:
            return rule.top
    return None
