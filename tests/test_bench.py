"""The parts that are measured for speed give the same results as what they are measured against."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench import cluster, embedding, growth, plain, sentences
from bench.documents import count_pages, write_case
from bench.runs import run_case, run_python
from bench.scoring import draw_vectors
from bench.texts import draw_texts
from pipeline.embed import VectorStore
from pipeline.embed.encoder import Side, Vectors, make_toy_encoder
from pipeline.ingest import read_document
from pipeline.score.retrieve import compare_vectors, find_largest


@pytest.mark.parametrize("step", [None, 1 / 16])  # in sixteenths nearly all cosines are tied, and every sum is exact
def test_search_is_exact_and_ties_go_to_the_earlier(step: float | None) -> None:
    findings, spans = draw_vectors(300, 1000)
    if step is not None:
        findings, spans = (findings / step).round() * step, (spans / step).round() * step
    found, cosines = find_largest(compare_vectors(findings, spans), 50)
    every = findings @ spans.T
    wanted = np.argsort(-every, axis=1, kind="stable")[:, :50]
    if step is not None:
        assert (found == wanted).all()
    assert np.allclose(cosines, np.take_along_axis(every, wanted, axis=1), atol=1e-6)
    assert (found == wanted).mean() > 0.999  # neighbours closer than rounding may change places


@pytest.mark.parametrize("spans", [1, 49, 50, 51, 450])
def test_search_in_a_short_list_gives_what_there_is(spans: int) -> None:
    findings, passages = draw_vectors(5, spans)
    found, _ = find_largest(compare_vectors(findings, passages), 50)
    assert found.shape == (5, min(50, spans))
    assert all(len(set(row)) == len(row) for row in found.tolist())


@pytest.mark.weights
def test_vectors_rank_as_those_of_sentence_transformers() -> None:
    rows = {row.part: row for row in embedding.measure(small=True)}
    assert rows["embedding: share of the 10 nearest that differ"].ours == 0


def test_no_text_is_encoded_twice_across_cases_and_runs(tmp_path: Path) -> None:
    seen: list[str] = []
    toy = make_toy_encoder()

    def encode(texts: Sequence[str], side: Side) -> Vectors:
        seen.extend(texts)
        return toy.encode(texts, side)

    counted = replace(toy, encode=encode)
    texts = list(draw_texts(30))
    for wanted in ([*texts, *texts], texts, texts[:5]):  # a store of its own each: another run, another case
        VectorStore(counted, tmp_path / "vectors.sqlite").embed(wanted, "query")
    assert sorted(seen) == sorted(texts)
    VectorStore(replace(counted, sha256="other weights"), tmp_path / "vectors.sqlite").embed(texts, "query")
    assert sorted(seen) == sorted([*texts, *texts])


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    write_case(folder, 4, 2)
    return folder


def test_generated_cases_are_the_same_each_time_and_grow_by_the_new_documents_alone(case: Path, tmp_path: Path) -> None:
    files = write_case(tmp_path, 5, 2)
    assert files[0].name.startswith("target") and len(files) == 7 and count_pages(files) > 10
    drawn = {file.name: file.read_bytes() for file in files}
    assert drawn.items() > {file.name: file.read_bytes() for file in (case / "documents").iterdir()}.items()
    head = (case / "case.toml").read_text(encoding="utf-8")
    assert (tmp_path / "case.toml").read_text(encoding="utf-8").startswith(head)


@pytest.mark.weights
def test_a_document_added_gives_what_a_run_of_all_gives(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "case")
    run_case(tmp_path / "case", tmp_path / "grown", "none")
    write_case(tmp_path / "case", 5, 2)
    run_case(tmp_path / "case", tmp_path / "grown", "none")
    run_case(tmp_path / "case", tmp_path / "fresh", "none")
    tables = sorted((tmp_path / "fresh/work").glob("*.parquet"))
    assert len(tables) > 10
    for table in tables:
        assert table.read_bytes() == (tmp_path / "grown/work" / table.name).read_bytes(), table.name


@pytest.mark.weights
def test_the_yardstick_reads_the_paragraphs_that_we_read(case: Path) -> None:
    target, *sources = sorted((case / "documents").iterdir(), key=lambda file: not file.name.startswith("target"))
    pairs = plain.match_documents(target, sources[:2], top=3)
    assert set(pairs.groupby("finding").size()) == {3}
    assert pairs.groupby("finding")["cosine"].apply(lambda row: row.is_monotonic_decreasing).all()
    ours = {paragraph.text for file in sources[:2] for paragraph in read_document(file, file.stem)}
    assert len(ours & set(pairs["finding"])) > 10


@pytest.mark.weights
def test_sentences_are_those_of_spacy() -> None:
    rows = {row.part: row for row in sentences.measure(small=True)}
    assert rows["extraction: share of sentence ends that differ"].ours == 0


def test_sentence_ends_that_one_side_has() -> None:
    assert sentences.compare_ends([[(0, 4), (5, 9)]], [[(0, 9)]]) == 0.5
    assert sentences.compare_ends([[(0, 9)], [(0, 9)]], [[(0, 9)], [(2, 9)]]) == 0


@pytest.mark.parametrize(("power", "factor"), [(1.0, 3.0), (2.0, 0.5), (0.0, 7.0)])
def test_exponent_of_growth(power: float, factor: float) -> None:
    sizes = (10, 30, 100)
    assert growth.fit_exponent(sizes, [factor * size**power for size in sizes]) == pytest.approx(power)


@pytest.mark.weights
def test_one_worker_and_two_are_timed_over_the_same_work(case: Path, tmp_path: Path) -> None:
    spent = [cluster.time_stages(case, tmp_path / str(workers), workers) for workers in (1, 2)]
    assert [list(stages) for stages in spent] == [["ingest", "extract", "score"]] * 2
    parts = [sorted((tmp_path / workers / "work/parts").iterdir()) for workers in ("1", "2")]
    assert [part.name for part in parts[0]] == [part.name for part in parts[1]] != []
    assert all(one.read_bytes() == other.read_bytes() for one, other in zip(*parts, strict=True))


def test_a_run_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such case"):
        run_python(["-c", "raise SystemExit('no such case')"], tmp_path)


@pytest.mark.weights
def test_spacy_is_loaded_without_torch_which_can_be_loaded_later(tmp_path: Path) -> None:
    run_python(
        [
            "-c",
            "import sys; from pipeline.run import load_language_once as load; load('en-core-web-sm')();"
            "assert 'spacy' in sys.modules and 'torch' not in sys.modules; import torch; torch.ones(2)",
        ],
        tmp_path,
    )
