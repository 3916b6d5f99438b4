"""The graph of fused operators gives the numbers of sentence-transformers, for a small model made here and for ours."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.embed import load_encoder
from pipeline.embed.fused import cut_batches, is_fusible, open_fused
from pipeline.errors import ModelError
from pipeline.settings import load_settings
from pipeline.weights import find_model

TEXTS = (
    "The guards beat the prisoners.",
    "Prison",
    "",
    "  blanks before, and a word that no list knows: kwaliso  ",
    "guards beat prisoners " * 40,
)
CONFIG = {
    "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": 32,
    "intermediate_size": 64, "layer_norm_eps": 1e-12, "max_position_embeddings": 40, "num_attention_heads": 4,
    "num_hidden_layers": 2, "type_vocab_size": 2, "vocab_size": 12,
}  # fmt: skip


def write_model(folder: Path, **changes: object) -> Path:
    """A BERT of two layers with weights drawn at random, in the files that sentence-transformers reads."""
    from safetensors.numpy import save_file
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertTokenizerFast

    config = CONFIG | changes
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "guards", "beat", "prisoner", "##s", ".", "prison"]
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(words))
    BertWordPieceTokenizer(str(folder / "vocab.txt")).save(str(folder / "tokenizer.json"))
    BertTokenizerFast(tokenizer_file=str(folder / "tokenizer.json")).save_pretrained(folder)
    rng = np.random.default_rng(1)
    save_file(
        {name: rng.normal(0, 0.3, shape).astype("f") for name, shape in list_shapes(config)},
        folder / "model.safetensors",
    )
    kinds = enumerate(("Transformer", "Pooling"))
    paths = ("", "1_Pooling")
    modules = [
        {"idx": n, "name": str(n), "path": paths[n], "type": f"sentence_transformers.models.{k}"} for n, k in kinds
    ]
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling/config.json").write_text('{"word_embedding_dimension": 32, "pooling_mode_mean_tokens": true}')
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 32, "do_lower_case": false}')
    return folder


def list_shapes(config: dict) -> list[tuple[str, tuple[int, ...]]]:
    wide, inner = config["hidden_size"], config["intermediate_size"]
    counts = (("word", config["vocab_size"]), ("position", config["max_position_embeddings"]), ("token_type", 2))
    shapes: list[tuple[str, tuple[int, ...]]] = [
        (f"embeddings.{name}_embeddings.weight", (n, wide)) for name, n in counts
    ]
    dense, norms = [], ["embeddings"]
    for at in (f"encoder.layer.{number}" for number in range(config["num_hidden_layers"])):
        dense += [(f"{at}.attention.self.{name}", wide, wide) for name in ("query", "key", "value")]
        dense += [(f"{at}.attention.output.dense", wide, wide), (f"{at}.intermediate.dense", inner, wide)]
        dense += [(f"{at}.output.dense", wide, inner)]
        norms += [f"{at}.attention.output", f"{at}.output"]
    for name, rows, columns in dense:
        shapes += [(f"{name}.weight", (rows, columns)), (f"{name}.bias", (rows,))]
    return shapes + [(f"{name}.LayerNorm.{part}", (wide,)) for name in norms for part in ("weight", "bias")]


def encode_plainly(folder: Path, texts: Sequence[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return transformer.encode(list(texts), show_progress_bar=False)


@pytest.mark.weights
def test_a_small_model_gives_the_same_numbers(tmp_path):
    folder = write_model(tmp_path / "model")
    assert is_fusible(folder)
    found = open_fused(folder)(TEXTS, False)
    assert np.allclose([one.whole for one in found], encode_plainly(folder, TEXTS), atol=1e-5)


@pytest.mark.weights
@pytest.mark.parametrize("change", [{"model_type": "mpnet"}, {"hidden_act": "relu"}])
def test_other_models_are_left_to_torch(tmp_path, change):
    assert not is_fusible(write_model(tmp_path / "model", **change))
    assert not is_fusible(tmp_path)


@pytest.mark.weights
def test_a_text_longer_than_the_model_has_places_is_cut(tmp_path):
    folder = write_model(tmp_path / "model")
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 4000}')
    (one,) = open_fused(folder)(["guards beat prisoners " * 40], True)
    assert len(one.tokens) == CONFIG["max_position_embeddings"]


@pytest.mark.weights
@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json", "modules.json"])
def test_a_damaged_model_is_one_sentence(tmp_path, name):
    folder = write_model(tmp_path / "model")
    file = folder / name
    file.write_bytes(file.read_bytes()[:100])
    encoder = load_encoder(load_settings(encoder=str(folder)).embed)
    with pytest.raises(ModelError, match=r"cannot be loaded .*get the model again"):
        encoder.encode(["Prison"], "query")


@pytest.mark.weights
def test_vectors_that_hold_no_numbers_are_refused(tmp_path):
    from safetensors.numpy import load_file, save_file

    folder = write_model(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.LayerNorm.bias"][:] = np.nan
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelError, match="holds no numbers"):
        load_encoder(load_settings(encoder=str(folder)).embed).encode(["Prison"], "query")


@pytest.mark.weights
def test_our_model_gives_the_same_numbers_alone_and_in_any_batch():
    folder = find_model("all-MiniLM-L6-v2").folder
    encoder = load_encoder(load_settings().embed)
    together = encoder.encode(TEXTS, "query")
    assert np.allclose(together, encode_plainly(folder, TEXTS), atol=1e-5)
    assert np.allclose(together, [encoder.encode([text], "query")[0] for text in TEXTS], atol=1e-5)


@pytest.mark.weights
def test_a_model_that_was_put_away_is_loaded_again(tmp_path):
    folder = write_model(tmp_path / "model")
    encoder = load_encoder(load_settings(encoder=str(folder)).embed)
    before = encoder.encode(TEXTS, "query")
    encoder.put_away()
    assert (encoder.encode(TEXTS, "query") == before).all()
    encoder.put_away()
    (folder / "model.safetensors").unlink()  # so nothing of it was left in memory
    with pytest.raises(ModelError):
        encoder.encode(TEXTS, "query")


@pytest.mark.weights
def test_words_have_the_vectors_of_their_pieces():
    encoder = load_encoder(load_settings().embed)
    whole, words = encoder.encode_words(["The kwaliso guards beat them.", "A prison."], "query")
    assert np.allclose(whole, encoder.encode(["The kwaliso guards beat them.", "A prison."], "query"), atol=1e-6)
    assert [len(rows) for rows in words] == [3, 1]  # kwaliso, guards, beat; prison
    assert np.allclose(np.linalg.norm(np.concatenate(words), axis=1), 1, atol=1e-5)


def test_batches_hold_every_place_once_and_like_lengths():
    lengths = [3, 40, 7, 7, 1, 200]
    batches = list(cut_batches(lengths, 50))
    assert sorted(place for batch in batches for place in batch) == list(range(6))
    assert all(len(batch) == 1 or max(lengths[place] for place in batch) * len(batch) <= 50 for batch in batches)
    assert list(cut_batches([], 50)) == []
