"""Words, settings, weights, engine: what every room stands on."""

import os
import subprocess
import sys
import zipfile

import pytest

from pipeline import weights
from pipeline.engine import run_over
from pipeline.errors import ClausetraceError, ModelError
from pipeline.extract.lexicons import load_words
from pipeline.settings import load_settings
from pipeline.weights import check_hash, find_model
from pipeline.words import content_stems, is_content, list_denials, normalise, read_words, split_words, stem
from tests.conftest import REPOSITORY


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("prison", "prisons", True),
        ("facility", "facilities", True),
        ("detained", "detaining", True),
        ("urges", "urging", True),
        ("stopped", "stops", True),
        ("use", "using", False),  # roots of two letters are left alone
        ("prison", "comprise", False),
        ("process", "processes", True),
    ],
)
def test_stems_meet_where_words_are_the_same(left, right, same):
    assert (stem(left) == stem(right)) is same


SAME_WORD = """
organise/organize organised/organizing organisations/organization realisable/realizable recognisance/recognizance
emphasises/emphasizes emphasising/emphasized criticise/criticized jeopardise/jeopardize analyse/analyze
analyses/analyzes paralysed/paralyzed labour/labor labourers/laborers neighbourhood/neighborhood colour/color
honourable/honorable behaviour/behavior harbouring/harbors armoured/armored favourable/favorable centre/center
centred/centered centres/centering kilometres/kilometers metre/meter theatre/theater fibre/fiber defence/defense
offences/offenses licence/license licensing/licence practise/practice practised/practicing travelled/traveled
travelling/travels traveller/traveler cancelled/cancels labelled/labeled fuelled/fueled dialled/dialed
modelling/modeling counsellor/counselor controlled/controls expelled/expels fulfil/fulfill fulfilment/fulfillment
enrolled/enrol enrolment/enrollment instalment/installment skilful/skillful programme/program programmes/programs
judgement/judgment acknowledgement/acknowledgment ageing/aging dialogue/dialog catalogued/cataloged jewellery/jewelry
grey/gray plough/plow gaols/jails enquiry/inquiry sceptical/skeptical manoeuvre/maneuver manoeuvring/maneuvering
haemorrhage/hemorrhage paediatric/pediatric sizeable/sizable marvellous/marvelous learnt/learned
co-operation/cooperation co-ordinated/coordinating
"""
OTHER_WORD = """
prise/prize four/for tour/tor sour/soar scour/score scoured/scored contour/contort meter/metric parameter/perimeter
tire/tyre story/storey check/cheque curb/kerb council/counsel councillor/counsellor raise/raze devise/device
advise/advice poll/pole polled/pole rolled/role killed/kilt called/cal filled/file pulled/pule willing/while wall/wale
pray/prey hailed/halled acre/acer seize/sees maize/maise-like size/sis capsize/capsule hour/hoar
labour/laborious analysis/analyst centre/central defensive/defence promise/premise surprise/prize
"""


@pytest.mark.parametrize("pair", SAME_WORD.split())
def test_british_and_american_spelling_have_one_stem(pair):
    left, right = pair.split("/")
    assert content_stems(left) == content_stems(right) and len(content_stems(left)) == 1


@pytest.mark.parametrize("pair", OTHER_WORD.split())
def test_no_two_words_become_one_by_their_spelling(pair):
    left, right = pair.split("/")
    assert stem(left) != stem(right)


def test_words_know_their_place_and_weight():
    tokens = split_words("The Women’s prisons, 784 of them")
    assert [token.word for token in tokens] == ["the", "women", "prisons", "784", "of", "them"]
    assert [token.start for token in tokens][:2] == [0, 4]
    assert content_stems("The Women’s prisons, 12 of them") == ["women", "prison"]
    assert not is_content("whereas") and is_content("torture")
    assert normalise("a\u00a0‘b’ \u2013 c") == "a 'b' - c"


