"""Fusion: both sides on one scale, articles and passages in one score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kb.search.fusion import fuse, pool, standardise
from kb.search.types import Evidence, Scores

scores = arrays(np.float32, st.integers(1, 20), elements=st.floats(-100, 100, width=32))


def evidence(articles: list[float], passages: list[float] | None = None) -> Evidence:
    whole = np.array(articles, np.float32)
    return Evidence(whole, np.array(passages if passages is not None else articles, np.float32))


@given(scores)
def test_standard_scores_keep_the_order(values: Scores) -> None:
    standard = standardise(values)
    assert np.isfinite(standard).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(standard[order]) >= -1e-3).all()


def test_a_side_that_says_the_same_of_everything_says_nothing() -> None:
    assert standardise(np.full(5, 7.0, np.float32)).tolist() == [0.0] * 5


@given(scores, st.floats(0.5, 50), st.floats(-20, 20))
def test_scale_and_offset_of_a_side_make_no_difference(values: Scores, scale: float, offset: float) -> None:
    if values.std() < 0.1:
        return
    moved = (values * np.float32(scale) + np.float32(offset)).astype(np.float32)
    assert np.allclose(standardise(values), standardise(moved), atol=0.05)


def test_one_side_alone_ranks_as_it_did() -> None:
    alone = fuse(evidence([0.1, 3.0, 2.0]), None)
    assert np.argsort(-alone.articles).tolist() == [1, 2, 0]


def test_what_both_sides_favour_beats_what_one_side_favours() -> None:
    keyword, semantic = evidence([9, 8, 0, 0]), evidence([0, 0.8, 0.9, 0])
    assert int(np.argmax(fuse(keyword, semantic).articles)) == 1


def test_without_any_side_there_is_nothing_to_fuse() -> None:
    with pytest.raises(ValueError, match="side"):
        fuse(None, None)


def test_one_good_passage_lifts_its_article() -> None:
    owner = np.array([0, 0, 1, 1], np.int32)
    pooled = pool(evidence([1.0, 1.0], [0.2, 5.0, 1.0, 1.0]), owner)
    assert pooled[0] > pooled[1]
