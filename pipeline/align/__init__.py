"""A clause beside the earlier texts of its series: what is inherited, changed, new, word by word."""

from pipeline.align.changes import find_added, trace_changes
from pipeline.align.holdings import EarlierText
from pipeline.align.pairs import pair_clauses

__all__ = ["EarlierText", "find_added", "pair_clauses", "trace_changes"]
