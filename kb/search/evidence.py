"""The evidence for each article and passage: what the two sides say, and how their scores lie over all documents."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kb.search.types import Rows, Scores

_EQUAL = 1e-9  # a deviation that is only rounding
_WELL_ABOVE = 1.5  # deviations: some 7 % of scores that lie like a bell are


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores lie over all documents, those included that were not compared one by one."""

    mean: float
    deviation: float

    def standardise(self, scores: Scores, weight: float = 1.0) -> Scores:
        """The scores as z-scores, times a weight; zeros where all documents are equal."""
        if self.deviation < _EQUAL:
            return np.zeros_like(scores)
        standard = scores - np.float32(self.mean)
        standard *= np.float32(weight / self.deviation)
        return standard


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of some articles: those of `articles[i]` stand at `starts[i]` of `rows` and up to the next start."""

    articles: Rows  # shape (k,): article rows, ascending; each has a passage
    starts: Rows  # shape (k,)
    rows: Rows  # shape (r,): passage rows, ascending

    @classmethod
    def of(cls, articles: Rows, first: Rows) -> Passages:
        """All passages of some articles, rows ascending; `first`, shape (all articles + 1,), is each one's first passage."""
        begins = first[articles]
        counts = first[articles + 1] - begins
        if not counts.all():
            return cls.of(articles[counts > 0], first)
        starts = np.asarray(np.cumsum(counts) - counts, np.int32)
        return cls(articles, starts, np.asarray(np.repeat(begins - starts, counts) + np.arange(counts.sum()), np.int32))

    def best(self, scores: Scores) -> Scores:
        """The highest passage score, of shape (r,), of each of these articles; shape (k,)."""
        return np.maximum.reduceat(scores, self.starts) if len(self.articles) else np.zeros(0, np.float32)

    def pool(self, scores: Scores, otherwise: Scores) -> Scores:
        """The highest of other scores of these passages, shape (r,), for each of all articles.

        An article whose passages were not compared takes what `otherwise`, shape (articles,), says of
        it, but no more than the lowest of those that were: they were chosen as the better ones.
        """
        if not len(self.articles):
            return otherwise
        best = self.best(scores)
        pooled: Scores = np.minimum(otherwise, best.min())
        pooled[self.articles] = best
        return pooled

    def of_article(self, article: int) -> slice:
        """Where an article's passages stand in `rows`; nowhere if they are not among these."""
        place = int(np.searchsorted(self.articles, article))
        if self.articles[place : place + 1].tolist() != [article]:
            return slice(0, 0)
        return slice(int(self.starts[place]), int(self.starts[place + 1]) if place + 1 < len(self.starts) else len(self.rows))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one side, keyword or semantic, says of articles and of the passages that were compared."""

    articles: Scores  # shape (articles,): the whole article
    passages: Scores  # shape (r,): of `Passages.rows`
    article_spread: Spread
    passage_spread: Spread  # over all passages of the partition


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


def highest(scores: Scores, count: int, spread: Spread) -> Rows:
    """The rows of the `count` highest scores, the highest first, of equal ones the first.

    Only what is well above the mean is sorted, where that is enough: sorting 13,337 takes 1 ms.
    """
    rows = np.flatnonzero(scores > np.float32(spread.mean + _WELL_ABOVE * spread.deviation))
    if len(rows) < count:
        rows = np.arange(len(scores))
    above = scores[rows]
    if 0 < 2 * count < len(rows):
        least = np.partition(above, len(rows) - count)[len(rows) - count]
        rows, above = rows[above >= least], above[above >= least]
    order = np.argsort(-above, kind="stable")[:count]
    return np.asarray(rows[order], np.int32)
