"""Evidence: the best of many scores, how they lie, and which passages belong to which article."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kb.search.evidence import Passages, Spread, best_rows, highest, spread_of
from kb.search.types import Rows, Scores

tied = st.integers(-8, 8).map(lambda whole: whole / 8)  # so that many are equal
scattered = st.floats(-9, 9, width=32)
sizes = st.integers(0, 60)
some_scores = arrays(np.float32, sizes, elements=tied) | arrays(np.float32, sizes, elements=scattered)
any_spreads = st.builds(Spread, st.floats(-9, 9), st.floats(0, 5))


def floats(numbers: Sequence[float]) -> Scores:
    return np.array(numbers, np.float32)


def first_of(counts: Sequence[int]) -> Rows:
    """The row of each article's first passage, from how many passages each has."""
    return np.array([0, *np.cumsum(counts)], np.int32)


@st.composite
def compared_passages(draw: st.DrawFn) -> tuple[Rows, list[int], Passages]:
    """Each article's first passage, the articles that were chosen, and their passages."""
    counts = draw(st.lists(st.integers(0, 4), min_size=1, max_size=12))
    chosen = sorted(draw(st.sets(st.integers(0, len(counts) - 1))))
    first = first_of(counts)
    return first, chosen, Passages.of(np.array(chosen, np.int32), first)


def own_rows(first: Rows, article: int) -> list[int]:
    return list(range(first[article], first[article + 1]))


class TestHighest:
    @given(some_scores, st.integers(0, 70))
    def test_they_are_those_of_a_stable_sort_by_falling_score(self, scores: Scores, count: int) -> None:
        ordered = sorted(range(len(scores)), key=lambda row: -scores[row])
        assert highest(scores, count, spread_of(scores)).tolist() == ordered[:count]

    @given(some_scores, st.integers(1, 70), any_spreads)
    def test_how_scores_are_said_to_lie_makes_no_difference(self, scores: Scores, count: int, spread: Spread) -> None:
        ordered = sorted(range(len(scores)), key=lambda row: -scores[row])
        assert highest(scores, count, spread).tolist() == ordered[:count]

    @pytest.mark.parametrize("count", [1, 10, 119, 120, 121, 13_000])
    def test_of_very_many_they_are_the_same(self, count: int) -> None:
        scores = np.random.default_rng(5).normal(size=13_000).round(1).astype(np.float32)
        assert highest(scores, count, spread_of(scores)).tolist() == np.argsort(-scores, kind="stable")[:count].tolist()


class TestBestRows:
    @given(some_scores, st.floats(0, 1), st.integers(1, 20))
    def test_they_are_near_the_best_and_no_better_one_is_left_out(self, scores: Scores, near: float, most: int) -> None:
        rows = best_rows(scores, near, most).tolist()
        close = np.flatnonzero(scores > scores.max(initial=0) * np.float32(near)).tolist()
        assert len(set(rows)) == len(rows) == min(len(close), most)
        assert set(rows) <= set(close)
        left_out = scores[sorted(set(close) - set(rows))]
        assert left_out.max(initial=-np.inf) <= scores[rows].min(initial=np.inf)

    def test_what_scores_nothing_is_never_among_them(self) -> None:
        assert best_rows(np.zeros(50, np.float32), 0.4, 32).tolist() == []
        assert sorted(best_rows(floats([0, 3, 0, 2, 1]), 0.0, 32).tolist()) == [1, 3, 4]


class TestPassages:
    @given(compared_passages())
    def test_the_articles_are_the_chosen_ones_that_have_a_passage(self, given: tuple[Rows, list[int], Passages]) -> None:
        first, chosen, passages = given
        assert passages.articles.tolist() == [article for article in chosen if own_rows(first, article)]

    @given(compared_passages())
    def test_each_article_has_all_its_passages_and_no_others(self, given: tuple[Rows, list[int], Passages]) -> None:
        first, chosen, passages = given
        assert passages.rows.tolist() == [row for article in chosen for row in own_rows(first, article)]
        for article in range(len(first) - 1):
            expected = own_rows(first, article) if article in chosen else []
            assert passages.rows[passages.of_article(article)].tolist() == expected

    @given(compared_passages(), st.data())
    def test_the_best_of_an_article_is_its_best_passage(
        self, given: tuple[Rows, list[int], Passages], data: st.DataObject
    ) -> None:
        _, _, passages = given
        scores = data.draw(arrays(np.float32, len(passages.rows), elements=scattered))
        expected = [scores[passages.of_article(article)].max() for article in passages.articles.tolist()]
        assert passages.best(scores).tolist() == expected

    @given(compared_passages(), st.data())
    def test_pooled_an_article_that_was_compared_has_its_best_passage_and_no_other_stands_above_one(
        self, given: tuple[Rows, list[int], Passages], data: st.DataObject
    ) -> None:
        first, _, passages = given
        scores = data.draw(arrays(np.float32, len(passages.rows), elements=scattered))
        otherwise = data.draw(arrays(np.float32, len(first) - 1, elements=scattered))
        kept = otherwise.copy()
        pooled, best = passages.pool(scores, otherwise), passages.best(scores)
        assert pooled[passages.articles].tolist() == best.tolist()
        others = np.setdiff1d(np.arange(len(otherwise)), passages.articles)
        assert pooled[others].tolist() == np.minimum(otherwise, best.min(initial=np.inf))[others].tolist()
        assert (otherwise == kept).all()

    def test_where_nothing_was_compared_whole_articles_speak_for_their_passages(self) -> None:
        passages = Passages.of(np.zeros(0, np.int32), first_of([1, 2]))
        assert passages.rows.tolist() == []
        assert passages.pool(floats([]), floats([3, 4])).tolist() == [3, 4]


class TestSpread:
    @given(arrays(np.float32, st.integers(1, 60), elements=tied))
    def test_it_is_the_mean_and_the_deviation_of_all(self, scores: Scores) -> None:
        spread = spread_of(scores)
        assert spread.mean == pytest.approx(scores.mean(), abs=1e-5)
        assert spread.deviation == pytest.approx(scores.astype(np.float64).std(), abs=1e-3)

    def test_of_nothing_it_is_nothing(self) -> None:
        assert spread_of(floats([])) == Spread(0, 0)
        assert Spread(0, 0).standardise(floats([])).tolist() == []

    def test_where_all_are_equal_none_stands_out(self) -> None:
        assert spread_of(floats([7] * 20)).standardise(floats([7] * 20)).tolist() == [0] * 20

    @given(arrays(np.float32, 20, elements=tied), st.floats(-2, 2), st.floats(0.1, 3), st.floats(0, 1))
    def test_standard_scores_are_deviations_from_the_mean_times_their_weight(
        self, scores: Scores, mean: float, deviation: float, weight: float
    ) -> None:
        kept = scores.copy()
        standard = Spread(mean, deviation).standardise(scores, weight)
        np.testing.assert_allclose(standard, weight * (kept.astype(np.float64) - mean) / deviation, atol=1e-4)
        assert standard.dtype == np.float32
        assert (scores == kept).all()
