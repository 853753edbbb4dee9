"""Timing: calls asked one after the other in rounds, and their percentiles."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

_T = TypeVar("_T")

Seconds = list[list[float]]  # of each call in each round
Figures = dict[str, float]

PERCENTILES = (50, 95, 99)


def deal(queries: Sequence[_T], rounds: int, size: int) -> tuple[Sequence[_T], list[Sequence[_T]]]:
    """Deal queries out: some to warm up with, and rounds of at most `size` that share none.

    No query is timed twice, so a cache of answers or of query vectors cannot make a round look faster.
    Too few queries make the rounds shorter.
    """
    size = max(1, min(size, (len(queries) - 1) // rounds))
    timed = [queries[place * size : (place + 1) * size] for place in range(rounds)]
    return queries[rounds * size :][:size], timed


def time_rounds(ask: Callable[[_T], object], warm: Sequence[_T], rounds: Sequence[Sequence[_T]]) -> Seconds:
    """Ask everything once, one after the other: the queries for warming up untimed, then the rounds."""
    for query in warm:
        ask(query)
    return [[_time(ask, query) for query in queries] for queries in rounds]


def percentiles(taken: Seconds) -> Figures:
    """The median over the rounds of each round's percentiles, in milliseconds, and how many calls there were."""
    shares = {f"p{share}": _median_of(taken, share) for share in PERCENTILES}
    return shares | {"calls": sum(len(one) for one in taken)}


def _time(ask: Callable[[_T], object], query: _T) -> float:
    began = time.perf_counter()
    ask(query)
    return time.perf_counter() - began


def _median_of(taken: Seconds, share: int) -> float:
    return round(float(np.median([np.percentile(one, share) for one in taken])) * 1000, 3)
