"""A readable word diff: few long runs instead of many crumbs; moves, spellings and list orders are no changes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA, LCSseq

from pipeline.align.tokens import Word, read_words

_CONTENT, _FUNCTION = 2.0, 0.5  # what a kept word is worth
_OPEN = 0.9  # what one more kept run costs: a function word alone does not pay for it
_CELLS = 400_000  # beyond so many word pairs the plain longest common subsequence must do
_TYPO_LEAST = 7  # letters: one wrong letter in a shorter word may well be another word
_MOVED_LEAST = 4  # words: shorter runs recur by chance
_CRUMB = 2  # words: a kept run so short with one content word at most, between rewritten passages, is chance
_REWRITTEN = 3  # words changed on either side for that
_BREAK = re.compile(r"[,;:.()]")


@dataclass(frozen=True, slots=True)
class Block:
    """Words start..end of the later text are words other_start..other_end of the earlier one."""

    start: int
    end: int
    other_start: int
    other_end: int
    moved: bool = False  # they stand at another place of the text


@dataclass(frozen=True, slots=True)
class Diff:
    """The common runs of a text and an earlier one, and what either has alone."""

    blocks: tuple[Block, ...]
    kept: frozenset[int]  # positions in the later text
    survived: frozenset[int]  # positions in the earlier text


@lru_cache(maxsize=8192)
def compare_texts(text: str, earlier: str) -> Diff:
    """Which words (positions in `read_words`) of a text stand in an earlier one in order, or moved as whole runs."""
    here, there = read_words(text), read_words(earlier)
    blocks = _drop_crumbs(_match(here, there), here, there)
    blocks = _slide_blocks(blocks, here, there, text, earlier)
    blocks += [block for gap in _find_gaps(blocks, here, there) for block in _match_spellings(gap, here, there)]
    blocks.sort(key=lambda block: block.start)
    blocks += _find_moves(blocks, here, there, text, earlier)
    return Diff(
        tuple(blocks),
        frozenset(place for block in blocks for place in range(block.start, block.end)),
        frozenset(place for block in blocks for place in range(block.other_start, block.other_end)),
    )


def _match(here: Sequence[Word], there: Sequence[Word]) -> list[Block]:
    """Common runs in order, by dynamic programming between the common head and the common tail."""
    left, right = [word.key for word in here], [word.key for word in there]
    short = min(len(left), len(right))
    head = next((place for place in range(short) if left[place] != right[place]), short)
    tail = next((place for place in range(short - head) if left[-1 - place] != right[-1 - place]), short - head)
    middle_here, middle_there = here[head : len(here) - tail], there[head : len(there) - tail]
    inner = [
        Block(block.start + head, block.end + head, block.other_start + head, block.other_end + head)
        for block in _match_middle(middle_here, middle_there)
    ]
    ends = [Block(0, head, 0, head), Block(len(here) - tail, len(here), len(there) - tail, len(there))]
    return [block for block in (ends[0], *inner, ends[1]) if block.start < block.end]


def _match_middle(here: Sequence[Word], there: Sequence[Word]) -> list[Block]:
    if len(here) * len(there) > _CELLS:
        opcodes = LCSseq.opcodes([word.key for word in here], [word.key for word in there])
        return [Block(op.src_start, op.src_end, op.dest_start, op.dest_end) for op in opcodes if op.tag == "equal"]
    return _join_pairs(_trace_back(here, there))


def _trace_back(here: Sequence[Word], there: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Pairs of kept words with the largest sum of worth less what runs cost (Gotoh 1982, gaps free, runs not)."""
    size = len(there) + 1
    run = [[float("-inf")] * size]  # best sum with the pair (i, j) kept
    best = [[0.0] * size]
    for word in here:
        worth = _CONTENT if word.is_substance else _FUNCTION
        above, run_above, row, run_row = best[-1], run[-1], [0.0], [float("-inf")]
        for place, other in enumerate(there):
            kept = worth + max(run_above[place], above[place] - _OPEN) if word.key == other.key else float("-inf")
            run_row.append(kept)
            row.append(max(kept, above[place + 1], row[place]))
        best.append(row)
        run.append(run_row)
    yield from _walk(best, run)