def test_settings_are_checked_at_the_door(tmp_path):
    mine = tmp_path / "settings.toml"
    mine.write_text("[align]\nsame_clause = 0.6\n")
    settings = load_settings(mine, encoder="none")
    assert settings.align.same_clause == 0.6 and settings.embed.encoder == "none"
    mine.write_text("[align]\nsame_claus = 0.6\n")
    with pytest.raises(ClausetraceError, match="same_claus"):
        load_settings(mine)
    mine.write_text("[align]\nsame_clause = 7\n")
    with pytest.raises(ClausetraceError, match="same_clause"):
        load_settings(mine)


def test_changed_weights_are_refused(tmp_path):
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"not the weights")
    with pytest.raises(ModelError, match="sha256"):
        check_hash(file, "0" * 64, "a model")
    with pytest.raises(ModelError, match="missing"):
        check_hash(tmp_path / "none", "0" * 64, "a model")


def test_a_model_of_ones_own_is_found_by_folder(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"x")
    before = find_model(str(tmp_path)).sha256
    find_model.cache_clear()
    (tmp_path / "model.safetensors").write_bytes(b"y")
    assert find_model(str(tmp_path)).sha256 != before
    with pytest.raises(ModelError, match="--encoder none"):
        find_model("no-such/model")


def square(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    if number == 5:
        os._exit(9)  # as if killed from outside
    return number * number


def test_one_failure_does_not_stop_the_others():
    outcomes = dict(run_over(square, [1, 2, 3, 4], workers=2))
    assert [outcomes[number] for number in (1, 2, 4)] == [1, 4, 16]
    assert isinstance(outcomes[3], ValueError)


def test_a_killed_worker_costs_its_item_only():
    outcomes = dict(run_over(square, [1, 5, 2], workers=2))
    assert outcomes[1] == 1 and outcomes[2] == 4
    assert isinstance(outcomes[5], Exception)


def test_reading_a_clause_loads_no_heavy_library():
    script = (
        "import sys; from pipeline.extract import extract_clauses; extract_clauses([]);"
        "import pipeline.cli; sys.exit(bool({'spacy', 'torch', 'pandas', 'sklearn', 'pyarrow'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("They did not allow visits.", "They allowed visits.", False),
        ("Ending the abuses without delay", "to end the abuses without delay", True),
        ("A may not enter and B may leave", "A may enter and B may not leave", False),
    ],
)
def test_denials_are_compared_word_by_word(left, right, same):
    assert (list_denials(read_words(left)) == list_denials(read_words(right))) is same


def test_every_negation_that_extract_knows_is_a_denial():
    known = {word for name in ("negation_cues", "negating_acts", "negating_nouns") for word in load_words(name)}
    denials = set((REPOSITORY / "pipeline/denials.txt").read_text(encoding="utf-8").splitlines())
    assert known <= denials


def make_entry(cache, names, archive="model.zip"):
    return {"packages": names, "archive": archive, "folder": "model", "file": "w", "sha256": "0" * 64}


def test_a_model_in_parts_is_put_together_once(tmp_path, monkeypatch):
    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("model/w", b"weights " * 100)
    content, parts = archive.read_bytes(), []
    for number in (1, 2):
        parts.append(tmp_path / f"model.zip.{number:03}")
        half = len(content) // 2
        parts[-1].write_bytes(content[:half] if number == 1 else content[half:])
    monkeypatch.setenv("CLAUSETRACE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(weights, "_find_part", lambda package, name: tmp_path / name)
    folder = weights._assemble_parts("big", make_entry(tmp_path, ["one", "two"]))
    assert (folder / "w").read_bytes() == b"weights " * 100
    for part in parts:
        part.unlink()
    assert weights._assemble_parts("big", make_entry(tmp_path, ["one", "two"])) == folder
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_missing_part_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAUSETRACE_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="make big"):
        weights._assemble_parts("big", make_entry(tmp_path, ["clausetrace-no-such-package"]))
