"""Which of two documents came first, and was one public before the text was tabled? Precision of dates counts."""

import math
from datetime import date
from functools import cache
from typing import Literal

from pipeline.case import date_limits
from pipeline.records import Source

_read_limits = cache(date_limits)  # a large case compares the same dates a million times
Relation = Literal["earlier", "same", "later", "unclear"]


def relate_dates(one: Source, other: Source) -> Relation:
    """Where `one` stands in time against `other`; `unclear` when a date is missing or the two ranges overlap.

    Two dates of day precision that agree are `same`; two months or years that agree are `unclear`.
    """
    ours, theirs = _read_limits(one.date), _read_limits(other.date)
    if ours is None or theirs is None:
        return "unclear"
    if ours[1] < theirs[0]:
        return "earlier"
    if ours[0] > theirs[1]:
        return "later"
    return "same" if ours[0] == ours[1] == theirs[0] == theirs[1] else "unclear"


def limit_date(source: Source) -> tuple[float, float]:
    """The first and the last day that the source's date allows, as numbers; from -inf to inf when undated."""
    limits = _read_limits(source.date)
    return (limits[0].toordinal(), limits[1].toordinal()) if limits else (-math.inf, math.inf)


def count_days_before(source: Source, day: date) -> tuple[int, int] | None:
    """Days from the latest and from the earliest day that the source's date allows to `day`; None when undated."""
    limits = _read_limits(source.date)
    return None if limits is None else ((day - limits[1]).days, (day - limits[0]).days)


def is_after(source: Source, day: date) -> bool:
    """Whether the source was certainly published after `day`."""
    days = count_days_before(source, day)
    return days is not None and days[1] < 0


def is_before(source: Source, day: date) -> bool:
    """Whether the source was certainly public before `day`."""
    days = count_days_before(source, day)
    return days is not None and days[0] > 0


def sort_key_of(source: Source) -> tuple[date, str]:
    """Sorts sources by the latest day that their date allows, undated ones last, then by id."""
    limits = _read_limits(source.date)
    return (limits[1] if limits else date.max, source.id)
