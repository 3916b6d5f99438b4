"""A release: reports, tables, case file and human decisions of one day, with check sums, to be kept and cited."""

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path

from pipeline.errors import ClausetraceError
from pipeline.run.line import Line
from pipeline.run.verdicts import list_reports, load_results
from pipeline.weights import hash_file

SUMS = "SHA256SUMS"  # in the form that `sha256sum -c` reads


def freeze_case(line: Line, into: Path, day: date) -> Path:
    """Copy what a finished case rests on into `into`/CASE-DAY, whole or not at all; returns that folder.

    A redacted release holds the reports alone, for tables and human decisions carry names. Raises ClausetraceError
    when the folder is there already or cannot be written.
    """
    folder = into / f"{line.case.id}-{day.isoformat()}{'-redacted' if line.redact else ''}"
    if folder.exists():
        raise ClausetraceError(
            f"{folder}: is there already; a release is never changed. Name another folder with --to."
        )
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=".partial-") as partial:
            _fill(line, Path(partial) / "release", day)
            (Path(partial) / "release").rename(folder)
    except OSError as error:
        raise ClausetraceError(f"{folder}: cannot be written ({error.strerror}); free space or mend rights.") from error
    return folder


def _fill(line: Line, folder: Path, day: date) -> None:
    files = {f"{line.reports.name}/{file.relative_to(line.reports)}": file for file in list_reports(line)}
    if not line.redact:
        files |= {f"work/{file.name}": file for file in sorted((line.case.out / "work").glob("*.parquet"))}
        files |= {f"hand/{file.name}": file for file in sorted((line.case.folder / "hand").glob("*.csv"))}
        files["case.toml"] = line.case.folder / "case.toml"
    for name, file in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / name)
    (folder / "manifest.json").write_text(
        json.dumps(_describe(line, day), ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    names = sorted([*files, "manifest.json"])
    (folder / SUMS).write_text("".join(f"{hash_file(folder / name)}  {name}\n" for name in names), "utf-8")


def _describe(line: Line, day: date) -> dict[str, object]:
    """What the release was made from: the case, the versions, and each document by its check sum."""
    case, results = line.case, load_results(line)
    documents = [
        {
            "id": source.id,
            "role": source.role,
            "date": source.date,
            "url": source.url,
            "sha256": hash_file(case.files[source.id]) if case.files[source.id].is_file() else None,
        }
        for source in case.sources
    ]
    return {
        "case": case.id,
        "title": case.title,
        "frozen": day.isoformat(),
        "redacted": line.redact,
        "encoder": results.encoder,
        "versions": dict(results.versions),
        "settings": repr(line.settings),
        "tables": {path.stem: line.key(path.stem) for path in sorted((case.out / "work").glob("*.parquet"))},
        "documents": documents,
    }
