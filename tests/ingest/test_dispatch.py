"""Which reader a file gets, and the one sentence for files that none can read."""

import shutil
from pathlib import Path

import pytest

from pipeline.errors import DocumentError
from pipeline.ingest import read_document
from pipeline.ingest.sniff import identify_file
from tests.ingest.docx_files import p, write_docx

DATA = Path(__file__).parent.parent / "data"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"%PDF-1.7\n", "PDF"),
        ("a.pdf", b"\r\n junk %PDF-1.7\n", "PDF"),
        ("download", b"%PDF-1.7\n", "PDF"),
        ("a.html", b"<!-- saved --><!DOCTYPE html><p>x", "HTML"),
        ("a.htm", b"\xef\xbb\xbf<html><p>x", "HTML"),
        ("a.html", "\ufeff<html><p>x".encode("utf-16-le"), "HTML"),
        ("a.html", b"Loose text <b>bold</b>", "HTML"),
        ("a.md", b"<div align=center>Title</div>\n# Head", "text"),
        ("a.txt", b"Urges Norland", "text"),
        ("A_HRC_RES_99.21", b"Urges Norland", "text"),
        ("a.rtf", b"{\\rtf1 x}", "RTF"),
    ],
)
def test_content_decides(tmp_path, name, content, kind):
    path = tmp_path / name
    path.write_bytes(content)
    assert identify_file(path) == kind


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zero-bytes.pdf", "empty"),
        ("pdf-named.docx", "the name says DOCX, but the content is PDF"),
        ("html-named.pdf", "the name says PDF, but the content is HTML"),
        ("zip-without-a-word-part.docx", "ZIP archive"),
        ("spreadsheet-named.docx", "spreadsheet"),
        ("locked-with-a-password.docx", "password"),
        ("scan-as-picture.png", "cannot be read as a picture for OCR"),
        ("entity-expansion.docx", "entities"),
        ("zip-bomb.docx", "zip bomb"),
    ],
)
def test_unreadable_files_get_one_sentence_that_names_them(name, says):
    with pytest.raises(DocumentError, match=says) as caught:
        read_document(DATA / name, "x")
    message = str(caught.value)
    assert name in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"a,b\n1,2\n", "not read"),
        ("a.bin", b"\x00\x01\x02", "not known"),
        ("a.docx", b"PK\x03\x04 cut", "cut off"),
        ("a.docx", b"plain words", "the content is text"),
        ("a.html", b"<p> </p>", "no text"),
    ],
)
def test_other_files_are_refused(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=says):
        read_document(path, "x")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(DocumentError, match="no such file"):
        read_document(tmp_path / "none.pdf", "x")
    with pytest.raises(DocumentError, match="not a file"):
        read_document(tmp_path, "x")


def test_old_word_files_need_libreoffice(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(DocumentError, match="LibreOffice, which is not installed"):
        read_document(DATA / "old-word-file.doc", "x")


def _fake_office(folder, script):
    office = folder / "soffice"
    office.write_text(f"#!/bin/sh\n{script}\n")
    office.chmod(0o755)
    return str(office)


def test_old_word_files_are_read_from_what_libreoffice_writes(tmp_path, monkeypatch):
    made = write_docx(tmp_path / "made.docx", p("From the old file."))
    script = f'while [ "$1" != --outdir ]; do shift; done; cp "{made}" "$2/old-word-file.docx"'
    office = _fake_office(tmp_path, script)
    monkeypatch.setattr(shutil, "which", lambda name: office)
    assert [item.text for item in read_document(DATA / "old-word-file.doc", "x")] == ["From the old file."]


@pytest.mark.parametrize("script", ["exit 1", "exit 0"])
def test_a_failing_conversion_is_a_sentence(tmp_path, monkeypatch, script):
    office = _fake_office(tmp_path, script)
    monkeypatch.setattr(shutil, "which", lambda name: office)
    with pytest.raises(DocumentError, match="LibreOffice could not"):
        read_document(DATA / "old-word-file.doc", "x")


def test_paragraphs_are_numbered(tmp_path):
    path = write_docx(tmp_path / "a.docx", p("One.") + p("Two."))
    found = read_document(path, "A/99/1")
    assert [(item.id, item.source, item.order) for item in found] == [
        ("A/99/1¶0", "A/99/1", 0),
        ("A/99/1¶1", "A/99/1", 1),
    ]


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_deep_nesting_is_a_sentence_and_not_a_silent_loss(tmp_path, tag):
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + f"<{tag}>" * 20_000 + "x", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"deep\.html: elements are nested too deeply"):
        read_document(path, "x")
