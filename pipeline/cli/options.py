"""The arguments and options that several commands share, each with its help."""

from pathlib import Path
from typing import Annotated

import typer

CaseArgument = Annotated[Path, typer.Argument(help="Folder that holds case.toml, or the file itself.")]
RootOption = Annotated[list[Path] | None, typer.Option(help="Allow documents in this folder, too (repeatable).")]
OutOption = Annotated[Path | None, typer.Option(help="Write work/ and reports/ here, not into the case folder.")]
EncoderOption = Annotated[
    str | None,
    typer.Option(help="Model of models.toml, a folder, a hub name in the local cache, or none (lexical only)."),
]
ReaderOption = Annotated[str | None, typer.Option(help="Reader of PDFs: pdfium (fast) or pdfplumber (reference).")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="Your own settings.toml.")]
WorkersOption = Annotated[int | None, typer.Option(min=1, help="Processes over documents; all cores by default.")]
ClusterOption = Annotated[
    str,
    typer.Option(metavar="ADDRESS", help="Read, extract, embed and score on this Dask cluster: tcp://scheduler:8786."),
]
SharedOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="With --cluster: a folder or s3://bucket/name that its workers reach; work/ without."
    ),
]
RedactOption = Annotated[
    bool,
    typer.Option("--redact", help="Reports without names of persons, in the folder redacted/; see hand/names.csv."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
FileArgument = Annotated[Path, typer.Argument(help="PDF, DOCX, HTML, TXT or Markdown file.")]
