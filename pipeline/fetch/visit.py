"""One document over HTTP: politely, with retries, going on where a connection broke, within limits."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.fetch.guard import ForbiddenAddressError, check_address, check_numbers, find_proxy
from pipeline.fetch.lock import Entry
from pipeline.settings import FetchSettings

if TYPE_CHECKING:
    import httpx

_BUSY = (408, 425, 429, 500, 502, 503, 504)
_REDIRECTS = (301, 302, 303, 307, 308)
_REFUSALS = {401: "asks for a password", 403: "refuses machines", 404: "does not have it", 410: "has withdrawn it"}
_AGENT = "clausetrace (fetches the documents of one case, one at a time)"


@dataclass(frozen=True, slots=True)
class Got:
    """A document that came; it lies in `part` until it has been looked at."""

    part: Path
    asked: str
    address: str  # after redirects
    etag: str
    last_modified: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The publisher says that the document is the one fetched before."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing came; `why` is a sentence."""

    why: str


@dataclass
class Visitor:
    """How sites are visited: the limits, when each was asked last, and what stands for time.

    `allow_private` admits addresses of this machine and its network; it is for tests against a server on this
    machine, and no option or environment variable sets it. Close with `close` (or use as a context).
    """

    settings: FetchSettings
    allow_private: bool = False
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    asked: dict[str, float] = field(default_factory=dict)
    clients: dict[str | None, "httpx.Client"] = field(default_factory=dict)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        for client in self.clients.values():
            client.close()

    def client_for(self, address: str) -> "httpx.Client":
        """The client for an address: straight, or through the proxy that the environment names."""
        import httpx

        proxy = find_proxy(address)
        if proxy not in self.clients:
            self.clients[proxy] = httpx.Client(
                proxy=proxy,
                trust_env=False,  # the proxy is chosen above, so that the guard knows of it
                verify=httpx.create_ssl_context(),  # heeds SSL_CERT_FILE and SSL_CERT_DIR
                timeout=self.settings.timeout,
                headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},  # sizes and ranges count file bytes
            )
        return self.clients[proxy]

    def wait_turn(self, address: str) -> None:
        """Leave the host in peace for a while after each request."""
        host = urlsplit(address).netloc
        if host in self.asked:
            self.sleep(max(0.0, self.asked[host] + self.settings.pause_seconds - self.clock()))
        self.asked[host] = self.clock()


class _TryAgainError(Exception):
    """The site may have the document later; `wait` is what it asks for, in seconds."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


class _StopError(Exception):
    """No further try will help; the message is a sentence."""


def download(visitor: Visitor, address: str, file: Path, known: Entry | None) -> Got | Unchanged | Gone:
    """Fetch `address` into a partial file beside `file`; with `known`, only if it has changed since.

    A download that broke off goes on where it stopped, in this run or the next, when the server can tell that the
    document is still the same.
    """
    import httpx

    rules, wait = visitor.settings, visitor.settings.first_wait
    why = ""
    for attempt in range(rules.tries):
        try:
            return _try_once(visitor, address, file, known)
        except (_StopError, ForbiddenAddressError, httpx.InvalidURL) as error:
            return Gone(f"{str(error).rstrip('.')}.")
        except OSError as error:
            return Gone(f"the file cannot be written ({error}).")
        except (_TryAgainError, httpx.HTTPError) as error:
            why = str(error) or type(error).__name__
            asked_for = error.wait if isinstance(error, _TryAgainError) else None
        if asked_for is not None and asked_for > rules.longest_wait:
            return Gone(f"{why}, and asks to come back in {asked_for:.0f} seconds; run the same command later.")
        if attempt + 1 < rules.tries:
            visitor.sleep(max(asked_for or 0.0, wait))
            wait *= 2
    return Gone(f"{why} (tried {rules.tries} times); run the same command later to go on.")


def _try_once(visitor: Visitor, address: str, file: Path, known: Entry | None) -> Got | Unchanged:
    part, tag = file.with_name(file.name + ".partial"), file.with_name(file.name + ".tag.partial")
    file.parent.mkdir(parents=True, exist_ok=True)
    start, validator = _find_start(part, tag)
    headers = _conditions(known) if known else {}
    if start:
        headers |= {"Range": f"bytes={start}-", "If-Range": validator}
    with _open(visitor, address, headers) as response:
        host = urlsplit(str(response.url)).netloc
        if response.status_code == 304 and known:
            return Unchanged()
        if response.status_code == 416:  # the partial file is not the beginning of what is there now
            _forget(part, tag)
            raise _TryAgainError(f"{host} cannot go on with the download")
        if response.status_code in _BUSY:
            raise _TryAgainError(f"{host} is busy (HTTP {response.status_code})", read_wait(response))
        if response.status_code not in (200, 206):
            reason = _REFUSALS.get(response.status_code, "answers with an error")
            raise _StopError(f"{host} {reason} (HTTP {response.status_code})")
        start = start if _continues(response, start) else 0
        etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
        strong = etag if etag and not etag.startswith("W/") else modified
        tag.write_text(strong, encoding="utf-8")
        _save(response, part, tag, start, visitor.settings.mebibytes)
        tag.unlink()
        return Got(part, address, str(response.url), etag, modified)


def _find_start(part: Path, tag: Path) -> tuple[int, str]:
    """How many bytes are there already, and the server's mark of their version; 0 when it gave none."""
    validator = tag.read_text(encoding="utf-8") if tag.is_file() else ""
    size = part.stat().st_size if part.is_file() else 0
    if not (validator and size):
        _forget(part, tag)
        return 0, ""
    return size, validator


