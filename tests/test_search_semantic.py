"""The semantic side: cosines as exact as they are stored, and of many passages those that matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from indexer.vectors import save_vectors
from kb.search.semantic import PASSAGES_COMPARED, SemanticIndex
from kb.search.types import Rows, Scores

DIMENSIONS = 64
CLOSE = 0.01  # int8 in 64 dimensions


def unit(vectors: npt.NDArray[Any]) -> Scores:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


class Corpus:
    """Articles about something, each with passages about nearly that."""

    def __init__(self, folder: Path, articles: int, passages_each: int) -> None:
        random = np.random.default_rng(7)
        subjects = unit(random.normal(size=(articles, DIMENSIONS)))
        counts = random.integers(1, 2 * passages_each, articles)
        self.owner: Rows = np.repeat(np.arange(articles, dtype=np.int32), counts)
        self.passages = unit(subjects[self.owner] + 0.1 * random.normal(size=(len(self.owner), DIMENSIONS)))
        self.articles = unit(subjects + 0.05 * random.normal(size=subjects.shape))
        self.query = unit(subjects[3] + 0.1 * random.normal(size=DIMENSIONS))
        save_vectors(folder, self.articles, self.passages, self.owner)
        self.index = SemanticIndex(folder)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(tmp_path_factory.mktemp("small") / "vectors", 50, 5)
    assert len(corpus.passages) < PASSAGES_COMPARED
    return corpus


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    corpus = Corpus(tmp_path_factory.mktemp("large") / "vectors", 2_500, 5)
    assert len(corpus.passages) > 2 * PASSAGES_COMPARED
    return corpus


def test_every_passage_of_a_small_partition_is_compared(small: Corpus) -> None:
    evidence = small.index.evidence(small.query)
    assert (evidence.passages.rows == np.arange(len(small.passages))).all()
    assert np.allclose(evidence.passages.scores, small.passages @ small.query, atol=CLOSE)
    assert np.allclose(evidence.articles, small.articles @ small.query, atol=CLOSE)


def test_an_exhaustive_look_agrees(large: Corpus) -> None:
    evidence, every = large.index.evidence(large.query), large.index.exhaustive(large.query)
    assert (evidence.articles == every.articles).all()
    assert np.allclose(evidence.passages.scores, every.passages[evidence.passages.rows], atol=1e-6)
    assert np.allclose(every.passages, large.passages @ large.query, atol=CLOSE)


def test_only_passages_of_the_most_similar_articles_of_a_large_partition_are_compared(large: Corpus) -> None:
    compared = large.index.evidence(large.query).passages
    assert len(compared.rows) < PASSAGES_COMPARED + 10
    true = large.passages @ large.query
    assert set(np.argsort(-true)[:10]) <= set(compared.rows)


def test_articles_that_the_caller_names_are_compared_too(large: Corpus) -> None:
    least = np.argsort(large.articles @ large.query)[:3].astype(np.int32)
    assert not set(least) & set(large.index.evidence(large.query).passages.articles)
    assert set(least) <= set(large.index.evidence(large.query, least).passages.articles)


def test_each_candidate_has_all_its_passages_and_no_others(large: Corpus) -> None:
    compared = large.index.evidence(large.query).passages
    assert (np.diff(compared.articles) > 0).all()
    for article, rows in zip(compared.articles, np.split(compared.rows, compared.starts[1:]), strict=True):
        assert (rows == np.flatnonzero(large.owner == article)).all()


def test_the_best_of_an_article_is_its_best_passage_and_minus_infinity_where_none_was_compared(large: Corpus) -> None:
    compared = large.index.evidence(large.query).passages
    best = compared.best(len(large.articles))
    true = large.passages @ large.query
    assert np.isneginf(np.delete(best, compared.articles)).all()
    for article in compared.articles[:50]:
        assert best[article] == pytest.approx(true[large.owner == article].max(), abs=CLOSE)


def test_the_spread_is_that_of_all_passages_though_not_all_are_compared(large: Corpus) -> None:
    every = large.index.exhaustive(large.query)
    evidence = large.index.evidence(large.query)
    assert evidence.passage_spread.mean == pytest.approx(every.passages.mean(), abs=1e-5)
    assert evidence.passage_spread.deviation == pytest.approx(every.passages.std(), rel=1e-3)
    assert evidence.article_spread.deviation == pytest.approx(every.articles.std(), rel=1e-5)


def test_articles_without_a_passage_and_vectors_of_nothing_are_no_trouble(tmp_path: Path) -> None:
    articles = np.eye(4, DIMENSIONS, dtype=np.float32)
    articles[2] = 0
    save_vectors(tmp_path / "vectors", articles, articles[[1, 2, 2]], np.array([1, 2, 2], np.int32))
    evidence = SemanticIndex(tmp_path / "vectors").evidence(articles[1])
    assert np.allclose(evidence.articles, [0, 1, 0, 0], atol=CLOSE)
    assert list(evidence.passages.articles) == [1, 2]
    assert list(evidence.passages.best(4)) == pytest.approx([-np.inf, 1, 0, -np.inf], abs=CLOSE)


def test_a_query_of_nothing_is_like_nothing(small: Corpus) -> None:
    evidence = small.index.evidence(np.zeros(DIMENSIONS, np.float32))
    assert not evidence.articles.any()
    assert not evidence.passages.scores.any()
    assert evidence.passage_spread.deviation == 0


def test_vectors_are_stored_in_a_byte_for_each_component(small: Corpus, tmp_path: Path) -> None:
    save_vectors(tmp_path / "vectors", small.articles, small.passages, small.owner)
    vectors = np.load(tmp_path / "vectors" / "passages.npy")
    assert (vectors.dtype, vectors.shape) == (np.int8, small.passages.shape)
