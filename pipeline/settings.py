"""settings.toml becomes one frozen class a stage, checked once at the door."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ClausetraceError

DEFAULTS = Path(__file__).with_name("settings.toml")


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitSettings(_Stage):
    seconds: float = Field(gt=0)
    seconds_a_scan: float = Field(ge=0)
    mebibytes: int = Field(ge=64)


class IngestSettings(_Stage):
    reader: Literal["pdfium", "pdfplumber"]


class ExtractSettings(_Stage):
    language_model: str


class AlignSettings(_Stage):
    same_clause: float = Field(gt=0, lt=1)
    trivial_words: int = Field(ge=1)
    join_gap: int = Field(ge=0)


class EmbedSettings(_Stage):
    encoder: str
    query_prompt: str
    passage_prompt: str
    batch: int = Field(ge=1)


class ScoreSettings(_Stage):
    top_dense: int = Field(ge=1)
    top_lexical: int = Field(ge=1)


class AttributeSettings(_Stage):
    placebos_needed: int = Field(ge=1)
    fingerprint_words: int = Field(ge=1)
    fingerprint_items: int = Field(ge=1)
    specific_idf: float = Field(gt=0)
    rare_phrase: float = Field(ge=0)
    as_well: float = Field(gt=0, le=1)
    claim_probability: float = Field(gt=0, lt=1)
    claim_clauses: int = Field(ge=1)


class FetchSettings(_Stage):
    pause_seconds: float = Field(ge=0)
    tries: int = Field(ge=1)
    first_wait: float = Field(ge=0)
    longest_wait: float = Field(ge=0)
    timeout: float = Field(gt=0)
    mebibytes: float = Field(gt=0)
    redirects: int = Field(ge=0)


class Settings(_Stage):
    fetch: FetchSettings
    limits: LimitSettings
    ingest: IngestSettings
    extract: ExtractSettings
    align: AlignSettings
    embed: EmbedSettings
    score: ScoreSettings
    attribute: AttributeSettings


def load_settings(path: Path | None = None, encoder: str | None = None, reader: str | None = None) -> Settings:
    """The defaults, overridden by the tables of `path` (a settings.toml of the user's), then by `encoder` and `reader`.

    Raises ClausetraceError for unknown keys and values out of range.
    """
    merged = tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ClausetraceError(f"{path}: cannot be read as settings ({error}); mend the file.") from error
    for stage, values in given.items():
        merged[stage] = merged.get(stage, {}) | values
    if encoder:
        merged["embed"]["encoder"] = encoder
    if reader:
        merged["ingest"]["reader"] = reader
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ClausetraceError(f"{path or DEFAULTS}: {place}: {first['msg']}; see settings.toml.") from error
