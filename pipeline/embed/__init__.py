"""Text becomes unit vectors, computed once per text and model."""

from pipeline.embed.encoder import Encoder, load_encoder, make_toy_encoder
from pipeline.embed.store import VectorStore, encode_chunk

__all__ = ["Encoder", "VectorStore", "encode_chunk", "load_encoder", "make_toy_encoder"]
