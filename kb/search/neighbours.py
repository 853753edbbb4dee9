"""Neighbours: an article whose nearest articles answer the question too is likelier to be right.

The cluster hypothesis (van Rijsbergen, 1979), as score regularisation (Diaz, CIKM 2005): each
article's score is smoothed over its nearest neighbours, which are found when the snapshot is built.
It adds .010 nDCG@10 on wixqa_expert160 and on cranfield; 3 to 10 neighbours and weights from .2 to
.4 do as well, weighing them by their cosine gained nothing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb.search.types import Scores
from kb.snapshot.arrays import open_array

NEAREST = 5
NEIGHBOUR_WEIGHT = 0.3  # of the neighbours' mean score, the article's own counting 1

NEIGHBOURS_FILE = "neighbours.npy"  # int32, shape (articles, up to 5): rows of the nearest articles, the nearest first


class Neighbours:
    """The nearest articles of every article; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open what is in the vectors' folder of a verified snapshot."""
        # One row for each place among the nearest: a sum over rows is several times as fast as one within them. Numbers of
        # 64 bits, as NumPy would make them of others for every query.
        self._places = np.ascontiguousarray(open_array(folder / NEIGHBOURS_FILE).T, np.intp)

    def smooth(self, scores: Scores) -> Scores:
        """The mean score of each article's neighbours, shape (articles,)."""
        total = np.zeros_like(scores)
        for nearest in self._places:
            total += scores.take(nearest, mode="clip")  # "raise" checks them all once more
        total *= np.float32(1 / max(len(self._places), 1))
        return total
