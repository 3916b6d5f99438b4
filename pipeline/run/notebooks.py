"""What notebooks open a finished case with: the case on its way, its tables as data frames, passages on their pages."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.case import load_case
from pipeline.errors import TableError
from pipeline.records import Paragraph
from pipeline.run.line import Line
from pipeline.run.lookup import find_places
from pipeline.settings import load_settings

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.report.crops import Crop


def open_case(folder: Path | str, out: Path | str | None = None) -> Line:
    """The case of a folder that was run before; `out` is the folder given as --out then. Runs nothing.

    Raises CaseError when case.toml is missing or wrong.
    """
    return Line(load_case(Path(folder), out=Path(out) if out else None), load_settings())


def load_frame(line: Line, name: str) -> "pd.DataFrame":
    """A numbered table of the case ("2-clauses") as a data frame; columns as data/README.md says.

    Raises TableError when the stage that writes it has not run.
    """
    import pandas as pd

    path = line.table(name)
    if not path.is_file():
        raise TableError(f"{path}: no such table; run the case first (clausetrace run {line.case.folder}).")
    return pd.read_parquet(path)


def crop_passage(line: Line, name: str) -> tuple["Crop", ...]:
    """Strips of the pages on which a paragraph, clause, finding or span stands, boxed; () when its file is no PDF.

    Raises ClausetraceError when the case has no such id.
    """
    from pipeline.report.crops import crop_quotes

    quotes = tuple(place.quote for place in find_places(line, name))
    return crop_quotes([(name, quotes)], line.read("1-paragraphs", Paragraph), line.case.files)[name]
