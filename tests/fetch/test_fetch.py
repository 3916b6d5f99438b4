"""Fetching, against a server on this machine that imitates real ones: faults, refusals and changes included."""

import hashlib
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.case import load_case
from pipeline.errors import ClausetraceError
from pipeline.fetch import LOCK_NAME, Visitor, fetch_case
from pipeline.fetch.lock import read_lock
from pipeline.settings import FetchSettings

TODAY = date(2024, 5, 6)
PDF = b"%PDF-1.7 invented " + b"x" * 4000
RULES = FetchSettings(pause_seconds=1, tries=3, first_wait=2, longest_wait=60, timeout=5, mebibytes=0.01, redirects=2)


class Site:
    """Answers path by path: a list of (status, headers, body[, cut after]) used up in order, the last one again."""

    def __init__(self):
        self.answers = {}
        self.requests = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.requests.append((self.path, dict(self.headers)))
                queue = site.answers.get(self.path, [(404, {}, b"no")])
                answer = queue.pop(0) if len(queue) > 1 else queue[0]
                answer = answer(dict(self.headers)) if callable(answer) else answer
                status, headers, body, *cut = answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if not {"Content-Length", "Transfer-Encoding"} & headers.keys():
                    self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body[: cut[0]] if cut else body)
                self.close_connection = True

            def log_message(self, *_):
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def headers(self, number=-1):
        return self.requests[number][1]


@pytest.fixture
def site():
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


class Calm(Visitor):
    """Time that stands still except when somebody sleeps."""

    def __init__(self, allow_private=True):
        self.slept, now = [], [0.0]

        def sleep(seconds):
            self.slept.append(seconds)
            now[0] += seconds

        super().__init__(RULES, allow_private, sleep, lambda: now[0])


def write_case(folder, *documents, head=""):
    rows = ['[case]\nid = "c"\ntabled = 2024-03-22\n', head]
    for number, (name, fields) in enumerate(documents):
        role = "target" if number == 0 else "rival"
        rows.append(f'[[source]]\nid = "{name}"\nrole = "{role}"\nkind = "report"\n')
        rows += [f'{key} = "{value}"\n' for key, value in fields.items()]
    (folder / "case.toml").write_text("".join(rows), encoding="utf-8")
    return load_case(folder)


def one(tmp_path, site, path="/a.pdf", **fields):
    return write_case(tmp_path, ("doc", {"url": site.address + path, "path": "documents/doc.pdf"} | fields))


def fetch(case, visitor=None):
    with visitor or Calm() as calm:
        return fetch_case(case, calm, TODAY)


def test_a_document_is_fetched_and_noted_in_the_lock(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"', "Last-Modified": "Mon, 01 Apr 2024 00:00:00 GMT"}, PDF)]
    case = one(tmp_path, site)
    [result] = fetch(case)
    assert (result.status, result.problem) == ("fetched", "")
    assert result.file.read_bytes() == PDF
    entry = read_lock(tmp_path / LOCK_NAME)["doc"]
    assert entry.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (entry.size, entry.kind, entry.etag, entry.retrieved) == (len(PDF), "PDF", '"1"', "2024-05-06")
    assert entry.final_address == site.address + "/a.pdf"
    assert not list((tmp_path / "documents").glob("*.partial"))


def test_what_has_not_changed_is_asked_for_on_condition_and_not_sent_again(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF), (304, {}, b"")]
    case = one(tmp_path, site)
    fetch(case)
    [result] = fetch(case)
    assert (result.status, result.problem) == ("unchanged", "")
    assert site.headers()["If-None-Match"] == '"1"'


def test_a_document_without_etag_is_not_asked_for_again(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {}, PDF)]
    case = one(tmp_path, site)
    fetch(case)
    [result] = fetch(case)
    assert result.status == "kept" and len(site.requests) == 1


def test_retry_after_is_obeyed(tmp_path, site):
    site.answers["/a.pdf"] = [(429, {"Retry-After": "7"}, b""), (200, {}, PDF)]
    calm = Calm()
    [result] = fetch(one(tmp_path, site), calm)
    assert result.status == "fetched" and 7 in calm.slept


def test_a_site_that_asks_for_too_long_a_wait_is_left_alone(tmp_path, site):
    site.answers["/a.pdf"] = [(429, {"Retry-After": "3600"}, b"")]
    calm = Calm()
    [result] = fetch(one(tmp_path, site), calm)
    assert result.status == "missing" and "3600 seconds" in result.problem
    assert calm.slept == [] and len(site.requests) == 1


def test_waits_double_while_a_service_is_away(tmp_path, site):
    site.answers["/a.pdf"] = [(503, {}, b""), (503, {}, b""), (200, {}, PDF)]
    calm = Calm()
    [result] = fetch(one(tmp_path, site), calm)
    assert result.status == "fetched"
    assert [wait for wait in calm.slept if wait > 1] == [2, 4]


