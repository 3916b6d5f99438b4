"""BERT encoders as one graph of fused operators, which ONNX Runtime works through faster than torch does on processors.

The graph is made from the published weights, so there is no second file to trust: embeddings, then for each layer
attention and feed-forward (Devlin et al. 2019, arXiv:1810.04805). Its operators are those of ONNX Runtime's
`com.microsoft` domain, which do in one pass what the layers do in several. The numbers are those of
sentence-transformers within 1e-6.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.engine import count_cores

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding

Floats = NDArray[np.float32]
_BATCH = 512  # tokens, padding included: the layers of so many stay in a core's cache
_OPSET, _FUSED = 17, "com.microsoft"
_PLAIN = {"Add", "Div", "MatMul", "Mul", "ReduceMean", "Sqrt", "Sub"}  # operators of ONNX itself
_KNOWN = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
_MODULES = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
_NEEDED = ("model.safetensors", "tokenizer.json", "config.json", "modules.json", "1_Pooling/config.json")


class Read(NamedTuple):
    """What the model makes of one text."""

    whole: Floats  # the mean over its tokens
    tokens: Floats  # tokens x dimensions; no rows unless asked for
    places: list[tuple[int, int]]  # where each token stands in the text; (0, 0) for the model's own


ReadTexts = Callable[[Sequence[str], bool], list[Read]]  # with the vectors of tokens when the flag is set


def is_fusible(folder: Path) -> bool:
    """Whether a model's folder holds a BERT with the mean over its tokens, and what runs it is installed."""
    from importlib.util import find_spec

    if not all((folder / name).is_file() for name in _NEEDED):
        return False
    if not all(find_spec(name) for name in ("onnx", "onnxruntime", "safetensors", "tokenizers")):
        return False
    config, pooling = _read_json(folder / "config.json"), _read_json(folder / "1_Pooling/config.json")
    kinds = [module["type"].rpartition(".")[2] for module in _read_json(folder / "modules.json")]
    pooled = [name for name, is_on in pooling.items() if name.startswith("pooling_mode") and is_on]
    is_mean = pooled == ["pooling_mode_mean_tokens"] or pooling.get("pooling_mode") == "mean"
    known = all(config.get(name, value) == value for name, value in _KNOWN.items())
    return known and kinds in _MODULES and is_mean


def open_fused(folder: Path) -> ReadTexts:
    """A function that reads texts, with the vectors of their tokens when its second argument says so.

    The folder must be fusible. A batch a core: none waits for the others after every multiplication.
    """
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    graph, held = _build_graph(folder)
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in held.values()]
    options.add_external_initializers(list(held), values)
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(_find_longest(folder))

    def read(texts: Sequence[str], with_tokens: bool) -> list[Read]:
        encoded = tokenizer.encode_batch(list(texts))
        batches = list(cut_batches([len(one.ids) for one in encoded], _BATCH))
        found: dict[int, Read] = {}
        with ThreadPoolExecutor(count_cores()) as pool:
            parts = pool.map(lambda batch: _run([encoded[place] for place in batch], session, with_tokens), batches)
            for batch, part in zip(batches, parts, strict=True):
                found.update(zip(batch, part, strict=True))
        return [found[place] for place in range(len(texts))]

    return read


def cut_batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """The places of texts of these lengths, longest first, in batches that hold at most `most` when padded."""
    cut: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if cut and lengths[cut[0]] * (len(cut) + 1) > most:
            yield cut
            cut = []
        cut.append(place)
    if cut:
        yield cut


def _run(encoded: "Sequence[Encoding]", session: "InferenceSession", with_tokens: bool) -> list[Read]:
    lengths = [len(one.ids) for one in encoded]
    ids = np.zeros((len(encoded), max(lengths)), dtype=np.int32)
    kinds, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, one in enumerate(encoded):
        ids[row, : lengths[row]], kinds[row, : lengths[row]], mask[row, : lengths[row]] = one.ids, one.type_ids, 1
    (states,) = session.run(None, {"ids": ids, "kinds": kinds, "mask": mask})
    rows = [states[row, :length] for row, length in enumerate(lengths)]
    if not with_tokens:
        none = np.zeros((0, states.shape[2]), dtype=np.float32)
        return [Read(row.mean(axis=0), none, []) for row in rows]
    return [Read(row.mean(axis=0), row, one.offsets) for row, one in zip(rows, encoded, strict=True)]


