"""Fusion: both sides on one scale, weighed by the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kb.search.evidence import Evidence, Passages, Spread, spread_of
from kb.search.fusion import Share, fuse, weigh_sides
from kb.search.types import Rows, Scores

ARTICLES = 12
CLOSE = 0.02  # a deviation in 32 bits
values = arrays(np.float32, ARTICLES, elements=st.integers(-8, 8).map(lambda whole: whole / 8))
shares = st.floats(0, 1).map(Share)


def floats(numbers: Sequence[float] | Scores) -> Scores:
    return np.array(numbers, np.float32)


def rows_of(rows: Sequence[int]) -> Rows:
    return np.array(rows, np.int32)


def all_of(*counts: int) -> Passages:
    """The passages of all articles, from how many each has."""
    return Passages.of(rows_of(range(len(counts))), rows_of([0, *np.cumsum(counts)]))


ONE_EACH = all_of(*[1] * ARTICLES)


def side(
    articles: Sequence[float] | Scores, passages: Sequence[float] | Scores | None = None, compared: Passages | None = None
) -> Evidence:
    """What one side says of articles and of all their passages, of which some were compared: all unless said otherwise."""
    whole, parts = floats(articles), floats(articles if passages is None else passages)
    return Evidence(whole, parts if compared is None else parts[compared.rows], spread_of(whole), spread_of(parts))


def assert_same_order(one: Scores, other: Scores) -> None:
    """What one puts clearly in front of something, the other does not put behind it."""
    ahead = one[:, np.newaxis] - one[np.newaxis, :] > 1e-3
    assert (other[:, np.newaxis] - other[np.newaxis, :] > -1e-3)[ahead].all()


class TestShare:
    @given(values, values)
    def test_it_stays_within_its_bounds_whatever_the_evidence(self, whole: Scores, passages: Scores) -> None:
        share = weigh_sides(side(whole), side(whole, passages), ONE_EACH)
        assert 0.25 <= share.meaning <= 0.8

    def test_a_side_that_is_not_there_gets_none_and_the_other_all(self) -> None:
        some = side([0.1] * ARTICLES)
        assert weigh_sides(some, None, ONE_EACH).meaning == 0
        assert weigh_sides(None, some, ONE_EACH).meaning == 1

    def test_meaning_counts_more_the_further_its_best_is_clear_of_the_fifth(self) -> None:
        near, clear = (
            weigh_sides(side([0] * ARTICLES), side([0] * ARTICLES, [0.6, *[other] * 5, *[0.1] * 6]), ONE_EACH)
            for other in (0.55, 0.3)
        )
        assert clear.closeness == near.closeness
        assert clear.lead > near.lead
        assert clear.meaning > near.meaning

    def test_several_passages_of_one_article_are_no_lead_over_the_others(self) -> None:
        compared = all_of(*[5] * 6)
        passages = [0.6] * 5 + [0.1] * 25
        share = weigh_sides(side([0] * 6, [0] * 30), side([0] * 6, passages), compared)
        assert share.lead == pytest.approx(0.5 / spread_of(floats(passages)).deviation, rel=1e-4)

    def test_of_fewer_than_five_articles_the_best_is_compared_with_the_last(self) -> None:
        one, two = (
            weigh_sides(side([0] * len(scores)), side(scores), all_of(*[1] * len(scores))) for scores in ([0.6], [0.6, 0.2])
        )
        assert one.lead == 0
        assert one.closeness == two.closeness == pytest.approx(0.6)
        assert two.lead == pytest.approx(2, rel=1e-4)

    def test_words_count_more_where_everything_is_close(self) -> None:
        spread = Spread(0.2, 0.1)  # the same for both, so that the same lead is as many deviations
        far, close = (
            weigh_sides(
                side([0] * ARTICLES),
                Evidence(floats([0] * ARTICLES), floats([best, *[best - 0.1] * (ARTICLES - 1)]), spread, spread),
                ONE_EACH,
            )
            for best in (0.6, 0.9)
        )
        assert close.lead == pytest.approx(far.lead, abs=1e-4)
        assert close.meaning < far.meaning

    def test_where_no_passage_was_compared_meaning_gets_the_least(self) -> None:
        nothing = Passages.of(rows_of([]), rows_of([0, 1, 2]))
        meaning = Evidence(floats([0.5, 0.1]), floats([]), Spread(0.3, 0.2), Spread(0, 0))
        assert weigh_sides(side([1, 0], compared=nothing), meaning, nothing).meaning == 0.25


class TestFuse:
    @given(values, values, shares, st.sampled_from([0.5, 2, 8]), st.integers(-1, 1))
    def test_scale_and_offset_of_the_words_make_no_difference(
        self, keyword: Scores, cosines: Scores, share: Share, scale: float, offset: int
    ) -> None:
        plain = fuse(side(keyword), side(cosines), share)
        moved = fuse(side(keyword * np.float32(scale) + np.float32(offset)), side(cosines), share)
        assert np.allclose(plain.articles, moved.articles, atol=CLOSE)
        assert np.allclose(plain.passages, moved.passages, atol=CLOSE)

    @given(values, values, shares, st.sampled_from([0.5, 2, 8]), st.integers(-1, 1))
    def test_scale_and_offset_of_the_cosines_make_no_difference(
        self, keyword: Scores, cosines: Scores, share: Share, scale: float, offset: int
    ) -> None:
        changed = cosines * np.float32(scale) + np.float32(offset)
        plain, moved = (fuse(side(keyword), side(meaning), share) for meaning in (cosines, changed))
        assert np.allclose(plain.articles, moved.articles, atol=CLOSE)
        assert np.allclose(plain.passages, moved.passages, atol=CLOSE)

    @given(values)
    def test_a_side_alone_leaves_its_order(self, scores: Scores) -> None:
        by_words, by_meaning = fuse(side(scores), None, Share(0)), fuse(None, side(scores), Share(1))
        for fused in (by_words, by_meaning):
            assert_same_order(scores, fused.articles)
            assert_same_order(scores, fused.passages)
        assert not by_words.meaning.any()
        assert not by_meaning.keyword.any()

    @given(values, values, shares, st.sets(st.integers(0, ARTICLES - 1), min_size=1))
    def test_an_article_whose_passages_were_not_compared_never_stands_above_one_whose_were(
        self, keyword: Scores, cosines: Scores, share: Share, chosen: set[int]
    ) -> None:
        compared = Passages.of(rows_of(sorted(chosen)), rows_of(range(ARTICLES + 1)))
        semantic = side(cosines, compared=compared)
        for words in (side(keyword, compared=compared), None):
            fused = fuse(words, semantic, share)
            assert fused.passages.shape == compared.rows.shape
            best = compared.pool(fused.passages, fused.articles)
            others = [row for row in range(ARTICLES) if row not in chosen]
            assert best[others].max(initial=-np.inf) <= best[sorted(chosen)].min()

    def test_a_side_that_says_the_same_of_everything_says_nothing(self) -> None:
        fused = fuse(side([7] * ARTICLES), side(list(range(ARTICLES)), [0.5] * ARTICLES), Share(0.5))
        assert not fused.keyword.any()
        assert not fused.passages.any()
        assert fused.meaning.any()

    def test_what_both_sides_favour_beats_what_one_side_favours(self) -> None:
        fused = fuse(side([9, 8, 0, 0]), side([0, 0.8, 0.9, 0]), Share(0.5))
        assert int(np.argmax(fused.articles)) == 1
        assert int(np.argmax(fused.passages)) == 1

    @pytest.mark.parametrize(("share", "best"), [(0.1, 0), (0.9, 1)])
    def test_which_passage_is_the_best_both_sides_have_a_say_by_their_share(self, share: float, best: int) -> None:
        fused = fuse(side([1, 0], [4, 0, 0]), side([0.5, 0.1], [0.1, 0.9, 0.1]), Share(share))
        assert int(np.argmax(fused.passages[all_of(2, 1).of_article(0)])) == best

    def test_one_good_passage_lifts_its_article(self) -> None:
        compared = all_of(2, 2)
        by_words = fuse(side([1, 1], [0.2, 5, 1, 1]), None, Share(0))
        by_meaning = fuse(None, side([0.5, 0.5], [0.1, 0.9, 0.4, 0.4]), Share(1))
        for fused in (by_words, by_meaning):
            best = compared.pool(fused.passages, fused.articles)
            assert best[0] > best[1]

    def test_an_article_without_a_passage_has_the_lowest_passage_part(self) -> None:
        fused = fuse(side([1, 9, 2], [1, 2]), None, Share(0))
        best = all_of(1, 0, 1).pool(fused.passages, fused.articles)
        assert best[1] == best.min()

    def test_the_evidence_is_left_as_it_was(self) -> None:
        keyword, semantic = side([3, 1, 2]), side([0.1, 0.4, 0.2])
        fuse(keyword, semantic, Share(0.5))
        assert keyword.articles.tolist() == keyword.passages.tolist() == [3, 1, 2]
        assert semantic.articles.tolist() == semantic.passages.tolist() == floats([0.1, 0.4, 0.2]).tolist()

    def test_without_any_side_there_is_nothing_to_fuse(self) -> None:
        with pytest.raises(ValueError, match="side"):
            fuse(None, None, Share(0.5))
