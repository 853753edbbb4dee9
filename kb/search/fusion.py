"""Fusion: what the two sides say of articles and passages, on one scale and weighed by the evidence.

No fixed weight is best everywhere: a FAQ of paraphrased questions wants nearly all of its weight on
meaning, abstracts full of the reader's own terms about half. Two numbers of the semantic side tell
which: how far its best article stands clear of the next ones, and how alike everything is to the
question anyway. The constants were found on one half of the queries of three collections and kept
because the other half agrees (figures in `bench/README.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kb.search.evidence import KeywordEvidence, PassageScores, SemanticEvidence, best_rows
from kb.search.types import Rows, Scores

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

# Without meaning, the articles whose best passage is looked for: so many, of those that score this part of the best.
_COMPARED_BY_WORDS = 200
_NEAR_BEST = 0.3

FIXED_SHARE = 0.6  # the best share that asks nothing: for comparison


@dataclass(frozen=True, slots=True)
class Share:
    """How much meaning counts against words, and why."""

    meaning: float  # 0 to 1
    lead: float = 0.0  # of the closest article over the fifth, in standard deviations
    closeness: float = 0.0  # cosine of the closest passage


@dataclass(frozen=True, slots=True)
class Fused:
    """What both sides say of every article, weighed; shape (articles,) each."""

    keyword: Scores  # the whole article's words
    meaning: Scores  # the whole article's meaning
    passages: Scores  # the best passage, both sides together

    @property
    def articles(self) -> Scores:
        """The whole article, both sides together."""
        return self.keyword + self.meaning


def weigh_sides(semantic: SemanticEvidence | None, keyword: KeywordEvidence | None) -> Share:
    """Which share meaning gets."""
    if semantic is None or keyword is None:
        return Share(0.0 if semantic is None else 1.0)
    best = semantic.passages.best(len(semantic.articles))
    close = best[np.isfinite(best)]
    if not close.size:
        return Share(_LEAST_SHARE)
    other = min(_LEAD_OVER, close.size) - 1
    ordered = -np.partition(-close, (0, other))
    closeness = float(ordered[0])
    lead = (closeness - float(ordered[other])) / max(semantic.passage_spread.deviation, 1e-6)
    share = _USUAL_SHARE + _SHARE_PER_LEAD * (lead - _USUAL_LEAD) + _SHARE_PER_CLOSENESS * (closeness - _USUAL_CLOSENESS)
    return Share(float(np.clip(share, _LEAST_SHARE, _MOST_SHARE)), lead, closeness)


def fuse(keyword: KeywordEvidence | None, semantic: SemanticEvidence | None, share: Share, first: Rows) -> Fused:
    """Weigh the sides; `first`, shape (articles + 1,), holds the row of each article's first passage.

    Scores become z-scores over all documents, so that both sides spread alike.
    """
    words, meaning = np.float32(1 - share.meaning), np.float32(share.meaning)
    if keyword is None and semantic is None:
        raise ValueError("at least one side must have evidence")
    if semantic is None:
        assert keyword is not None
        whole = keyword.article_spread.standardise(keyword.articles)
        compared = _compare_words(keyword, first)
        passages = keyword.passage_spread.standardise(compared.scores)
        return Fused(whole, np.zeros_like(whole), compared.pool(passages, whole))
    whole_meaning = meaning * semantic.article_spread.standardise(semantic.articles)
    compared = semantic.passages
    passages = meaning * semantic.passage_spread.standardise(compared.scores)
    if keyword is None:
        return Fused(np.zeros_like(whole_meaning), whole_meaning, compared.pool(passages, whole_meaning))
    whole_words = words * keyword.article_spread.standardise(keyword.articles)
    passages += words * keyword.passage_spread.standardise(keyword.passages[compared.rows])
    return Fused(whole_words, whole_meaning, compared.pool(passages, whole_words + whole_meaning))


def _compare_words(keyword: KeywordEvidence, first: Rows) -> PassageScores:
    """The passages of the articles whose words fit best: going over 150,000 for all of them takes .2 ms."""
    rows = np.flatnonzero(np.diff(first))
    if len(rows) > _COMPARED_BY_WORDS:
        rows = np.sort(rows[best_rows(keyword.articles[rows], _NEAR_BEST, _COMPARED_BY_WORDS)])
    return PassageScores.of(np.asarray(rows, np.int32), first, lambda passages: keyword.passages[passages])


def find_best_passage(
    article: int, keyword: KeywordEvidence | None, semantic: SemanticEvidence | None, share: Share, first: Rows
) -> int:
    """The row of an article's passage that answers best, the first of equals; -1 for an article without any."""
    start, stop = int(first[article]), int(first[article + 1])
    if start == stop:
        return -1
    scores = np.zeros(stop - start, np.float32)
    if keyword is not None:
        scores += np.float32(1 - share.meaning) * keyword.passage_spread.standardise(keyword.passages[start:stop])
    if semantic is not None:
        place = int(np.searchsorted(semantic.passages.rows, start))
        if semantic.passages.rows[place : place + 1].tolist() == [start]:
            cosines = semantic.passages.scores[place : place + stop - start]
            scores += np.float32(share.meaning) * semantic.passage_spread.standardise(cosines)
    return start + int(np.argmax(scores))
