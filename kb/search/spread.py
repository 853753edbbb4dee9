"""The spread of scores over all documents, by which both sides come on one scale."""

from __future__ import annotations

import math

from kb.search.types import Scores, Spread


def spread_of(scores: Scores) -> Spread:
    """How scores lie over all documents."""
    if not scores.size:
        return Spread(0.0, 0.0)
    mean = float(scores.mean())
    # A third of the time of `std`, which makes an array of the differences first.
    return Spread(mean, math.sqrt(max(float(scores @ scores) / scores.size - mean * mean, 0.0)))
