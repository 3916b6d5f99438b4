"""Small PDFs for the tests, drawn with reportlab: every line stands where the test puts it."""

from collections.abc import Callable, Iterable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

ROMAN, BOLD, ITALIC = "Times-Roman", "Times-Bold", "Times-Italic"
Page = Callable[[Canvas], None]


def draw_pdf(path: Path, pages: Iterable[Page], password: str | None = None) -> Path:
    """A file with one page for each drawing function; y counts from the top, in points."""
    canvas = Canvas(str(path), pagesize=A4, bottomup=0, encrypt=password, invariant=True)
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return path


def put(canvas: Canvas, x: float, y: float, text: str, font: str = ROMAN, size: float = 10) -> float:
    """One run of text with its baseline at y; gives the x behind it."""
    canvas.setFont(font, size)
    canvas.drawString(x, y, text)
    return x + stringWidth(text, font, size)


def wrap(text: str, width: float, font: str = ROMAN, size: float = 10) -> list[str]:
    """Lines of at most `width` points."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def put_lines(canvas: Canvas, x: float, y: float, lines: Iterable[str], font: str = ROMAN, size: float = 10) -> float:
    """Lines under one another, 1.2 sizes apart; gives the y of the next."""
    for line in lines:
        put(canvas, x, y, line, font, size)
        y += 1.2 * size
    return y


def put_text(canvas: Canvas, x: float, y: float, text: str, width: float, font: str = ROMAN, size: float = 10) -> float:
    """A paragraph set in `width`; gives the y after a little space."""
    return put_lines(canvas, x, y, wrap(text, width, font, size), font, size) + 6


def rule(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.setLineWidth(0.5)
    canvas.line(x0, y0, x1, y1)


def head(canvas: Canvas, symbol: str, number: int) -> None:
    """Running head with its rule, and the page number, as UN documents have them."""
    put(canvas, 57, 50, symbol, BOLD, 9)
    rule(canvas, 55, 57, 540, 57)
    put(canvas, 57, 800, str(number), BOLD, 9)
