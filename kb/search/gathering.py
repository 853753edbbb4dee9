"""Gathering: what both sides find for a query, before anything is weighed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kb.search.codes import Place
from kb.search.evidence import Evidence, Passages, Spread, best_rows, highest, spread_of
from kb.search.keyword import KeywordIndex
from kb.search.neighbours import Neighbours
from kb.search.postings import Sought
from kb.search.semantic import SemanticIndex
from kb.search.titles import Titles
from kb.search.types import Mode, Rows, Scores

# Passages that a query is compared with: 150,000 take 10 ms on one core. On 13,337 articles and 500 queries
# the first hit is always the one that comparing all passages gives, and so are 96 % of the first ten; with 2,000, 97 %.
PASSAGES_COMPARED = 1_200
ARTICLES_COMPARED = 120  # what those come to in articles of ten passages; the order of more need not be known
COMPARED_IN_FULL = 4_000  # passages of a partition: in less than 1 ms

# Beside those close in meaning, the articles whose words are among the best.
_BEST_BY_WORDS = 32
_NEAR_BEST = 0.4  # of the best score by words
# Without meaning, more of them.
_BEST_BY_WORDS_ALONE = 200
_NEAR_BEST_ALONE = 0.3


@dataclass(frozen=True, slots=True)
class Indexes:
    """What finds and ranks the articles of a partition."""

    keyword: KeywordIndex
    semantic: SemanticIndex | None  # None in a partition without vectors, as are the neighbours
    neighbours: Neighbours | None
    titles: Titles
    first_passages: Rows  # shape (articles + 1,): the row of each article's first passage


@dataclass(frozen=True, slots=True)
class Found:
    """What both sides found for one query, and the mode that this makes possible."""

    mode: Mode
    sought: tuple[Sought, ...]
    keyword: Evidence | None
    semantic: Evidence | None
    compared: Passages  # those that both sides speak of
    coverage: Scores  # shape (articles,): share of the query's idf that each article holds
    similarity: Scores  # shape (articles,): best cosine; zeros without a model
    title_likeness: Scores  # shape (articles,)
    holders: Mapping[int, Place]  # articles that hold an identifier of the query, and where


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a query's vector is compared with, and the cosines of whole articles."""

    index: SemanticIndex
    vector: Scores
    cosines: Scores
    spread: Spread

    @classmethod
    def of(cls, index: SemanticIndex, vector: Scores) -> _Meaning:
        cosines = index.articles(vector)
        return cls(index, vector, cosines, spread_of(cosines))

    def evidence(self, compared: Passages) -> Evidence:
        passages = self.index.passages(self.vector, compared.rows)
        return Evidence(self.cosines, passages, self.spread, self.index.spread(self.vector))


def gather(
    indexes: Indexes, sought: tuple[Sought, ...], mode: Mode, vector: Scores | None, holders: Mapping[int, Place]
) -> Found:
    """What the sides that a mode asks for find; `vector`, shape (d,), is the query's in semantic and hybrid mode."""
    words = None if mode is Mode.SEMANTIC else indexes.keyword.articles.scores(sought)
    meaning = _Meaning.of(indexes.semantic, vector) if indexes.semantic and vector is not None else None
    likeness = indexes.titles.likeness(sought)
    compared = Passages.of(_choose(words, meaning, likeness, indexes.first_passages), indexes.first_passages)
    semantic = meaning.evidence(compared) if meaning else None
    return Found(
        mode=mode,
        sought=sought,
        keyword=None if words is None else _keyword_evidence(indexes.keyword, sought, words, compared),
        semantic=semantic,
        compared=compared,
        coverage=indexes.keyword.coverage(sought),
        similarity=_best_cosines(semantic, compared) if semantic else np.zeros(len(likeness), np.float32),
        title_likeness=likeness,
        holders=holders,
    )


def _choose(words: Scores | None, meaning: _Meaning | None, likeness: Scores, first: Rows) -> Rows:
    """The rows of the articles whose passages are to be compared, ascending."""
    if first[-1] <= COMPARED_IN_FULL:
        return np.arange(len(first) - 1, dtype=np.int32)
    is_chosen = np.zeros(len(first) - 1, np.bool_)
    if meaning:
        nearest = highest(meaning.cosines, ARTICLES_COMPARED, meaning.spread)
        counts = first[nearest + 1] - first[nearest]
        is_chosen[nearest[np.cumsum(counts) - counts < PASSAGES_COMPARED]] = True
    if words is not None:
        bounds = (_NEAR_BEST, _BEST_BY_WORDS) if meaning else (_NEAR_BEST_ALONE, _BEST_BY_WORDS_ALONE)
        is_chosen[best_rows(words * (1 + likeness), *bounds)] = True
    return np.asarray(np.flatnonzero(is_chosen), np.int32)


def _keyword_evidence(index: KeywordIndex, sought: tuple[Sought, ...], words: Scores, compared: Passages) -> Evidence:
    passages, spread = index.passages.compare(compared.rows, sought)
    return Evidence(words, passages, spread_of(words), spread)


def _best_cosines(semantic: Evidence, compared: Passages) -> Scores:
    """The best cosine of each article, of the whole or a passage that was compared; shape (articles,)."""
    best = semantic.articles.copy()
    best[compared.articles] = np.maximum(best[compared.articles], compared.best(semantic.passages))
    return best
