"""Frames tell who does what to whom, and keep swapped, denied and condemned acts apart."""

from typing import TYPE_CHECKING

import pytest

from pipeline.extract.frames import add_clause_frames, link_parts, read_frames
from pipeline.records import Clause, Frame, Quote
from tests.extract.frame_rows import OPPOSED, ROWS, SAME, SWAPPED

if TYPE_CHECKING:
    from pipeline.extract.language import English

pytestmark = pytest.mark.weights


def write_frame(frame: Frame) -> str:
    return f"{frame.actor} | {frame.act} | {frame.object} | {'-' if frame.negated else '+'} | {frame.stance}"


@pytest.mark.parametrize(("sentence", "expected"), ROWS)
def test_reads_who_does_what_to_whom(sentence: str, expected: list[str], nlp: "English") -> None:
    found = [write_frame(frame) for frame in read_frames([sentence], nlp)[0]]
    assert set(expected) <= set(found)


def test_reads_many_texts_in_order(nlp: "English") -> None:
    texts = [sentence for sentence, _ in ROWS]
    assert read_frames(texts, nlp) == [read_frames([text], nlp)[0] for text in texts]


def swaps(left: tuple[Frame, ...], right: tuple[Frame, ...]) -> bool:
    """A naive comparison: some act has its actor and object exchanged."""
    pairs = [(a, b) for a in left for b in right if a.act == b.act and a.actor and a.object]
    return any((a.actor, a.object) == (b.object, b.actor) for a, b in pairs)


def agrees(left: tuple[Frame, ...], right: tuple[Frame, ...]) -> bool:
    """Some act has the same actor, object, polarity and stance."""
    return any(
        (a.act, a.actor, a.object, a.negated, a.stance) == (b.act, b.actor, b.object, b.negated, b.stance)
        for a in left
        for b in right
    )


@pytest.mark.parametrize(("left", "right"), SWAPPED)
def test_swapped_roles_differ(left: str, right: str, nlp: "English") -> None:
    first, second = read_frames([left, right], nlp)
    assert swaps(first, second)
    assert not swaps(first, first)


@pytest.mark.parametrize(("left", "right"), SAME)
def test_paraphrases_agree(left: str, right: str, nlp: "English") -> None:
    first, second = read_frames([left, right], nlp)
    assert agrees(first, second)


@pytest.mark.parametrize(("left", "right"), OPPOSED)
def test_denied_or_condemned_acts_differ(left: str, right: str, nlp: "English") -> None:
    first, second = read_frames([left, right], nlp)
    assert not agrees(first, second)


def test_sub_clause_takes_actor_and_stance_from_its_chapeau(nlp: "English") -> None:
    def quote(text: str) -> tuple[Quote, ...]:
        return (Quote("R", 1, "R¶1", 0, len(text), text),)

    chapeau = quote("Demands that the Government:")
    clause = Clause("R#2(a)", "R", 1, "operative", "2(a)", "2", None, quote("Release all prisoners;"), chapeau)
    frames = add_clause_frames([clause], nlp)[0].frames
    assert [write_frame(frame) for frame in frames] == ["government | release | prisoner | + | exhorts"]


def test_linked_parts_keep_the_offsets_of_their_plain_join() -> None:
    text, start = link_parts(["The Government should:"], "Release all prisoners;")
    assert text == "The Government should  release all prisoners;"
    assert text[start:] == "release all prisoners;"
    assert len(text) == len("The Government should: Release all prisoners;")
