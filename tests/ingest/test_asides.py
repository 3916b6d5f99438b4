"""Sidebars, boxes, pull quotes and figures: body sentences stay whole, and asides are read as units."""

import re
from pathlib import Path
from random import Random

import pytest
from reportlab.pdfgen.canvas import Canvas

from pipeline.ingest.chars import read_ink
from pipeline.ingest.lines import make_rows
from pipeline.ingest.panels import find_panels
from pipeline.ingest.pdf import read_pdf
from pipeline.records import Paragraph
from tests.ingest.pdf_files import BOLD, ITALIC, draw_pdf, put, put_lines, put_text, wrap

NAMES = (
    "ferry miller shepherd weaver tanner cooper glazier baker mason potter quay hill granary road gate permit hearing "
    "toll bank warden bridge village harvest winter letter council charter meadow orchard harbour lantern market tower "
    "garden barrel kettle saddle needle candle ladder anvil furrow hedge stable cellar chimney orphan widow clerk judge"
)
ACTS = "kept found lost carried sold mended showed feared praised counted hid measured painted buried"
WORDS, VERBS = NAMES.split(), ACTS.split()


def tell(start: int, count: int) -> list[str]:
    """Sentences without a run of words in common."""
    chance = Random(start)

    def name_things(number: int) -> str:
        return " ".join(chance.sample(WORDS, number))

    return [
        f"{chance.choice(WORDS).capitalize()} {number} {chance.choice(VERBS)} {name_things(3)} of {name_things(4)} "
        f"while {name_things(2)} {chance.choice(VERBS)} another {name_things(5)} until day {number} came."
        for number in range(start, start + count)
    ]


BODY, BOX = tell(100, 30), tell(500, 4)
QUOTE = "Nobody on this river has ever been told why the bridges were closed to us"


def read(path: Path, page) -> list[Paragraph]:
    return read_pdf(draw_pdf(path / "drawn.pdf", [page]))


def find_sentences(paragraphs: list[Paragraph]) -> list[str]:
    return [
        sentence
        for paragraph in paragraphs
        for sentence in re.findall(r"[A-Z][a-z]+ \d{3} .*?until day \d+ came\.", paragraph.text)
    ]


def check(found: list[Paragraph], body: list[str], aside: list[str]) -> None:
    """Body sentences whole and in order, those of the aside together, in order, in paragraphs of their own."""
    sentences = find_sentences(found)
    assert [sentence for sentence in sentences if sentence in BODY] == body
    if not aside:
        return
    places = [sentences.index(sentence) for sentence in aside]
    assert places == list(range(places[0], places[0] + len(aside)))
    for paragraph in found:
        kinds = {sentence in BODY for sentence in find_sentences([paragraph])}
        assert len(kinds) <= 1


def fill(canvas: Canvas, box: tuple[float, float, float, float], rounded: bool = False) -> None:
    canvas.setFillColorRGB(0.8, 0.9, 0.95)
    draw = canvas.roundRect if rounded else canvas.rect
    draw(box[0], box[1], box[2] - box[0], box[3] - box[1], *([6] if rounded else []), stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)


def frame(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    canvas.rect(box[0], box[1], box[2] - box[0], box[3] - box[1], stroke=1, fill=0)


def frame_with_lines(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    x0, top, x1, bottom = box
    for line in ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom)):
        canvas.line(*line)


def fill_rounded(canvas: Canvas, box: tuple[float, float, float, float]) -> None:
    fill(canvas, box, rounded=True)


def flow(canvas: Canvas, lines: list[str], columns, size: float = 9) -> list[str]:
    """Set lines into stretches (x, first baseline, last baseline); gives what is left."""
    for x, top, bottom in columns:
        count = int((bottom - top) / (1.2 * size)) + 1
        put_lines(canvas, x, top, lines[:count], size=size)
        lines = lines[count:]
    return lines


BACKS = pytest.mark.parametrize("back", [fill, frame, frame_with_lines, fill_rounded])
WIDTHS = {2: ((55, 310), 225), 3: ((45, 215, 385), 155)}


@BACKS
@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("where", [0, 1])
def test_a_sidebar_in_the_middle_of_a_column(tmp_path: Path, back, columns: int, where: int) -> None:
    edges, width = WIDTHS[columns]
    body = BODY[: 16 if columns == 2 else 14]

    def page(canvas: Canvas) -> None:
        stretches = []
        for place, x in enumerate(edges):
            if place != where:
                stretches.append((x, 90, 420))
                continue
            back(canvas, (x - 4, 205, x + width + 4, 345))
            put(canvas, x + 4, 222, "What the wardens say", BOLD, 10)
            put_text(canvas, x + 4, 236, " ".join(BOX[:2]), width - 8, size=9)
            stretches += [(x, 90, 195), (x, 362, 470)]
        assert not flow(canvas, wrap(" ".join(body), width, size=9), [*stretches[:-1], (*stretches[-1][:2], 800)])

    check(read(tmp_path, page), body, BOX[:2])


@BACKS
def test_a_box_across_the_columns_of_running_text(tmp_path: Path, back) -> None:
    body = BODY[:24]

    def page(canvas: Canvas) -> None:
        back(canvas, (55, 250, 535, 330))
        put_text(canvas, 65, 268, " ".join(BOX), 460, size=9)
        flow(
            canvas, wrap(" ".join(body), 225, size=9), [(55, 90, 240), (55, 346, 480), (310, 90, 240), (310, 346, 800)]
        )

    check(read(tmp_path, page), body, BOX)