def _find_longest(folder: Path) -> int:
    """Tokens that the model reads of a text."""
    file = folder / "sentence_bert_config.json"
    given = _read_json(file).get("max_seq_length") if file.is_file() else None
    most = int(_read_json(folder / "config.json")["max_position_embeddings"])
    return min(int(given or most), most)


def _read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _build_graph(folder: Path) -> tuple[bytes, dict[str, Floats]]:
    """The serialised graph: ids, kinds and mask (int32, texts x tokens) to states (texts x tokens x dimensions).

    The weights that it names are given beside it, for within it they would be copied several times over.
    """
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    config = _read_json(folder / "config.json")
    weights = {name.removeprefix("bert."): array for name, array in load_file(folder / "model.safetensors").items()}
    nodes: list[Any] = []
    held: dict[str, Floats] = {}

    def hold(name: str, array: Floats | None = None) -> str:
        held[name] = np.ascontiguousarray(weights[name] if array is None else array, dtype=np.float32)
        return name

    def add(operator: str, *inputs: str, **told: Any) -> str:
        outputs = [f"{operator}.{len(nodes)}", *(["lengths"] if operator == "EmbedLayerNormalization" else [])]
        domain = "" if operator in _PLAIN else _FUSED
        nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **told))
        return outputs[0]

    def multiply(state: str, dense: str) -> str:
        return add("MatMul", state, hold(f"{dense}.weight", weights[f"{dense}.weight"].T))

    def average(state: str) -> str:
        return add("ReduceMean", state, axes=[-1], keepdims=1)

    def join(state: str, block: str, given: str) -> str:
        """What a block makes of a state, added to the state and normalised.

        In simple operators, which go through several numbers at once; SkipLayerNormalization takes one after another.
        """
        weight, bias = (hold(f"{block}.LayerNorm.{part}") for part in ("weight", "bias"))
        mixed = add("Add", multiply(given, f"{block}.dense"), hold(f"{block}.dense.bias"))
        both = add("Add", mixed, state)
        apart = add("Sub", both, average(both))
        spread = add("Sqrt", add("Add", average(add("Mul", apart, apart)), hold("epsilon", np.array([epsilon]))))
        return add("Add", add("Mul", add("Div", apart, spread), weight), bias)

    def name_outside(name: str, array: Floats) -> Any:
        """An initializer whose numbers are given with the session."""
        tensor = TensorProto(name=name, dims=array.shape, data_type=TensorProto.FLOAT)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=name)
        return tensor

    epsilon = float(config.get("layer_norm_eps", 1e-12))
    tables = [hold(f"embeddings.{name}_embeddings.weight") for name in ("word", "position", "token_type")]
    norm = [hold(f"embeddings.LayerNorm.{part}") for part in ("weight", "bias")]
    state = add("EmbedLayerNormalization", "ids", "kinds", *tables, *norm, "mask", epsilon=epsilon)
    for number in range(config["num_hidden_layers"]):
        at = f"encoder.layer.{number}"
        packed = [hold(f"{at}.{part}", _pack(weights, f"{at}.attention.self", part)) for part in ("weight", "bias")]
        seen = add("Attention", state, *packed, "lengths", num_heads=config["num_attention_heads"])
        state = join(state, f"{at}.attention.output", seen)
        wide = add("BiasGelu", multiply(state, f"{at}.intermediate.dense"), hold(f"{at}.intermediate.dense.bias"))
        state = join(state, f"{at}.output", wide)
    shape = ["texts", "tokens"]
    graph = helper.make_graph(
        nodes,
        "bert",
        [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in ("ids", "kinds", "mask")],
        [helper.make_tensor_value_info(state, TensorProto.FLOAT, [*shape, config["hidden_size"]])],
        [name_outside(name, array) for name, array in held.items()],
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()), held


def _pack(weights: Mapping[str, Floats], at: str, part: str) -> Floats:
    """Queries, keys and values side by side, as one multiplication makes them."""
    return np.concatenate([weights[f"{at}.{name}.{part}"] for name in ("query", "key", "value")]).T
