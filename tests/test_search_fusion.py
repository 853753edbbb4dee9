"""Fusion: both sides on one scale, weighed by the evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kb.search.evidence import KeywordEvidence, PassageScores, SemanticEvidence, Spread, spread_of
from kb.search.fusion import Share, find_best_passage, fuse, weigh_sides
from kb.search.types import Rows, Scores

ARTICLES = 12
CLOSE = 0.02  # a deviation in 32 bits
values = arrays(np.float32, ARTICLES, elements=st.integers(-8, 8).map(lambda whole: whole / 8))
shares = st.floats(0, 1).map(Share)


def floats(numbers: Sequence[float] | Scores) -> Scores:
    return np.array(numbers, np.float32)


def first_of(counts: Sequence[int]) -> Rows:
    """The row of each article's first passage, from how many passages each has."""
    return np.array([0, *np.cumsum(counts)], np.int32)


ONE_EACH = first_of([1] * ARTICLES)


def words(articles: Sequence[float] | Scores, passages: Sequence[float] | Scores | None = None) -> KeywordEvidence:
    whole, parts = floats(articles), floats(articles if passages is None else passages)
    return KeywordEvidence(whole, parts, spread_of(whole), spread_of(parts))


def meaning(
    articles: Sequence[float] | Scores, passages: Sequence[float] | Scores, first: Rows, compared: Sequence[int] | None = None
) -> SemanticEvidence:
    """Evidence in which the passages of some articles were compared, of all unless said otherwise."""
    chosen = np.array([row for row in (range(len(articles)) if compared is None else compared) if first[row] < first[row + 1]])
    rows = np.concatenate([np.arange(first[row], first[row + 1]) for row in chosen]).astype(np.int32)
    counts = np.diff(first)[chosen]
    starts = (np.cumsum(counts) - counts).astype(np.int32)
    scores = floats(passages)
    return SemanticEvidence(
        floats(articles),
        PassageScores(chosen.astype(np.int32), starts, rows, scores[rows]),
        spread_of(floats(articles)),
        spread_of(scores),
    )


def assert_same_order(one: Scores, other: Scores) -> None:
    """What one puts clearly in front of something, the other does not put behind it."""
    ahead = one[:, np.newaxis] - one[np.newaxis, :] > 1e-3
    assert (other[:, np.newaxis] - other[np.newaxis, :] > -1e-3)[ahead].all()


class TestShare:
    @given(values, values)
    def test_it_stays_within_its_bounds_whatever_the_evidence(self, whole: Scores, passages: Scores) -> None:
        share = weigh_sides(meaning(whole, passages, ONE_EACH), words(whole))
        assert 0.25 <= share.meaning <= 0.9

    def test_a_side_that_is_not_there_gets_none_and_the_other_all(self) -> None:
        some = meaning([0.1] * ARTICLES, [0.1] * ARTICLES, ONE_EACH)
        assert weigh_sides(None, words([1] * ARTICLES)).meaning == 0
        assert weigh_sides(some, None).meaning == 1

    def test_meaning_counts_more_the_further_its_best_is_clear_of_the_fifth(self) -> None:
        near, clear = (
            weigh_sides(meaning([0] * ARTICLES, [0.6, *[other] * 5, *[0.1] * 6], ONE_EACH), words([0] * ARTICLES))
            for other in (0.55, 0.3)
        )
        assert clear.closeness == near.closeness
        assert clear.lead > near.lead
        assert clear.meaning > near.meaning

    def test_words_count_more_where_everything_is_close(self) -> None:
        spread = Spread(0.2, 0.1)  # the same for both, so that the same lead is as many deviations
        far, close = (
            weigh_sides(
                SemanticEvidence(
                    floats([0.0] * ARTICLES),
                    PassageScores(
                        np.arange(ARTICLES, dtype=np.int32),
                        np.arange(ARTICLES, dtype=np.int32),
                        np.arange(ARTICLES, dtype=np.int32),
                        floats([best, *[best - 0.1] * (ARTICLES - 1)]),
                    ),
                    spread,
                    spread,
                ),
                words([0] * ARTICLES),
            )
            for best in (0.6, 0.9)
        )
        assert close.lead == pytest.approx(far.lead, abs=1e-4)
        assert close.meaning < far.meaning

    def test_where_no_passage_was_compared_meaning_gets_the_least(self) -> None:
        none = np.zeros(0, np.int32)
        nothing = PassageScores(none, none, none, floats([]))
        evidence = SemanticEvidence(floats([0.5, 0.1]), nothing, Spread(0.3, 0.2), Spread(0, 0))
        assert weigh_sides(evidence, words([1, 0])).meaning == 0.25


