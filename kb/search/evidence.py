"""The evidence for each article and passage: what the two sides say, and how their scores lie over all documents."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from kb.search.types import Rows, Scores

_EQUAL = 1e-9  # a deviation that is only rounding


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one side, keyword or semantic, says of everything in the partition."""

    articles: Scores  # shape (articles,): the whole article
    passages: Scores  # shape (passages,): each passage


@dataclass(frozen=True, slots=True)
class KeywordEvidence:
    """What the keyword side says of everything in the partition."""

    articles: Scores  # shape (articles,): the whole article
    passages: Scores  # shape (passages,): each passage
    article_spread: Spread
    passage_spread: Spread


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores lie over all documents, those included that were not compared one by one."""

    mean: float
    deviation: float

    def standardise(self, scores: Scores) -> Scores:
        """The scores as z-scores; zeros where all documents are equal."""
        if self.deviation < _EQUAL:
            return np.zeros_like(scores)
        return np.asarray((scores - np.float32(self.mean)) * np.float32(1 / self.deviation), np.float32)


@dataclass(frozen=True, slots=True)
class PassageScores:
    """The passages of some articles: those of `articles[i]` stand at `starts[i]` and up to the next start."""

    articles: Rows  # shape (k,): article rows, ascending; each has a passage
    starts: Rows  # shape (k,): positions in `rows` and `scores`
    rows: Rows  # shape (r,): passage rows, ascending
    scores: Scores  # shape (r,)

    @classmethod
    def of(cls, articles: Rows, first: Rows, score: Callable[[Rows], Scores]) -> PassageScores:
        """Score all passages of some articles; `first`, shape (all articles + 1,), holds each article's first passage."""
        begins = first[articles]
        counts = first[articles + 1] - begins
        starts = np.asarray(np.cumsum(counts) - counts, np.int32)
        rows = np.asarray(np.repeat(begins - starts, counts) + np.arange(counts.sum()), np.int32)
        return cls(articles, starts, rows, score(rows))

    def best(self, articles: int) -> Scores:
        """The highest passage score of each of all articles, shape (articles,); -inf where none was compared."""
        best = np.full(articles, -np.inf, np.float32)
        if len(self.articles):
            best[self.articles] = np.maximum.reduceat(self.scores, self.starts)
        return best

    def pool(self, scores: Scores, otherwise: Scores) -> Scores:
        """The highest of other scores of these passages, shape (r,), for each of all articles.

        An article whose passages were not compared takes what `otherwise`, shape (articles,), says of
        it, but no more than the lowest of those that were: they were chosen as the better ones.
        """
        if not len(self.articles):
            return otherwise
        best = np.maximum.reduceat(scores, self.starts)
        pooled: Scores = np.minimum(otherwise, best.min())
        pooled[self.articles] = best
        return pooled


@dataclass(frozen=True, slots=True)
class SemanticEvidence:
    """What the semantic side says of a partition."""

    articles: Scores  # shape (articles,): the cosine of each whole article
    passages: PassageScores
    article_spread: Spread
    passage_spread: Spread


def spread_of(scores: Scores) -> Spread:
    """How scores lie over all documents."""
    if not scores.size:
        return Spread(0.0, 0.0)
    mean = float(scores.mean())
    # A third of the time of `std`, which makes an array of the differences first.
    return Spread(mean, math.sqrt(max(float(scores @ scores) / scores.size - mean * mean, 0.0)))


def best_rows(scores: Scores, near: float, most: int) -> Rows:
    """The rows of at most `most` of the best scores, of those above `near` of the best one, in any order.

    Far fewer than all are partitioned: thousands of equal zeros take over 1 ms.
    """
    rows = np.flatnonzero(scores > scores.max(initial=0.0) * near)
    if len(rows) > most:
        rows = rows[np.argpartition(scores[rows], len(rows) - most)[-most:]]
    return np.asarray(rows, np.int32)
