"""Where a document is to be had, what its bytes are, and which addresses are never visited."""

import pytest

from pipeline.fetch.addresses import is_symbol, list_address
from pipeline.fetch.guard import ForbiddenAddressError, check_address, find_proxy, is_public
from pipeline.fetch.kinds import tell_kind
from pipeline.fetch.lock import Entry, read_lock, write_lock
from pipeline.records import Source


def source(name, path="", url="", language="en"):
    return Source(name, "rival", "report", "", "", "", "user", language, path, url, "")


@pytest.mark.parametrize(
    ("name", "path", "language", "address"),
    [
        ("A/HRC/RES/95/21", "", "en", "https://documents.un.org/api/symbol/access?s=A/HRC/RES/95/21&l=en&t=pdf"),
        ("A/95/1", "d/a.docx", "fr", "https://documents.un.org/api/symbol/access?s=A/95/1&l=fr&t=docx"),
        ("S/RES/9718(2096)", "", "de", "https://documents.un.org/api/symbol/access?s=S/RES/9718%282096%29&l=en&t=pdf"),
        ("tallow-2024", "", "en", ""),
    ],
)
def test_symbols_give_addresses_of_the_document_service(name, path, language, address):
    assert list_address(source(name, path, language=language)) == address


def test_the_address_of_the_case_goes_first():
    assert list_address(source("A/95/1", url="https://example.org/x.pdf")) == "https://example.org/x.pdf"


@pytest.mark.parametrize("name", ["A/HRC/WG.6/48/SVN/3", "A/C.3/99/L.28/Rev.1", "CCPR/C/NOR/9", "A/95/6 (Sect. 13)"])
def test_symbols_are_known(name):
    assert is_symbol(name)


@pytest.mark.parametrize("name", ["A paper", "paper/2024", "A/", "a/hrc/1", "A/HRC/1?l=fr&t=doc", "A/HRC/1#2"])
def test_other_ids_are_no_symbols(name):
    assert not is_symbol(name)


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_private_numbers_are_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_numbers_are(number):
    assert is_public(number)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/a", "file:///etc/passwd", "http://", "http://127.0.0.1/", "http://[::1]:80/", "http://2130706433/",
        "http://localhost/", "http://10.0.0.1:99999/", "https://someone:secret@example.org/", "http://0x7f.1/",
    ],
)  # fmt: skip
def test_addresses_that_are_never_visited(address):
    with pytest.raises(ForbiddenAddressError):
        check_address(address)


def test_private_numbers_are_refused_behind_a_proxy_too(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://proxy.example.org:3128")
    for address in ("http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/latest"):
        with pytest.raises(ForbiddenAddressError):
            check_address(address)


def test_hosts_of_no_proxy_are_asked_straight(monkeypatch):
    monkeypatch.setenv("https_proxy", "proxy.example.org:3128")
    monkeypatch.setenv("no_proxy", "example.net")
    assert find_proxy("https://example.org/a") == "http://proxy.example.org:3128"
    assert find_proxy("https://example.net/a") is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.4", "PDF"), (b"\r\n%PDF-1.4", "PDF"), (b"PK\x03\x04..", "DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC"),
        (b"\n<!DOCTYPE HTML>", "HTML"), (b"plain words", "text"), (b"", "unknown"), (b"\x00\x01", "unknown"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_the_first_bytes(tmp_path, head, kind):
    file = tmp_path / "file.pdf"
    file.write_bytes(head)
    assert tell_kind(file) == kind


def test_the_lock_comes_back_as_it_was(tmp_path):
    odd = 'a "quoted" \\ name\x7f — é'
    lock = {odd: Entry("documents/é.pdf", "0" * 64, 7, "PDF", odd, "", '"tag"', "", "2024-05-06", True)}
    write_lock(tmp_path / "lock.toml", lock)
    assert read_lock(tmp_path / "lock.toml") == lock