class TestFuse:
    @given(values, values, shares, st.sampled_from([0.5, 2, 8]), st.integers(-1, 1))
    def test_scale_and_offset_of_the_words_make_no_difference(
        self, keyword: Scores, cosines: Scores, share: Share, scale: float, offset: int
    ) -> None:
        semantic = meaning(cosines, cosines, ONE_EACH)
        plain = fuse(words(keyword), semantic, share, ONE_EACH)
        moved = fuse(words(keyword * np.float32(scale) + np.float32(offset)), semantic, share, ONE_EACH)
        assert np.allclose(plain.articles, moved.articles, atol=CLOSE)
        assert np.allclose(plain.passages, moved.passages, atol=CLOSE)

    @given(values, values, shares, st.sampled_from([0.5, 2, 8]), st.integers(-1, 1))
    def test_scale_and_offset_of_the_cosines_make_no_difference(
        self, keyword: Scores, cosines: Scores, share: Share, scale: float, offset: int
    ) -> None:
        changed = cosines * np.float32(scale) + np.float32(offset)
        plain, moved = (fuse(words(keyword), meaning(side, side, ONE_EACH), share, ONE_EACH) for side in (cosines, changed))
        assert np.allclose(plain.articles, moved.articles, atol=CLOSE)
        assert np.allclose(plain.passages, moved.passages, atol=CLOSE)

    @given(values)
    def test_a_side_alone_leaves_its_order(self, side: Scores) -> None:
        by_words = fuse(words(side), None, Share(0), ONE_EACH)
        by_meaning = fuse(None, meaning(side, side, ONE_EACH), Share(1), ONE_EACH)
        for fused in (by_words, by_meaning):
            assert_same_order(side, fused.articles)
            assert_same_order(side, fused.passages)

    @given(values, values, shares, st.sets(st.integers(0, ARTICLES - 1), min_size=1))
    def test_an_article_whose_passages_were_not_compared_never_stands_above_one_whose_were(
        self, keyword: Scores, cosines: Scores, share: Share, compared: set[int]
    ) -> None:
        semantic = meaning(cosines, cosines, ONE_EACH, sorted(compared))
        for side in (words(keyword), None):
            best = fuse(side, semantic, share, ONE_EACH).passages
            others = [row for row in range(ARTICLES) if row not in compared]
            assert best[others].max(initial=-np.inf) <= best[sorted(compared)].min()

    def test_a_side_that_says_the_same_of_everything_says_nothing(self) -> None:
        fused = fuse(words([7] * ARTICLES), meaning(list(range(ARTICLES)), [0.5] * ARTICLES, ONE_EACH), Share(0.5), ONE_EACH)
        assert not fused.keyword.any()
        assert not fused.passages.any()
        assert fused.meaning.any()

    def test_what_both_sides_favour_beats_what_one_side_favours(self) -> None:
        first = first_of([1] * 4)
        fused = fuse(words([9, 8, 0, 0]), meaning([0, 0.8, 0.9, 0], [0, 0.8, 0.9, 0], first), Share(0.5), first)
        assert int(np.argmax(fused.articles)) == 1

    def test_one_good_passage_lifts_its_article(self) -> None:
        first = first_of([2, 2])
        by_words = fuse(words([1, 1], [0.2, 5, 1, 1]), None, Share(0), first)
        by_meaning = fuse(None, meaning([0.5, 0.5], [0.1, 0.9, 0.4, 0.4], first), Share(1), first)
        assert by_words.passages[0] > by_words.passages[1]
        assert by_meaning.passages[0] > by_meaning.passages[1]

    def test_an_article_without_a_passage_has_the_lowest_passage_part(self) -> None:
        first = first_of([1, 0, 1])
        fused = fuse(words([1, 9, 2], [1, 2]), None, Share(0), first)
        assert fused.passages[1] == fused.passages.min()

    def test_without_any_side_there_is_nothing_to_fuse(self) -> None:
        with pytest.raises(ValueError, match="side"):
            fuse(None, None, Share(0.5), ONE_EACH)


class TestBestPassage:
    def test_both_sides_have_a_say_by_their_share(self) -> None:
        first = first_of([2, 1])
        keyword, semantic = words([1, 0], [4, 0, 0]), meaning([0.5, 0.1], [0.1, 0.9, 0.1], first)
        assert find_best_passage(0, keyword, semantic, Share(0.1), first) == 0
        assert find_best_passage(0, keyword, semantic, Share(0.9), first) == 1

    def test_of_equals_it_is_the_first(self) -> None:
        first = first_of([1, 3])
        assert find_best_passage(1, words([0, 1], [5, 2, 2, 2]), None, Share(0), first) == 1

    def test_an_article_without_passages_has_none(self) -> None:
        assert find_best_passage(1, words([0, 1, 0], [5, 2]), None, Share(0), first_of([1, 0, 1])) == -1

    def test_where_passages_were_not_compared_in_meaning_words_choose(self) -> None:
        first = first_of([2, 2])
        semantic = meaning([0.9, 0.1], [0.9, 0.8, 0.1, 0.2], first, compared=[0])
        assert find_best_passage(1, words([0, 1], [0, 0, 1, 5]), semantic, Share(0.9), first) == 3
