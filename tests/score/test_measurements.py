"""Every measurement on small invented passages, and ranking by them."""

import numpy as np
import pytest

from pipeline.embed import VectorStore, make_toy_encoder
from pipeline.records import Frame
from pipeline.score import Passage, Rarity, match_passages, retrieve
from pipeline.score.contrast import contrast_cosines
from pipeline.score.direction import compare_frames
from pipeline.score.retrieve import Scores, WordIndex, find_candidates, find_largest, find_largest_of_columns
from pipeline.score.wording import find_ordered_run, find_shared_items, find_shared_phrases
from pipeline.words import content_stems

RARITY = Rarity(100, {"prison": 50, "close": 20})


def passage(text, name="x", frames=()):
    return Passage(name, text, (text,), frames)


@pytest.mark.parametrize(
    ("source", "target", "run"),
    [
        (
            "holding yards and transit cells of the north",
            "all holding yards, transit cells;",
            "holding yards, transit cells",
        ),
        ("the report on fisheries", "close the prisons", ""),
        ("release prisoners held in secret", "prisoners release", "prisoners"),
    ],
)
def test_ordered_runs_skip_function_words(source, target, run):
    assert find_ordered_run(passage(source), passage(target))[0] == run


def test_shared_phrases_are_printed_as_in_the_target():
    source, target = passage("they close the prisons now"), passage("Close the prison and leave the prison")
    assert find_shared_phrases(source, target) == ("Close the prison", "the prison")


def test_items_of_one_list():
    target = passage("all places, including remand houses, holding yards, transit cells and labour brigades;")
    source = passage("We saw labour brigades, remand houses and the transit cells of the coast.")
    assert find_shared_items(source, target) == ("remand houses", "transit cells", "labour brigades")
    assert find_shared_items(source, passage("one long clause without any list")) == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "flags"),
    [
        (("guard", "beat", "prisoner", False, "states"), ("prison guard", "beat", "prisoner", False, "states"), "same"),
        (("guard", "beat", "prisoner", False, "states"), ("prisoner", "beat", "guard", False, "states"), "swap"),
        (("guard", "enter", "cell", True, "states"), ("guard", "enter", "cell", False, "states"), "negation"),
        (("", "detain", "woman", False, "condemns"), ("", "detain", "woman", False, "exhorts"), "stance"),
        (("guard", "beat", "prisoner", False, "states"), ("state", "fund", "school", False, "states"), ""),
        (("state", "adopt", "law", True, "states"), ("state", "adopt", "law", False, "exhorts"), "same"),
        (("", "detain", "woman", False, "condemns"), ("", "detain", "woman", True, "exhorts"), ""),
        (("court", "punish", "body", False, "states"), ("", "punish", "court", False, "states"), ""),
        (("", "hear", "court", False, "states"), ("court", "hear", "", False, "states"), "swap"),
    ],
)
def test_frames_are_compared_not_parsed(ours, theirs, flags):
    found = compare_frames([Frame(*ours)], [Frame(*theirs)])
    named = {
        "same": found.same_frame,
        "swap": found.role_swap,
        "negation": found.negation_conflict,
        "stance": found.stance_conflict,
    }
    assert [name for name, value in named.items() if value] == ([flags] if flags else [])


def test_what_one_text_denies_is_doubtful():
    def doubt(left, right, *frames):
        (row,) = match_passages(
            [passage(left, "a", frames[:1])], [passage(right, "b", frames[1:])], RARITY, None, 1, True
        )
        return row.measurement.direction_doubt

    assert doubt("It would be wrong to pay the tithe", "Pay the tithe")
    assert doubt("with interpreters present", "without interpreters present")
    assert not doubt("Ending the abuses without delay", "to end the abuses without delay")
    keep, drop = Frame("", "maintain", "tithe", False, "exhorts"), Frame("", "abolish", "tithe", False, "exhorts")
    assert doubt("maintain the tithe", "abolish the tithe", keep, drop)


def test_rare_words_weigh_more_and_masked_ones_nothing():
    rarity = RARITY.add_passages(["Norland prisons"], mask=["Norland"])
    assert rarity.weigh("sluice") > rarity.weigh("prison") > 0
    assert rarity.weigh("norland") == 0


def test_bm25_and_candidates_do_not_hang_on_order():
    documents = [content_stems(text) for text in ("close the prisons", "fund the schools", "open prisons")]
    scores = WordIndex(documents).score([content_stems("prisons that close"), content_stems("unknown words")])
    first, second = scores.make_rows(slice(0, 2))
    assert first.argmax() == 0 and not second.any()
    assert find_candidates([(scores, 1)], both_sides=False) == [(0, 0), (1, 0)]