def _walk(best: list[list[float]], run: list[list[float]]) -> Iterator[tuple[int, int]]:
    """The kept pairs, last first; a run that brings nothing is left out."""
    row, column, inside = len(best) - 1, len(best[0]) - 1, False
    while row and column:
        if not inside and best[row][column] == best[row - 1][column]:
            row -= 1
        elif not inside and best[row][column] == best[row][column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            yield row, column
            inside = run[row][column] >= best[row][column] - _OPEN


def _join_pairs(pairs: Iterator[tuple[int, int]]) -> list[Block]:
    blocks: list[Block] = []
    for here, there in reversed(list(pairs)):
        last = blocks[-1] if blocks else None
        if last and (last.end, last.other_end) == (here, there):
            blocks[-1] = Block(last.start, here + 1, last.other_start, there + 1)
        else:
            blocks.append(Block(here, here + 1, there, there + 1))
    return blocks


def _find_gaps(blocks: Sequence[Block], here: Sequence[Word], there: Sequence[Word]) -> list[Block]:
    """What lies between the common runs, as (words added, words dropped) at one place; either may be empty."""
    ends = [(0, 0), *((block.end, block.other_end) for block in blocks)]
    starts = [*((block.start, block.other_start) for block in blocks), (len(here), len(there))]
    return [Block(a, b, c, d) for (a, c), (b, d) in zip(ends, starts, strict=True) if a < b or c < d]


def _drop_crumbs(blocks: list[Block], here: Sequence[Word], there: Sequence[Word]) -> list[Block]:
    """Without kept words that happen to stand alone between rewritten passages; a date is not half kept."""
    kept = []
    for place, block in enumerate(blocks):
        before = blocks[place - 1] if place else Block(0, 0, 0, 0)
        after = blocks[place + 1] if place + 1 < len(blocks) else Block(len(here), 0, len(there), 0)
        sides = [
            (block.start - before.end, block.other_start - before.other_end),
            (after.start - block.end, after.other_start - block.other_end),
        ]
        words = here[block.start : block.end]
        alone = (
            len(words) <= _CRUMB
            and sum(word.is_content for word in words) <= 1
            and all(min(side) >= 1 and max(side) >= _REWRITTEN for side in sides)
        )
        if not (alone or _is_half_date(block, here, sides)):
            kept.append(block)
    return kept


def _is_half_date(block: Block, here: Sequence[Word], sides: list[tuple[int, int]]) -> bool:
    """Whether only the month of a date was kept while its day and its year changed."""
    dates = {word.date for word in here[block.start : block.end]}
    (date,) = dates if len(dates) == 1 else (None,)
    around = [here[place].date for place in (block.start - 1, block.end) if 0 <= place < len(here)]
    return date is not None and around == [date, date] and all(min(side) >= 1 for side in sides)


def _slide_blocks(
    blocks: list[Block], here: Sequence[Word], there: Sequence[Word], text: str, earlier: str
) -> list[Block]:
    """Insertions and deletions put where a reader sees them: "A, B and C" grew by "and C", not by "C and"."""
    slid = list(blocks)
    for place in range(len(slid) - 1):
        before, after = slid[place], slid[place + 1]
        if before.other_end == after.other_start:
            shift = _find_shift(here, text, before, after.start, after)
        elif before.end == after.start:
            turned = (_turn(before), _turn(after))
            shift = _find_shift(there, earlier, turned[0], after.other_start, turned[1])
        else:
            continue
        slid[place] = Block(before.start, before.end + shift, before.other_start, before.other_end + shift)
        slid[place + 1] = Block(after.start + shift, after.end, after.other_start + shift, after.other_end)
    return slid


def _turn(block: Block) -> Block:
    return Block(block.other_start, block.other_end, block.start, block.end)


def _find_shift(words: Sequence[Word], text: str, before: Block, stop: int, after: Block) -> int:
    """By how many words the run between two blocks is best moved; 0 when it may not move or stands well."""
    start = before.end
    left = right = 0
    while left < before.end - before.start - 1 and words[start - 1 - left].key == words[stop - 1 - left].key:
        left += 1
    while right < after.end - after.start - 1 and words[start + right].key == words[stop + right].key:
        right += 1
    return max(
        range(-left, right + 1), key=lambda shift: (_rate_run(words, text, start + shift, stop + shift), -abs(shift))
    )


def _rate_run(words: Sequence[Word], text: str, start: int, stop: int) -> int:
    """How natural the run reads on its own: it begins after, and ends before, a sign; a function word leads."""
    lead = text[words[start - 1].end : words[start].start] if start else ""
    close = text[words[stop - 1].end : words[stop].start] if stop < len(words) else ""
    opens = not words[start].is_content
    closes = words[stop - 1].is_content
    return 2 * bool(_BREAK.search(lead)) + 2 * bool(_BREAK.search(close)) + opens + closes


def _match_spellings(gap: Block, here: Sequence[Word], there: Sequence[Word]) -> list[Block]:
    """The gap as a common run when both sides are the same words: written apart, or with a letter mistyped."""
    added, dropped = here[gap.start : gap.end], there[gap.other_start : gap.other_end]
    if not added or not dropped:
        return []
    joined = ["".join(word.letters for word in words) for words in (added, dropped)]
    if joined[0] == joined[1]:
        return [gap]
    if len(added) != len(dropped):
        return []
    pairs = list(zip(added, dropped, strict=True))
    if all(one.key == other.key or _is_typo(one, other) for one, other in pairs):
        return [gap]
    kept = [(gap.start + place, gap.other_start + place) for place in _list_between_figures(pairs)]
    return _join_pairs(iter(reversed(kept)))


def _list_between_figures(pairs: Sequence[tuple[Word, Word]]) -> list[int]:
    """Places of the same words between numbers: in "from 3 to 5" the numbers alone changed."""
    figures = [place for place, (one, other) in enumerate(pairs) if one.is_figure and other.is_figure]
    between = [range(first + 1, last) for first, last in pairwise(figures)]
    return [
        place for places in between if all(pairs[at][0].key == pairs[at][1].key for at in places) for place in places
    ]


def _is_typo(one: Word, other: Word) -> bool:
    short = min(len(one.letters), len(other.letters))
    alike = short >= _TYPO_LEAST and one.letters[0] == other.letters[0] and one.letters.isalpha()
    return alike and OSA.distance(one.letters, other.letters) <= 1


def _find_moves(
    blocks: Sequence[Block], here: Sequence[Word], there: Sequence[Word], text: str, earlier: str
) -> list[Block]:
    """Added runs that were dropped elsewhere in the text: sentences of four words or more, items of a list."""
    gaps = _find_gaps(blocks, here, there)
    moves: list[Block] = []
    taken: set[int] = set()
    for gap in gaps:
        for other in gaps:
            move = _find_move(gap, other, here, there, text, earlier) if gap is not other else None
            places = set(range(move.other_start, move.other_end)) if move else set()
            if move and not places & taken and not any(move.start < known.end for known in moves):
                moves.append(move)
                taken |= places
    return moves


def _find_move(
    gap: Block, other: Block, here: Sequence[Word], there: Sequence[Word], text: str, earlier: str
) -> Block | None:
    """The longest run that the one place gained and the other lost, if it is long enough or a whole list item."""
    added = [word.key for word in here[gap.start : gap.end]]
    dropped = [word.key for word in there[other.other_start : other.other_end]]
    size, start, other_start = _find_longest_run(added, dropped)
    if not size:
        return None
    start, other_start = start + gap.start, other_start + other.other_start
    sides = [
        *_enclose_item(here, start, start + size, text),
        *_enclose_item(there, other_start, other_start + size, earlier),
    ]
    listed = (all(sides[:2]) and any(sides[2:])) or (all(sides[2:]) and any(sides[:2]))
    listed = listed and any(word.is_content for word in here[start : start + size])
    if listed or size >= _MOVED_LEAST:
        return Block(start, start + size, other_start, other_start + size, moved=True)
    return None


def _find_longest_run(left: Sequence[str], right: Sequence[str]) -> tuple[int, int, int]:
    """Length and starts of the longest common run of two sequences; (0, 0, 0) without one."""
    best = (0, 0, 0)
    above = [0] * (len(right) + 1)
    for i, key in enumerate(left):
        row = [0]
        for j, other in enumerate(right):
            row.append(above[j] + 1 if key == other else 0)
            if row[-1] > best[0]:
                best = (row[-1], i + 1 - row[-1], j + 1 - row[-1])
        above = row
    return best


def _enclose_item(words: Sequence[Word], start: int, stop: int, text: str) -> tuple[bool, bool]:
    """Whether a sign or a conjunction stands before and after the words, as around an item of a list."""
    lead = text[words[start - 1].end : words[start].start] if start else ""
    close = text[words[stop - 1].end : words[stop].start] if stop < len(words) else text[words[stop - 1].end :]
    opened = "," in lead or (start > 0 and words[start - 1].key in ("and", "or"))
    closed = bool(_BREAK.search(close)) or (stop < len(words) and words[stop].key in ("and", "or"))
    return opened, closed
