"""Fusion: what the two sides say of articles and passages, on one scale and weighed by the evidence.

No fixed weight is best everywhere: a FAQ of paraphrased questions wants nearly all of its weight on
meaning, abstracts full of the reader's own terms about half. Two numbers of the semantic side tell
which: how far its best article stands clear of the next ones, and how alike everything is to the
question anyway. The constants were found on one half of the queries of three collections and kept
because the other half agrees (`bench/README.md` has what each stage is worth).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.search.evidence import Evidence, Passages
from kb.search.types import Scores

# An article all about the question and an article with one section that answers it are both right.
# nDCG@10 falls by .005 with all of the weight on either.
WHOLE_WEIGHT = 0.5

# The share of meaning: this much when the best article is `_USUAL_LEAD` standard deviations clear of
# the fifth and its best passage has a cosine of `_USUAL_CLOSENESS`; more with a greater lead, less
# where even the best of many close passages is no lead. Fixed at its best (.6) instead, the mean
# nDCG@10 of the three collections is .004 lower.
_USUAL_SHARE = 0.75
_USUAL_LEAD = 1.8
_USUAL_CLOSENESS = 0.7
_SHARE_PER_LEAD = 0.1
_SHARE_PER_CLOSENESS = -1.2
_LEAST_SHARE, _MOST_SHARE = 0.25, 0.8
_LEAD_OVER = 5  # the article that the best one is compared with

FIXED_SHARE = 0.6  # the best share that asks nothing: for comparison


@dataclass(frozen=True, slots=True)
class Share:
    """How much meaning counts against words, and why."""

    meaning: float  # 0 to 1
    lead: float = 0.0  # of the closest article over the fifth, in standard deviations
    closeness: float = 0.0  # cosine of the closest passage


@dataclass(frozen=True, slots=True)
class Fused:
    """What both sides say, weighed."""

    keyword: Scores  # shape (articles,): the whole article's words
    meaning: Scores  # shape (articles,): the whole article's meaning
    passages: Scores  # shape (r,): each passage that was compared, both sides together

    @property
    def articles(self) -> Scores:
        """The whole article, both sides together."""
        return self.keyword + self.meaning


def weigh_sides(keyword: Evidence | None, semantic: Evidence | None, compared: Passages) -> Share:
    """Which share meaning gets."""
    if semantic is None or keyword is None:
        return Share(0.0 if semantic is None else 1.0)
    close = compared.best(semantic.passages)
    if not close.size:
        return Share(_LEAST_SHARE)
    ordered = np.sort(close)
    closeness, other = float(ordered[-1]), float(ordered[-min(_LEAD_OVER, close.size)])
    lead = (closeness - other) / max(semantic.passage_spread.deviation, 1e-6)
    share = _USUAL_SHARE + _SHARE_PER_LEAD * (lead - _USUAL_LEAD) + _SHARE_PER_CLOSENESS * (closeness - _USUAL_CLOSENESS)
    return Share(min(max(share, _LEAST_SHARE), _MOST_SHARE), lead, closeness)


def fuse(keyword: Evidence | None, semantic: Evidence | None, share: Share) -> Fused:
    """Weigh the sides. Scores become z-scores over all documents, so that both sides spread alike."""
    present = keyword or semantic
    if present is None:
        raise ValueError("at least one side must have evidence")
    words, worded = _standardise(keyword, 1 - share.meaning, present)
    meaning, meant = _standardise(semantic, share.meaning, present)
    return Fused(words, meaning, worded + meant)


def _standardise(side: Evidence | None, weight: float, present: Evidence) -> tuple[Scores, Scores]:
    """The z-scores of articles and passages, times a weight; zeros, as many as the side that is present has, without a side."""
    if side is None:
        return np.zeros_like(present.articles), np.zeros_like(present.passages)
    return side.article_spread.standardise(side.articles, weight), side.passage_spread.standardise(side.passages, weight)
