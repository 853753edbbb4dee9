"""The semantic side: cosines as exact as they are stored, and how those of all passages lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.vectors import save_vectors
from kb.search.semantic import SemanticIndex
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
        owner = np.repeat(np.arange(articles), random.integers(1, 2 * passages_each, articles))
        self.passages = unit(subjects[owner] + 0.1 * random.normal(size=(len(owner), DIMENSIONS)))
        self.articles = unit(subjects + 0.05 * random.normal(size=subjects.shape))
        self.query = unit(subjects[3] + 0.1 * random.normal(size=DIMENSIONS))
        save_vectors(folder, self.articles, self.passages)
        self.index = SemanticIndex(folder)

    @property
    def every(self) -> Rows:
        """The rows of all passages."""
        return np.arange(len(self.passages), dtype=np.int32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return Corpus(tmp_path_factory.mktemp("semantic") / "vectors", 250, 5)


def test_every_article_and_passage_has_its_cosine(corpus: Corpus) -> None:
    assert np.allclose(corpus.index.articles(corpus.query), corpus.articles @ corpus.query, atol=CLOSE)
    assert np.allclose(corpus.index.passages(corpus.query, corpus.every), corpus.passages @ corpus.query, atol=CLOSE)


@given(st.lists(st.integers(0, 10_000), max_size=600))
def test_some_passages_have_the_cosines_that_they_have_among_all(corpus: Corpus, rows: list[int]) -> None:
    some = np.array(rows, np.int32) % np.int32(len(corpus.passages))
    cosines = corpus.index.passages(corpus.query, some)
    assert cosines.shape == some.shape
    assert np.allclose(cosines, corpus.index.passages(corpus.query, corpus.every)[some], atol=1e-6)


def test_the_spread_is_that_of_all_passages_though_none_is_looked_at(corpus: Corpus) -> None:
    every = corpus.index.passages(corpus.query, corpus.every)
    spread = corpus.index.spread(corpus.query)
    assert spread.mean == pytest.approx(every.mean(), abs=1e-5)
    assert spread.deviation == pytest.approx(every.std(), rel=1e-3)


def test_vectors_of_nothing_and_partitions_without_a_passage_are_no_trouble(tmp_path: Path) -> None:
    articles = np.eye(4, DIMENSIONS, dtype=np.float32)
    articles[2] = 0
    save_vectors(tmp_path / "vectors", articles, articles[[1, 2, 2]])
    index = SemanticIndex(tmp_path / "vectors")
    assert np.allclose(index.articles(articles[1]), [0, 1, 0, 0], atol=CLOSE)
    assert np.allclose(index.passages(articles[1], np.arange(3, dtype=np.int32)), [1, 0, 0], atol=CLOSE)
    save_vectors(tmp_path / "bare", articles, articles[:0])
    assert SemanticIndex(tmp_path / "bare").spread(articles[1]).deviation == 0


def test_a_query_of_nothing_is_like_nothing(corpus: Corpus) -> None:
    nothing = np.zeros(DIMENSIONS, np.float32)
    assert not corpus.index.articles(nothing).any()
    assert not corpus.index.passages(nothing, corpus.every).any()
    assert corpus.index.spread(nothing).deviation == 0


def test_vectors_are_stored_in_a_byte_for_each_component(corpus: Corpus, tmp_path: Path) -> None:
    save_vectors(tmp_path / "vectors", corpus.articles, corpus.passages)
    vectors = np.load(tmp_path / "vectors" / "passages.npy")
    assert (vectors.dtype, vectors.shape) == (np.int8, corpus.passages.shape)
