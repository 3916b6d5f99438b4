"""Word-processor files of other formats (DOC, RTF, ODT) become DOCX by way of LibreOffice, when it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from pipeline.errors import DocumentError
from pipeline.records import Paragraph

_CONVERT_SECONDS = 50  # a cold start of LibreOffice takes 5 to 10; a document may take 60 altogether


def read_legacy(path: Path) -> list[Paragraph]:
    """Paragraphs of a DOC, RTF or ODT file, read from a DOCX that LibreOffice makes in a temporary folder.

    Raises DocumentError when LibreOffice is not installed, fails, or takes too long.
    """
    from pipeline.ingest.word import read_docx

    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise DocumentError(
            f"{path.name}: this format is read through LibreOffice, which is not installed; "
            "install it, or save the document as DOCX or PDF."
        )
    with tempfile.TemporaryDirectory(prefix="clausetrace-") as folder:
        return read_docx(convert_to_docx(path, office, Path(folder)))


def convert_to_docx(path: Path, office: str, folder: Path) -> Path:
    """Let `office` (the program) write a DOCX of `path` into `folder`, with a profile of its own: two runs, and a
    LibreOffice that the user has open, must not lock one another."""
    profile = (folder / "profile").resolve().as_uri()
    command = [office, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", "docx"]
    command += ["--outdir", str(folder), str(path.resolve())]
    try:
        subprocess.run(command, capture_output=True, timeout=_CONVERT_SECONDS, check=True)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(
            f"{path.name}: LibreOffice did not finish within {_CONVERT_SECONDS} s; save it as DOCX or PDF."
        ) from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise DocumentError(f"{path.name}: LibreOffice could not convert it; save it as DOCX or PDF.") from error
    made = folder / f"{path.stem}.docx"
    if not made.is_file():
        raise DocumentError(f"{path.name}: LibreOffice could not read it; save it as DOCX or PDF.")
    return made
