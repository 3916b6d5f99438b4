"""How well scans are read: pages of the embedded case as pictures, clean and spoiled, beside their text layer."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.errors import ClausetraceError
from pipeline.evaluate.measured import Measured
from pipeline.evaluate.reading import simplify

if TYPE_CHECKING:
    from PIL.Image import Image

_DOCUMENTS = Path(__file__).parents[2] / "data/cases/demo/documents"
_SEED = 20240322
_GREY, _BLUR, _TURN = 24.0, 0.6, 0.4  # noise in levels of 256, blur in pixels, degrees: a worn office scanner


def measure_ocr(files: Sequence[Path] = (), engines: Sequence[str] = ("Tesseract", "RapidOCR")) -> list[Measured]:
    """Character accuracy (1 - edit distance / length) of each engine that is installed, at 300 dpi and at 150 dpi with
    noise, over the PDF files (default: three of the embedded case). A file's pages become one TIFF; what the reader
    makes of it stands beside what it makes of the PDF. Raises ClausetraceError when no engine is installed.
    """
    files = files or [
        _DOCUMENTS / f"{name}.pdf" for name in ("a_hrc_res_92_28", "a_hrc_65_63", "tallow_position_women")
    ]
    usable = [name for name in engines if is_installed(name)]
    if not usable:
        raise ClausetraceError("no engine for scans is installed: install Tesseract, or rapidocr with onnxruntime.")
    rows = []
    for engine in usable:
        goal = ">= 0.98" if engine == "Tesseract" else ">= 0.96"
        rows.append(measure_engine(engine, files, 300, lambda page, number: page, "300 dpi", goal))
        rows.append(measure_engine(engine, files, 150, spoil, "150 dpi with noise, blur and a slant", ""))
    return rows


def measure_engine(
    engine: str, files: Sequence[Path], resolution: int, change: "Callable[[Image, int], Image]", name: str, goal: str
) -> Measured:
    """Character accuracy of one engine over files; `change` gets each page's picture and its number."""
    from rapidfuzz.distance import Levenshtein

    wrong, length = 0, 0
    with TemporaryDirectory(prefix="clausetrace-ocr-") as folder:
        for file in files:
            picture = Path(folder) / f"{file.stem}.tiff"
            draw_scan(file, picture, resolution, change)
            born, seen = read_text(file), read_scan(picture, engine)
            wrong += Levenshtein.distance(born, seen)
            length += len(born)
    note = "errors of the order and of what is left out count too"
    accuracy = 1 - wrong / length
    return Measured(
        "ingest", f"scans, {engine}", f"character accuracy, {name}", accuracy, length, None, None, goal, note
    )


def draw_scan(file: Path, picture: Path, resolution: int, change: "Callable[[Image, int], Image]") -> None:
    """Write the pages of a PDF as one TIFF in grey."""
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    drawn = [page.render(scale=resolution / 72, grayscale=True).to_pil().convert("L") for page in document]
    document.close()
    first, *rest = [change(page, number) for number, page in enumerate(drawn)]
    first.save(picture, save_all=True, append_images=rest, dpi=(resolution, resolution))


def spoil(page: "Image", number: int) -> "Image":
    """The page slightly turned and blurred, under noise; the same for the same number."""
    import numpy
    from PIL import Image, ImageFilter

    turned = page.rotate(_TURN, fillcolor=255, resample=Image.Resampling.BICUBIC)
    blurred = numpy.asarray(turned.filter(ImageFilter.GaussianBlur(_BLUR)), dtype=float)
    noise = numpy.random.default_rng(_SEED + number).normal(0, _GREY, blurred.shape)
    return Image.fromarray((blurred + noise).clip(0, 255).astype("uint8"))


def read_text(file: Path) -> str:
    """All that is read of a file, notes last, in one line."""
    from pipeline.ingest import read_document

    found = read_document(file, file.stem)
    ordered = sorted(found, key=lambda item: item.kind == "footnote")
    return " ".join(simplify(item.text) for item in ordered)


def read_scan(picture: Path, engine: str) -> str:
    """What is read of a picture with one engine."""
    from pipeline.ingest import ocr, pictures

    chosen = {"Tesseract": ocr.see_with_tesseract, "RapidOCR": ocr.see_with_rapidocr}[engine]
    found = pictures.read_picture(picture, chosen)
    ordered = sorted(found, key=lambda item: item.kind == "footnote")
    return " ".join(simplify(item.text) for item in ordered)


def is_installed(engine: str) -> bool:
    """Can this engine be asked?"""
    import shutil
    from importlib.util import find_spec

    if engine == "Tesseract":
        return shutil.which("tesseract") is not None
    return bool(find_spec("rapidocr") and find_spec("onnxruntime"))
