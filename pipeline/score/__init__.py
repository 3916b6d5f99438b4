"""A finding beside a clause or a changed span: named measurements and no adjectives."""

from pipeline.score.links import Aim, count_days, list_texts, score_links, score_similarities, weigh_links
from pipeline.score.match import MatchRow, match_passages
from pipeline.score.passages import Passage, drop_credit
from pipeline.score.probability import load_match_model
from pipeline.score.rarity import Rarity, load_background, read_rarity

__all__ = [
    "Aim",
    "MatchRow",
    "Passage",
    "Rarity",
    "count_days",
    "drop_credit",
    "list_texts",
    "load_background",
    "load_match_model",
    "match_passages",
    "read_rarity",
    "score_links",
    "score_similarities",
    "weigh_links",
]