def test_a_service_that_stays_away_is_given_up_with_a_sentence(tmp_path, site):
    site.answers["/a.pdf"] = [(503, {}, b"")]
    [result] = fetch(one(tmp_path, site))
    assert result.status == "missing" and "tried 3 times" in result.problem and len(site.requests) == 3


def test_a_broken_download_goes_on_where_it_stopped(tmp_path, site):
    def rest(headers):
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
        assert headers["If-Range"] == '"1"'
        return 206, {"ETag": '"1"', "Content-Range": f"bytes {start}-{len(PDF) - 1}/{len(PDF)}"}, PDF[start:]

    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF, 1500), rest]
    [result] = fetch(one(tmp_path, site))
    assert result.status == "fetched" and result.file.read_bytes() == PDF
    assert site.headers()["Range"] == "bytes=1500-"


def test_a_broken_download_goes_on_in_the_next_run(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF, 1500), (503, {}, b"")]
    case = one(tmp_path, site)
    assert fetch(case)[0].status == "missing"
    tail = {"ETag": '"1"', "Content-Range": f"bytes 1500-{len(PDF) - 1}/{len(PDF)}"}
    site.answers["/a.pdf"] = [(206, tail, PDF[1500:])]
    [result] = fetch(case)
    assert result.status == "fetched" and result.file.read_bytes() == PDF


@pytest.mark.parametrize("headers", [{}, {"ETag": 'W/"1"'}])
def test_without_a_strong_mark_a_broken_download_begins_again(tmp_path, site, headers):
    site.answers["/a.pdf"] = [(200, headers, PDF, 1500), (200, headers, PDF)]
    [result] = fetch(one(tmp_path, site))
    assert result.file.read_bytes() == PDF and "Range" not in site.headers()


def test_a_document_that_changed_between_two_parts_is_fetched_whole(tmp_path, site):
    other = PDF.replace(b"x", b"y")
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF, 1500), (200, {"ETag": '"2"'}, other)]
    [result] = fetch(one(tmp_path, site))
    assert result.file.read_bytes() == other


def test_a_part_that_does_not_fit_is_refused(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF, 1500), (206, {"Content-Range": "bytes 9-20/4018"}, PDF[9:20])]
    [result] = fetch(one(tmp_path, site))
    assert result.status == "missing" and "another part" in result.problem


def test_redirects_are_followed_and_the_last_address_noted(tmp_path, site):
    site.answers["/a.pdf"] = [(302, {"Location": "/b.pdf"}, b"")]
    site.answers["/b.pdf"] = [(200, {}, PDF)]
    fetch(one(tmp_path, site))
    entry = read_lock(tmp_path / LOCK_NAME)["doc"]
    assert (entry.address, entry.final_address) == (site.address + "/a.pdf", site.address + "/b.pdf")


def test_a_ring_of_redirects_ends(tmp_path, site):
    site.answers["/a.pdf"] = [(302, {"Location": "/a.pdf"}, b"")]
    [result] = fetch(one(tmp_path, site))
    assert "redirects" in result.problem and len(site.requests) == 3


def test_a_redirect_to_another_scheme_is_refused_even_here(tmp_path, site):
    site.answers["/a.pdf"] = [(302, {"Location": "file:///etc/passwd"}, b"")]
    [result] = fetch(one(tmp_path, site))
    assert result.status == "missing" and "no address of the web" in result.problem


def test_a_web_page_instead_of_a_pdf_is_refused_and_explained(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"Content-Type": "application/pdf"}, b"<!DOCTYPE html><p>Are you a robot?")]
    [result] = fetch(one(tmp_path, site))
    assert result.status == "missing" and not result.file.exists()
    assert "human visitor" in result.problem
    assert f"open {site.address}/a.pdf in a browser and save the document as documents/doc.pdf" in result.problem


@pytest.mark.parametrize(
    ("status", "words"), [(403, "refuses machines"), (404, "does not have it"), (418, "answers with an error")]
)
def test_refusals_are_not_repeated_and_say_what_to_do_by_hand(tmp_path, site, status, words):
    site.answers["/a.pdf"] = [(status, {}, b"no")]
    [result] = fetch(one(tmp_path, site))
    assert words in result.problem and "By hand:" in result.problem and len(site.requests) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [({}, PDF * 4), ({"Transfer-Encoding": "chunked"}, b"3e80\r\n" + (PDF * 4)[:16000] + b"\r\n0\r\n\r\n")],
)
def test_a_document_over_the_limit_is_not_kept(tmp_path, site, headers, body):
    site.answers["/a.pdf"] = [(200, headers, body)]
    [result] = fetch(one(tmp_path, site))
    assert "larger than 0.01 MiB" in result.problem
    assert list((tmp_path / "documents").iterdir()) == []


def test_another_sha256_than_the_case_names_is_a_problem(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {}, PDF)]
    [result] = fetch(one(tmp_path, site, sha256="0" * 64))
    assert result.status == "differs" and not result.file.exists()
    assert "case.toml names 000000000000…" in result.problem
    assert (tmp_path / "documents" / "doc.pdf.differs").read_bytes() == PDF