@BACKS
def test_a_box_between_two_sets_of_columns(tmp_path: Path, back) -> None:
    def page(canvas: Canvas) -> None:
        back(canvas, (55, 250, 535, 330))
        put_text(canvas, 65, 268, " ".join(BOX), 460, size=9)
        assert not flow(canvas, wrap(" ".join(BODY[:8]), 225, size=9), [(55, 90, 190), (310, 90, 240)])
        flow(canvas, wrap(" ".join(BODY[8:24]), 225, size=9), [(55, 346, 480), (310, 346, 800)])

    check(read(tmp_path, page), BODY[:24], BOX)


@BACKS
def test_a_box_inside_a_single_column(tmp_path: Path, back) -> None:
    """Body text flows around a box at its right side, then under it."""
    body = BODY[:9]

    def page(canvas: Canvas) -> None:
        lines = wrap(" ".join(body), 470, size=10)
        put_lines(canvas, 60, 90, lines[:4])
        rest = " ".join(lines[4:])
        narrow = wrap(rest, 270, size=10)
        y = put_lines(canvas, 60, 138, narrow[:11])
        back(canvas, (345, 130, 530, 262))
        put_text(canvas, 352, 145, " ".join(BOX[:2]), 170, size=9)
        put_lines(canvas, 60, y, wrap(" ".join(narrow[11:]), 470, size=10))

    check(read(tmp_path, page), body, BOX[:2])


def test_a_pull_quote_in_the_gutter(tmp_path: Path) -> None:
    body = BODY[:18]

    def page(canvas: Canvas) -> None:
        stretches = (
            (55, 90, 225, 10),
            (55, 210, 150, 8),
            (55, 306, 225, 14),
            (310, 90, 225, 10),
            (385, 210, 150, 8),
            (310, 306, 225, 40),
        )
        rest = " ".join(body)
        for x, y, width, count in stretches:
            lines = wrap(rest, width, size=9.5)
            put_lines(canvas, x, y, lines[:count], size=9.5)
            rest = " ".join(lines[count:])
        assert not rest
        put_lines(canvas, 216, 226, wrap(QUOTE, 160, ITALIC, 15), ITALIC, 15)

    found = read(tmp_path, page)
    check(found, body, [])
    assert QUOTE in [paragraph.text for paragraph in found]


def test_a_pull_quote_that_repeats_the_body_stands_in_a_column(tmp_path: Path) -> None:
    body = BODY[:16]
    quote = body[5].split(" while ")[1][:-1].capitalize()

    def page(canvas: Canvas) -> None:
        lines = wrap(" ".join(body), 225, size=9.5)
        assert not flow(canvas, lines, [(55, 90, 220), (55, 330, 480), (310, 90, 780)], 9.5)
        put_lines(canvas, 60, 250, wrap(quote, 200, BOLD, 14), BOLD, 14)

    found = read(tmp_path, page)
    check(found, body, [])
    assert quote in [paragraph.text for paragraph in found]


@pytest.mark.parametrize("wide", [False, True])
def test_a_figure_with_its_caption(tmp_path: Path, wide: bool) -> None:
    body = BODY[:24]

    def page(canvas: Canvas) -> None:
        right = 535 if wide else 280
        canvas.setFillColorRGB(0.4, 0.4, 0.4)
        canvas.rect(55, 215, right - 55, 100, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        caption = "Figure 2: Travellers who were kept waiting at the three closed bridges of the lower river."
        put_lines(canvas, 55, 328, wrap(caption, right - 55, ITALIC, 8), ITALIC, 8)
        second = (310, 90, 205) if wide else (310, 90, 800)
        lines = wrap(" ".join(body), 225, size=9)
        assert not flow(canvas, lines, [(55, 90, 205), (55, 362, 480), second] + [(310, 362, 800)] * wide)

    found = read(tmp_path, page)
    check(found, body, [])
    assert any(p.kind == "caption" and p.text.startswith("Figure 2: Travellers") for p in found)


def test_a_highlighted_line_stays_in_its_sentence(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        fill(canvas, (60, 103, 300, 128))
        put_text(canvas, 60, 100, " ".join(BODY[:5]), 470)

    assert [paragraph.text for paragraph in read(tmp_path, page)] == [" ".join(BODY[:5])]


def test_the_shading_of_table_rows_is_no_panel(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        put_text(canvas, 60, 80, " ".join(BODY[:4]), 470)
        for row in range(6):
            if row % 2:
                fill(canvas, (55, 190 + 30 * row, 540, 220 + 30 * row))
            for x, text in (
                (60, f"Quay {row} of the river"),
                (230, f"closed in {row + 3} months"),
                (400, "no reason given"),
            ):
                put(canvas, x, 202 + 30 * row, text)
                put(canvas, x, 214 + 30 * row, f"by order {row}")

    (ink,) = read_ink(draw_pdf(tmp_path / "drawn.pdf", [page]))
    assert len(ink.panels) == 3
    assert find_panels(ink, make_rows(ink.glyphs, 1)) == []
