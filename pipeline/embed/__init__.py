"""Text becomes unit vectors, computed once per text and model."""

from pipeline.embed.encoder import Encoder, load_encoder, make_toy_encoder
from pipeline.embed.store import VectorStore

__all__ = ["Encoder", "VectorStore", "load_encoder", "make_toy_encoder"]