@pytest.mark.parametrize("dense", [True, False])
def test_the_right_passage_comes_first(tmp_path, dense):
    embed = VectorStore(make_toy_encoder(), tmp_path / "v.sqlite") if dense else None
    sources = [passage("Close the transit cells and holding yards", "a"), passage("Publish the fisheries budget", "b")]
    targets = [
        passage("Publishes its budget for fisheries", "t1"),
        passage("Closing all holding yards and transit cells", "t2"),
    ]
    rows = match_passages(sources, targets, RARITY, embed, top=1)
    first = {}
    for row in rows:
        first.setdefault(row.source_id, row.target_id)
    assert first == {"a": "t2", "b": "t1"}
    assert all(0 < row.match_probability < 1 for row in rows)
    reversed_rows = match_passages(sources[::-1], targets[::-1], RARITY, embed, top=1)
    key = lambda row: (row.source_id, row.target_id)  # noqa: E731
    for left, right in zip(sorted(rows, key=key), sorted(reversed_rows, key=key), strict=True):
        assert left.log_odds == pytest.approx(right.log_odds, abs=1e-5)


@pytest.mark.parametrize("dense", [True, False])
def test_numbers_do_not_hang_on_the_order_of_lines(tmp_path, dense):
    embed = VectorStore(make_toy_encoder(), tmp_path / "v.sqlite") if dense else None
    places, things = ("north", "coast", "delta", "hills", "isles"), ("weirs", "prisons", "schools", "mills")
    texts = [f"Repair the {thing} of the {place}" for place in places for thing in things]
    sources = [passage(text, f"s{i}") for i, text in enumerate(texts)]
    targets = [passage(f"{text} and of the {places[i % 3]}", f"t{i}") for i, text in enumerate(texts * 3)]
    orders = [
        (sources, targets),
        (sources[::-1], targets[::-1]),
        (sources[7:] + sources[:7], targets[::2] + targets[1::2]),
    ]
    found = [
        {(row.source_id, row.target_id): row.measurement for row in match_passages(*order, RARITY, embed, top=2)}
        for order in orders
    ]
    assert found[0] == found[1] == found[2]


def test_contrast_takes_the_neighbours_of_both_sides_off():
    cosines = np.array([[0.9, 0.5, 0.1], [0.5, 0.5, 0.5]], dtype=np.float32)
    usual = 0.45  # for neighbours that short lists lack
    rows = (0.5 + 0.1 + 8 * usual) / 10
    columns = (0.5 + 9 * usual) / 10
    scores = Scores(cosines.shape, cosines.__getitem__)
    assert contrast_cosines(scores, [(0, 0)]) == pytest.approx(0.9 - (rows + columns) / 2)
    assert contrast_cosines(scores, [(0, 0)], alone=True) == pytest.approx(0.9 - usual)


@pytest.mark.parametrize("cells", [1, 700, 10_000_000])  # a row a block, two rows, all in one
def test_blocks_give_what_the_whole_matrix_gives(monkeypatch, cells):
    matrix = np.random.default_rng(3).integers(0, 40, (57, 301)).astype(np.float32)  # full of ties
    monkeypatch.setattr(retrieve, "_CELLS", cells)
    scores = Scores(matrix.shape, matrix.__getitem__)
    for find, whole in ((find_largest, matrix), (find_largest_of_columns, matrix.T)):
        places, values = find(scores, 9)
        assert (places == np.argsort(-whole, axis=1, kind="stable")[:, :9]).all()
        assert (values == np.take_along_axis(whole, places, axis=1)).all()
    pairs = [(56, 300), (0, 0), (3, 200), (56, 1), (0, 0)]
    assert scores.pick(pairs).tolist() == [matrix[pair] for pair in pairs]
    assert scores.pick([]).shape == (0,)


@pytest.mark.parametrize("dense", [True, False])
def test_nothing_matches_nothing(tmp_path, dense):
    embed = VectorStore(make_toy_encoder(), tmp_path / "v.sqlite") if dense else None
    some = [passage("a prison", "a")]
    for sources, targets in ((some, []), ([], some), ([], [])):
        assert match_passages(sources, targets, RARITY, embed) == []
    assert match_passages([], [], RARITY, embed, in_pairs=True) == []


def test_pairs_are_measured_in_the_order_given():
    sources = [passage("a prison", "a"), passage("a school", "b")]
    rows = match_passages(sources, sources[::-1], RARITY, None, in_pairs=True)
    assert [(row.source_id, row.target_id) for row in rows] == [("a", "b"), ("b", "a")]
