"""Fusion: the two sides' scores on one scale, and articles and passages into one score."""

from __future__ import annotations

import numpy as np

from kb.search.semantic import best_per_article
from kb.search.types import Evidence, Rows, Scores

# Measured on the shared collections as the best fixed weight with passages on both sides:
# nDCG@10 .877 (help center), .964 (FAQ), .573 (Cranfield).
SEMANTIC_WEIGHT = 0.6

# An article all about the question and an article with one section that answers it are both
# right; the mean of the two was better than either alone (.836 and .876 against .877 fused).
WHOLE_WEIGHT = 0.5


def standardise(scores: Scores) -> Scores:
    """Z-scores over all documents, so that both sides spread alike; zeros where all are equal."""
    spread = float(scores.std()) if scores.size else 0.0
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread, np.float32)


def fuse(keyword: Evidence | None, semantic: Evidence | None) -> Evidence:
    """Weigh the two sides into one; a side that is absent leaves the other as it is."""
    sides = [(side, weight) for side, weight in ((keyword, 1 - SEMANTIC_WEIGHT), (semantic, SEMANTIC_WEIGHT)) if side]
    if not sides:
        raise ValueError("at least one side must have evidence")
    return Evidence(
        articles=_weigh([(side.articles, weight) for side, weight in sides]),
        passages=_weigh([(side.passages, weight) for side, weight in sides]),
    )


def pool(fused: Evidence, owner: Rows) -> Scores:
    """One score per article from the whole of it and its best passage, shape (articles,)."""
    best = best_per_article(fused.passages, owner, len(fused.articles))
    return np.asarray(WHOLE_WEIGHT * fused.articles + (1 - WHOLE_WEIGHT) * best, np.float32)


def _weigh(parts: list[tuple[Scores, float]]) -> Scores:
    total = sum(weight for _, weight in parts)
    weighed = sum(standardise(scores) * np.float32(weight / total) for scores, weight in parts)
    return np.asarray(weighed, np.float32)
