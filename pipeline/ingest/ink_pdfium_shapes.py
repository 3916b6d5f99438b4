"""Rules, panels and large pictures of a page through PDFium, told apart as pdfplumber does."""

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.ingest.chars import LEAST_PANEL, THIN, Panel, Rule, straight
from pipeline.ingest.pdfium import (
    FORM,
    IMAGE,
    PATH,
    TEXT,
    Matrix,
    get_draw_mode,
    get_fill,
    get_matrix,
    get_segments,
    list_parts,
    list_shapes,
)

_MOVE, _CURVE = 2, 1
_ALIKE = 0.001  # points: PDFium computes in single precision

Point = tuple[float, float]


class Outline(NamedTuple):
    """One stretch of a path, drawn without lifting the pen."""

    points: list[Point]  # of the page, from the top left corner; control points of curves left out
    curved: bool
    closed: bool


class Drawing(NamedTuple):
    """What a page shows beside its text, and where that is."""

    rules: list[Rule]
    panels: list[Panel]
    images: list[float]  # areas of the pictures in square points
    texts: list[int]  # the text objects in the order in which the page prints them


def take_drawing(page: int, shift: Matrix) -> Drawing:
    """Everything on a page; `shift` takes its points to points from the top left corner."""
    drawing = Drawing([], [], [], [])
    take_shapes(list_shapes(page), shift, drawing)
    return drawing


def take_shapes(shapes: Iterator[tuple[int, int]], matrix: Matrix, drawing: Drawing) -> None:
    """Put shapes to which a transformation applies into the drawing, those within forms too."""
    for kind, shape in shapes:
        if kind == TEXT:
            drawing.texts.append(shape)
        elif kind == PATH:
            take_path(shape, matrix, drawing)
        elif kind == IMAGE:
            a, b, c, d, _, _ = join(get_matrix("FPDFPageObj_GetMatrix", shape), matrix)
            drawing.images.append((abs(a) + abs(c)) * (abs(b) + abs(d)))
        elif kind == FORM:
            take_shapes(list_parts(shape), join(get_matrix("FPDFPageObj_GetMatrix", shape), matrix), drawing)


def join(first: Matrix, then: Matrix) -> Matrix:
    """One transformation after the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def take_path(path: int, matrix: Matrix, drawing: Drawing) -> None:
    """Lines and boxes of a path become rules and panels."""
    filled, stroked = get_draw_mode(path)
    if not (filled or stroked):
        return
    framed = stroked or (filled and is_tinted(get_fill(path)))
    whole = join(get_matrix("FPDFPageObj_GetMatrix", path), matrix)
    for outline in take_outlines(path, whole):
        across, down = zip(*outline.points, strict=True)
        x0, top, x1, bottom = min(across), min(down), max(across), max(down)
        boxed = is_box(outline)
        if is_line(outline) or (boxed and min(x1 - x0, bottom - top) <= THIN):
            drawing.rules.extend(straight(x0, top, x1, bottom))
        elif boxed and stroked:
            drawing.rules.extend([Rule(x0, top, x1, top), Rule(x0, bottom, x1, bottom)])
            drawing.rules.extend([Rule(x0, top, x0, bottom), Rule(x1, top, x1, bottom)])
        large = x1 - x0 >= LEAST_PANEL[0] and bottom - top >= LEAST_PANEL[1]
        if large and framed and (boxed or fills_box(outline.points, (x1 - x0) * (bottom - top))):
            drawing.panels.append(Panel(x0, top, x1, bottom))


def take_outlines(path: int, matrix: Matrix) -> Iterator[Outline]:
    """The stretches of a path, in points of the page."""
    a, b, c, d, e, f = matrix
    points: list[Point] = []
    curve = 0
    curved = closed = False
    kinds, closing, ends = get_segments(path)
    for drawn, closes, (x, y) in zip(kinds, closing, ends.tolist(), strict=True):
        if drawn == _MOVE and points:
            yield close_outline(points, curved, closed)
            points, curved, closed, curve = [], False, False, 0
        if drawn == _CURVE:
            curved, curve = True, curve + 1
            if curve % 3:
                continue  # a control point
        points.append((a * x + c * y + e, b * x + d * y + f))
        closed = closed or closes
    if points:
        yield close_outline(points, curved, closed)


def close_outline(points: list[Point], curved: bool, closed: bool) -> Outline:
    """The outline, its first point also its last when it is closed."""
    if closed and not are_alike(points[0], points[-1]):
        points.append(points[0])
    return Outline(points, curved, closed)


def are_alike(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < _ALIKE and abs(one[1] - other[1]) < _ALIKE


def is_line(outline: Outline) -> bool:
    """From one point to another, and back when it is closed."""
    return not outline.curved and (len(outline.points) == 2 or (len(outline.points) == 3 and outline.closed))


def is_box(outline: Outline) -> bool:
    """Four sides along the edges of the page."""
    points = outline.points
    if outline.curved or len(points) != 5 or not are_alike(points[0], points[4]):
        return False
    (x0, y0), (x1, y1), (x2, y2), (x3, y3), _ = points
    near = _ALIKE
    upright = abs(x0 - x1) < near and abs(y1 - y2) < near and abs(x2 - x3) < near and abs(y3 - y0) < near
    return upright or (abs(y0 - y1) < near and abs(x1 - x2) < near and abs(y2 - y3) < near and abs(x3 - x0) < near)


def fills_box(points: list[Point], area: float) -> bool:
    """Does a closed curve fill its box but for its corners? (shoelace formula)"""
    if len(points) < 4:
        return False
    doubled = sum(
        x * other_y - other_x * y for (x, y), (other_x, other_y) in zip(points, [*points[1:], points[0]], strict=True)
    )
    return abs(doubled) / 2 >= 0.85 * area


def is_tinted(color: tuple[int, int, int] | None) -> bool:
    """Is a fill any colour but white? A pattern is."""
    return color is None or min(color) < 0.99 * 255
