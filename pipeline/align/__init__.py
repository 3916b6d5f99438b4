"""A clause beside the earlier texts of its series: what is inherited, changed, new, word by word."""

from pipeline.align.changes import EarlierText, trace_changes
from pipeline.align.pairs import pair_clauses

__all__ = ["EarlierText", "pair_clauses", "trace_changes"]