def _forget(part: Path, tag: Path) -> None:
    part.unlink(missing_ok=True)
    tag.unlink(missing_ok=True)


def _conditions(known: Entry) -> dict[str, str]:
    """Ask for the document only if it is no longer the one we have (RFC 9110, section 13)."""
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in given.items() if value}


def _continues(response: "httpx.Response", start: int) -> bool:
    if response.status_code != 206:
        return False
    if not response.headers.get("content-range", "").startswith(f"bytes {start}-"):
        raise _StopError(f"{urlsplit(str(response.url)).netloc} sent another part than the one asked for")
    return True


@contextlib.contextmanager
def _open(visitor: Visitor, address: str, headers: dict[str, str]) -> Iterator["httpx.Response"]:
    """The answer at the end of the redirects; each hop is checked before it is visited, and again when connected."""
    for _ in range(visitor.settings.redirects + 1):
        check_address(address, visitor.allow_private)
        visitor.wait_turn(address)
        with visitor.client_for(address).stream("GET", address, headers=headers) as response:
            _check_peer(visitor, address, response)
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                yield response
                return
            address = str(response.url.join(response.headers["location"]))
    raise _StopError(f"more than {visitor.settings.redirects} redirects, the last to {address}")


def _check_peer(visitor: Visitor, address: str, response: "httpx.Response") -> None:
    """The name may have been resolved to something else in the meantime: look at whom we are connected to."""
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream else None
    if peer and not visitor.allow_private and find_proxy(address) is None:
        check_numbers(urlsplit(address).netloc, [str(peer[0])])


def _save(response: "httpx.Response", part: Path, tag: Path, start: int, mebibytes: float) -> None:
    """Write the body to the partial file, after the `start` bytes it has. Over the limit, nothing is kept."""
    limit = int(mebibytes * 1024 * 1024)
    size, length = start, response.headers.get("content-length", "")
    announced = start + int(length) if length.isdigit() else 0
    with part.open("ab" if start else "wb") as stream:
        for piece in response.iter_raw() if announced <= limit else ():
            size += len(piece)
            if size > limit:
                break
            stream.write(piece)
    if max(size, announced) > limit:
        _forget(part, tag)
        raise _StopError(f"the document is larger than {mebibytes:g} MiB (see [fetch] in settings.toml)")
    if announced and size < announced:
        raise _TryAgainError("the connection broke off")


def read_wait(response: "httpx.Response") -> float | None:
    """Retry-After in seconds (a number, or a date: RFC 9110, section 10.2.3); None without one."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
