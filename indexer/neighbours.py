"""Finds the nearest neighbours of every article, which `kb/search/neighbours.py` reads."""

from __future__ import annotations

import numpy as np

from kb.search.neighbours import NEAREST
from kb.search.types import Rows, Scores

_BLOCK = 1_024  # articles compared with all others at a time, to bound the memory of their cosines


def find_neighbours(vectors: Scores) -> Rows:
    """The rows of the nearest other vectors of each, the nearest first; shape (articles, at most `NEAREST`)."""
    count = min(NEAREST, max(len(vectors) - 1, 0))
    nearest = np.zeros((len(vectors), count), np.int32)
    for start in range(0, len(vectors) if count else 0, _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors.T
        own = np.arange(len(cosines))
        cosines[own, start + own] = -np.inf
        best = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(cosines, best, axis=1), axis=1, kind="stable")
        nearest[start : start + _BLOCK] = np.take_along_axis(best, order, axis=1)
    return nearest