def test_a_document_that_its_publisher_changed_is_a_problem_and_the_old_one_stays(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {"ETag": '"1"'}, PDF), (200, {"ETag": '"2"'}, PDF + b"new")]
    case = one(tmp_path, site)
    fetch(case)
    [result] = fetch(case)
    assert result.status == "differs" and "has changed since it was fetched on 2024-05-06" in result.problem
    assert result.file.read_bytes() == PDF


def test_a_file_changed_on_this_machine_is_a_problem_and_not_overwritten(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {}, PDF)]
    case = one(tmp_path, site)
    [result] = fetch(case)
    result.file.write_bytes(PDF + b"mine")
    [result] = fetch(case)
    assert result.status == "differs" and LOCK_NAME in result.problem
    assert result.file.read_bytes() == PDF + b"mine"


def test_a_file_saved_by_hand_is_taken_over(tmp_path, site):
    case = one(tmp_path, site)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "doc.pdf").write_bytes(PDF)
    [result] = fetch(case)
    assert result.status == "kept" and site.requests == []
    assert read_lock(tmp_path / LOCK_NAME)["doc"].by_hand


def test_the_same_page_for_two_documents_is_refused_for_the_second(tmp_path, site):
    site.answers["/a.pdf"] = site.answers["/b.pdf"] = [(200, {}, PDF)]
    case = write_case(
        tmp_path,
        ("first", {"url": site.address + "/a.pdf", "path": "documents/a.pdf"}),
        ("second", {"url": site.address + "/b.pdf", "path": "documents/b.pdf"}),
    )
    assert [result.status for result in fetch(case)] == ["fetched", "missing"]


def test_what_was_fetched_stays_when_another_document_fails(tmp_path, site):
    site.answers["/b.pdf"] = [(200, {}, PDF)]
    case = write_case(
        tmp_path,
        ("first", {"url": site.address + "/a.pdf", "path": "documents/a.pdf"}),
        ("second", {"url": site.address + "/b.pdf", "path": "documents/b.pdf"}),
        ("third", {"publisher": "A Society", "title": "A Paper", "path": "documents/c.pdf"}),
    )
    first, second, third = fetch(case)
    assert (first.status, second.status, third.status) == ("missing", "fetched", "missing")
    assert "look for “A Paper” at its publisher (A Society)" in third.problem
    assert list(read_lock(tmp_path / LOCK_NAME)) == ["second"]


def test_a_host_is_left_in_peace_between_two_requests(tmp_path, site):
    site.answers["/a.pdf"], site.answers["/b.pdf"] = [(200, {}, PDF)], [(200, {}, PDF + b"b")]
    calm = Calm()
    case = write_case(
        tmp_path,
        ("first", {"url": site.address + "/a.pdf", "path": "documents/a.pdf"}),
        ("second", {"url": site.address + "/b.pdf", "path": "documents/b.pdf"}),
    )
    fetch(case, calm)
    assert calm.slept == [1.0]


def test_addresses_of_this_machine_are_refused_unless_a_test_asks(tmp_path, site):
    site.answers["/a.pdf"] = [(200, {}, PDF)]
    [result] = fetch(one(tmp_path, site), Calm(allow_private=False))
    assert "127.0.0.1, which is no public address" in result.problem and site.requests == []


def test_a_redirect_to_a_private_address_is_refused(tmp_path, site, monkeypatch):
    import pipeline.fetch.visit as room

    private = "http://10.0.0.7/latest/meta-data"
    site.answers["/a.pdf"] = [(302, {"Location": private}, b"")]
    real = room.check_address
    monkeypatch.setattr(room, "check_address", lambda address, _: real(address, address.startswith(site.address)))
    [result] = fetch(one(tmp_path, site))
    assert "10.0.0.7, which is no public address" in result.problem and len(site.requests) == 1


def test_a_name_that_leads_elsewhere_when_connected_is_refused(tmp_path, site, monkeypatch):
    """The name service may answer with a public address first and a private one a moment later."""
    import pipeline.fetch.visit as room

    site.answers["/a.pdf"] = [(200, {}, PDF)]
    monkeypatch.setattr(room, "check_address", lambda *_: None)
    [result] = fetch(one(tmp_path, site), Calm(allow_private=False))
    assert "no public address" in result.problem and not result.file.exists()


def test_a_proxy_of_the_environment_is_used(tmp_path, site, monkeypatch):
    monkeypatch.setenv("http_proxy", site.address)
    site.answers["http://reports.example.org/a.pdf"] = [(200, {}, PDF)]
    case = write_case(tmp_path, ("doc", {"url": "http://reports.example.org/a.pdf", "path": "documents/doc.pdf"}))
    [result] = fetch(case, Calm(allow_private=False))
    assert result.status == "fetched", result.problem


def test_a_damaged_lock_is_one_sentence(tmp_path, site):
    (tmp_path / LOCK_NAME).write_text("[document\n")
    with pytest.raises(ClausetraceError, match="lock is damaged"):
        fetch(one(tmp_path, site))
