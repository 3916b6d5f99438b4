"""case.toml at the door: what is accepted, and the one sentence for each thing that is not."""

from datetime import date

import pytest

from pipeline.case import date_limits, load_case
from pipeline.errors import CaseError

HEAD = '[case]\nid = "x"\ntitle = "X"\ntabled = 2024-03-22\n'


def source(**fields):
    entry = {"id": "A/1", "role": "target", "kind": "resolution", "path": "documents/a.pdf"} | fields
    return "[[source]]\n" + "".join(f'{key} = "{value}"\n' for key, value in entry.items())


def write_case(folder, text):
    (folder / "case.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_whole_case_is_read(tmp_path):
    text = (
        HEAD
        + 'mask = ["Norland"]\n'
        + source(date="2024-04")
        + source(id="B", role="claimant", kind="report", path="b.pdf")
    )
    case = load_case(write_case(tmp_path, text))
    assert case.target.id == "A/1" and case.target.date == "2024-04"
    assert case.tabled == date(2024, 3, 22) and case.adopted is None
    assert [entry.id for entry in case.sources_as("claimant", "rival")] == ["B"]
    assert case.files["A/1"] == tmp_path / "documents/a.pdf"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (HEAD + source(role="friend"), "role"),
        (HEAD + source(kind="poem"), "kind"),
        (HEAD + source(date="2024-13-01"), "2024-13-01"),
        (HEAD + source(date="spring"), "spring"),
        (HEAD + source() + source(role="base"), "stands twice"),
        (HEAD + source() + source(id="B", role="claimant"), "same file"),
        (HEAD + "adopted = 2024-01-01\n" + source(), "before tabled"),
        (HEAD + source(date="2024-2-1"), "2024-2-1"),
        (HEAD + source(date="9999-13"), "9999-13"),
        (HEAD + source(path="a\\u0000b"), "cannot be followed"),
        (HEAD + source(path="x" * 300), "cannot be followed"),
        (HEAD + source(id="a\\nb"), "id"),
        (HEAD + source() + '[[theme]]\nid = "t"\nlabel = "T"\ncues = [""]', "cues"),
        (HEAD + source(role="base"), "exactly one source with role target"),
        (HEAD + source() + source(id="B"), "exactly one source with role target"),
        (HEAD + source(path="../elsewhere.pdf"), "--root"),
        (HEAD + source(path="/etc/passwd"), "--root"),
        (HEAD + source(colour="red"), "colour"),
        ("[case]\nid = 3 4", "not a valid TOML file"),
        (HEAD.replace("2024-03-22", '"soon"') + source(), "tabled"),
        (HEAD, "source"),
        (HEAD + "significance = 2\n" + source(), "significance"),
    ],
)
def test_a_wrong_case_is_refused_in_one_sentence(tmp_path, text, named):
    with pytest.raises(CaseError) as caught:
        load_case(write_case(tmp_path, text))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_no_mistake(tmp_path):
    assert load_case(write_case(tmp_path, "\ufeff" + HEAD + source())).id == "x"


def test_a_link_in_a_loop_is_one_sentence(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    write_case(tmp_path, HEAD + source(path="loop"))
    with pytest.raises(CaseError, match="cannot be followed"):
        load_case(tmp_path)
    with pytest.raises(CaseError, match="cannot be followed"):
        load_case(tmp_path, out=tmp_path / "loop")


def test_a_missing_case_file_is_said(tmp_path):
    with pytest.raises(CaseError, match="no case file here"):
        load_case(tmp_path)


def test_roots_open_other_folders_and_links_do_not(tmp_path):
    inside, outside = tmp_path / "case", tmp_path / "library"
    inside.mkdir()
    outside.mkdir()
    (outside / "a.pdf").write_bytes(b"%PDF")
    write_case(inside, HEAD + source(path="../library/a.pdf"))
    assert load_case(inside, roots=(outside,)).files["A/1"] == outside / "a.pdf"
    (inside / "link.pdf").symlink_to(outside / "a.pdf")
    write_case(inside, HEAD + source(path="link.pdf"))
    with pytest.raises(CaseError):
        load_case(inside)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("", None),
        ("2024-02", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2024", (date(2024, 1, 1), date(2024, 12, 31))),
        ("9999-12", (date(9999, 12, 1), date(9999, 12, 31))),
        ("2024-12", (date(2024, 12, 1), date(2024, 12, 31))),
        ("2024-04-04", (date(2024, 4, 4), date(2024, 4, 4))),
    ],
)
def test_dates_keep_their_precision(text, limits):
    assert date_limits(text) == limits


def test_a_document_is_found_by_its_name_in_a_folder_that_root_names(tmp_path):
    case, library = tmp_path / "case", tmp_path / "library"
    case.mkdir()
    library.mkdir()
    (library / "a.md").write_text("text", encoding="utf-8")
    (case / "case.toml").write_text(
        '[case]\nid = "c"\ntabled = 2024-03-22\n'
        '[[source]]\nid = "a"\nrole = "target"\nkind = "report"\npath = "documents/a.md"\n'
        '[[source]]\nid = "b"\nrole = "rival"\nkind = "report"\npath = "documents/b.md"\n',
        encoding="utf-8",
    )
    assert load_case(case, roots=(library,)).files["a"] == library / "a.md"
    assert load_case(case, roots=(library,)).files["b"] == case / "documents" / "b.md"
    (case / "documents").mkdir()
    (case / "documents" / "a.md").write_text("the case's own", encoding="utf-8")
    assert load_case(case, roots=(library,)).files["a"] == case / "documents" / "a.md"
