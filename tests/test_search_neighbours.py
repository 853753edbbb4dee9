"""Neighbours: the nearest other articles of each, and what they lend it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.neighbours import Stored, find_neighbours
from kb.search.neighbours import NEAREST, NEIGHBOURS_FILE, Neighbours
from kb.search.types import Rows, Scores


def vectors_of(count: int, seed: int = 0) -> Scores:
    vectors = np.random.default_rng(seed).normal(size=(count, 8))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def nearest_of(vectors: Scores) -> Rows:
    """The neighbours of vectors as they are stored, whole numbers of 127 steps."""
    stored = Stored(np.rint(vectors * 127).astype(np.int8), np.full(len(vectors), 1 / 127, np.float32))
    return find_neighbours(stored).rows


def assert_nearest(vectors: Scores, rows: Rows) -> None:
    assert rows.shape == (len(vectors), min(NEAREST, max(len(vectors) - 1, 0)))
    for own, nearest in enumerate(rows.tolist()):
        cosines = vectors @ vectors[own]
        assert own not in nearest
        assert len(set(nearest)) == len(nearest)
        others = np.sort(np.delete(cosines, own))[::-1]
        assert np.allclose(cosines[nearest], others[: len(nearest)], atol=0.02)


@given(st.integers(0, 12), st.integers(0, 1_000))
def test_each_article_has_the_nearest_others_the_nearest_first(count: int, seed: int) -> None:
    vectors = vectors_of(count, seed)
    assert_nearest(vectors, nearest_of(vectors))


def test_the_nearest_are_found_among_all_of_many_articles() -> None:
    vectors = vectors_of(1_500)  # more than are compared at a time
    assert_nearest(vectors, nearest_of(vectors))


def test_articles_that_say_the_same_are_each_others_neighbours_and_not_their_own() -> None:
    rows = nearest_of(np.repeat(vectors_of(1), 4, axis=0))
    assert all(own not in nearest for own, nearest in enumerate(rows.tolist()))


@pytest.mark.parametrize("count", [1, 2, 4, 20])
def test_what_neighbours_lend_is_the_mean_of_their_scores(tmp_path: Path, count: int) -> None:
    rows = nearest_of(vectors_of(count))
    np.save(tmp_path / NEIGHBOURS_FILE, rows)
    scores = np.arange(count, dtype=np.float32) ** 2
    lent = Neighbours(tmp_path).smooth(scores)
    assert lent.dtype == np.float32
    assert lent.tolist() == pytest.approx([float(scores[nearest].mean()) if len(nearest) else 0.0 for nearest in rows])
