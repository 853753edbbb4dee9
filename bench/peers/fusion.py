"""What peers that know only words are completed with: exact vector search in numpy, and two ways to fuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from kb.search.types import Scores

RANK_DAMPING = 60  # k of reciprocal rank fusion, as in the paper (Cormack, Clarke, Büttcher 2009)


def best_rows(scores: Scores, count: int) -> list[int]:
    """The rows of the highest scores, best first."""
    count = min(count, len(scores))
    top = np.argpartition(-scores, count - 1)[:count] if count else np.zeros(0, np.int64)
    rows: list[int] = top[np.argsort(-scores[top], kind="stable")].tolist()
    return rows


def fuse_ranks(rankings: Iterable[Sequence[int]], count: int) -> list[int]:
    """Reciprocal rank fusion of rankings of rows, best first."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + 1 / (RANK_DAMPING + place)
    return sorted(scores, key=lambda row: -scores[row])[:count]


def fuse_scores(keyword: Scores, semantic: Scores, count: int) -> list[int]:
    """Half and half of both sides' scores, each brought to 0..1 over all documents."""
    return best_rows(_spread(keyword) + _spread(semantic), count)


def _spread(scores: Scores) -> Scores:
    low, high = float(scores.min()), float(scores.max())
    return np.asarray((scores - low) / max(high - low, 1e-9), np.float32)
