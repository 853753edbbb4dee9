"""Ranking: what stands above what, what is a result at all, and what each stage is answerable for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import terms
from kb.search.codes import Place
from kb.search.evidence import Evidence, Passages, spread_of
from kb.search.explaining import PARTS
from kb.search.fusion import FIXED_SHARE, Share
from kb.search.gathering import Found, Indexes, gather
from kb.search.neighbours import NEIGHBOURS_FILE, Neighbours
from kb.search.ranking import ENOUGH_COVERAGE, ENOUGH_SIMILARITY, LEAST_SIMILARITY, Ranked, find_results, order_by, rank
from kb.search.stages import ALL_STAGES, STAGE_NAMES
from kb.search.titles import Titles
from kb.search.types import Mask, Mode, Scores, WeightedTerm
from tests.content_files import make_article, write_keyword_index

ARTICLES = (
    make_article("a", "Reset the router", "Press the button and wait for the lights."),
    make_article("b", "Lights on the router", "Red lights tell of a fault. The fault has a number."),
    make_article("c", "A slow line", "Measure the speed at night. Error 651 is something else."),
    make_article("d", "Error 651", "The line refuses the name.", ("Error 651",)),
    make_article("e", "Mail stays in the outbox", "The server refuses the password."),
    make_article("f", "The router and the mail", "A port may be closed in the router."),
)
QUESTION = tuple(WeightedTerm(term) for term in terms("router lights refuse"))
COSINES = np.array([0.3, 0.7, 0.1, 0.2, 0.4, 0.6], np.float32)
NOTHING = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Search:
    """One question put to the six articles."""

    indexes: Indexes
    found: Found

    def rank(self, *, without: str = "", **found: object) -> Ranked:
        """Rank with a stage left out, or with something else found."""
        stages = ALL_STAGES.without(without) if without else ALL_STAGES
        return rank(self.indexes, replace(self.found, **found), stages)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    folder: Path = tmp_path_factory.mktemp("ranking")
    keyword = write_keyword_index(folder / "keyword", ARTICLES)
    np.save(folder / NEIGHBOURS_FILE, np.array([[1, 5], [0, 5], [3, 4], [2, 4], [5, 3], [0, 4]], np.int32))
    first = np.arange(0, 2 * len(ARTICLES) + 1, 2, dtype=np.int32)  # the article itself, and its one section
    titles = Titles(keyword.titles, keyword.articles)
    indexes = Indexes(keyword, None, Neighbours(folder), titles, first)
    by_words = gather(indexes, keyword.look_up(QUESTION), Mode.KEYWORD, None, {})
    spread = spread_of(COSINES)
    semantic = Evidence(COSINES, np.repeat(COSINES, 2), spread, spread)
    return Search(indexes, replace(by_words, mode=Mode.HYBRID, semantic=semantic, similarity=COSINES))


def everything(ranked: Ranked) -> list[str]:
    """The ids of all articles in order."""
    return [ARTICLES[row].id for row in order_by(ranked, np.ones(len(ARTICLES), np.bool_), len(ARTICLES))]


class TestOrder:
    @pytest.mark.parametrize("count", range(1, 5))
    def test_where_holders_of_the_code_fill_the_page_no_other_is_on_it(self, count: int) -> None:
        values = np.zeros(40, np.float32)
        values[:3] = 9
        tiers = np.zeros(40, np.int32)
        tiers[[20, 30]] = 1
        ranked = Ranked(values, Share(0.5), {}, tiers, NOTHING)
        assert order_by(ranked, np.ones(40, np.bool_), count).tolist() == [20, 30, 0, 1][:count]

    def test_what_both_sides_favour_is_first(self, search: Search) -> None:
        assert everything(search.rank())[0] == "b"

    def test_who_holds_the_code_stands_above_any_similar_article_declared_before_title_before_body(self, search: Search) -> None:
        holders = {0: Place.TITLE, 2: Place.BODY, 3: Place.DECLARED}
        assert everything(search.rank(holders=holders))[:4] == ["d", "a", "c", "b"]

    def test_among_holders_in_the_same_place_the_score_decides(self, search: Search) -> None:
        plain = everything(search.rank())
        assert everything(search.rank(holders=dict.fromkeys(range(len(ARTICLES)), Place.BODY))) == plain

    @given(st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 3), st.booleans()), min_size=1, max_size=20), st.integers(1, 25))
    def test_the_results_and_no_others_stand_in_order_of_code_score_and_row(
        self, articles: list[tuple[int, int, bool]], count: int
    ) -> None:
        scores, tiers, results = (np.array(column) for column in zip(*articles, strict=True))
        ranked = Ranked(scores.astype(np.float32), Share(0.5), {}, tiers.astype(np.int32), NOTHING)
        order = order_by(ranked, results, count).tolist()
        expected = sorted(np.flatnonzero(results).tolist(), key=lambda row: (-tiers[row], -scores[row], row))
        assert order == expected[:count]


class TestPassages:
    def test_the_best_passage_speaks_for_its_article(self, search: Search) -> None:
        ranked = search.rank(without="whole_articles")
        pairs = ranked.passages.reshape(len(ARTICLES), 2)
        assert ranked.parts["best passage"].tolist() == pairs.max(axis=1).tolist()
        assert (pairs[:, 0] != pairs[:, 1]).any()

    def test_an_article_whose_passages_were_not_compared_gains_no_more_by_them_than_any_whose_were(self, search: Search) -> None:
        only = compare(search, 2, 3, 5)
        ranked = rank(search.indexes, only, ALL_STAGES)
        best = ranked.parts["best passage"]
        assert ranked.passages.shape == only.compared.rows.shape
        assert best[[0, 1, 4]].max() <= best[[2, 3, 5]].min()

    def test_without_a_passage_to_compare_whole_articles_are_ranked(self, search: Search) -> None:
        ranked = rank(search.indexes, compare(search), ALL_STAGES)
        assert ranked.passages.tolist() == []
        assert everything(ranked)[0] == "b"


def compare(search: Search, *articles: int) -> Found:
    """The same found, but that the passages of some articles alone were compared."""
    found = search.found
    assert found.keyword
    assert found.semantic
    compared = Passages.of(np.array(articles, np.int32), search.indexes.first_passages)
    keyword = replace(found.keyword, passages=found.keyword.passages[compared.rows])
    semantic = replace(found.semantic, passages=found.semantic.passages[compared.rows])
    return replace(found, compared=compared, keyword=keyword, semantic=semantic)


class TestStages:
    def test_a_score_is_the_sum_of_its_parts_which_can_all_be_explained(self, search: Search) -> None:
        ranked = search.rank()
        assert set(ranked.parts) == set(PARTS)
        assert np.allclose(ranked.scores, sum(ranked.parts.values()), atol=1e-5)

    @pytest.mark.parametrize(("stage", "part"), [("titles", "title"), ("neighbours", "neighbours")])
    def test_without_titles_or_neighbours_their_part_alone_is_missing(self, search: Search, stage: str, part: str) -> None:
        full, less = (rank_untitled(search, "feedback", *left) for left in ((), (stage,)))
        assert set(full.parts) - set(less.parts) == {part}
        assert all((value == full.parts[name]).all() for name, value in less.parts.items())

    def test_without_passages_the_whole_articles_have_all_of_their_weight(self, search: Search) -> None:
        full, less = (rank_untitled(search, "feedback", *left) for left in ((), ("passages",)))
        assert not less.parts["best passage"].any()
        for part in ("words, whole article", "meaning, whole article"):
            assert np.allclose(less.parts[part], 2 * full.parts[part], atol=1e-5)

    def test_without_whole_articles_the_passages_have_all_of_their_weight(self, search: Search) -> None:
        full, less = (rank_untitled(search, *left) for left in ((), ("whole_articles",)))
        assert not less.parts["words, whole article"].any()
        assert not less.parts["meaning, whole article"].any()
        assert np.allclose(less.parts["best passage"], 2 * full.parts["best passage"], atol=1e-5)

    def test_without_weighing_the_share_of_meaning_is_fixed(self, search: Search) -> None:
        assert search.rank(without="weighing").share.meaning == FIXED_SHARE
        assert search.rank().share.meaning != FIXED_SHARE

    def test_without_weighing_a_side_alone_still_has_all_of_the_weight(self, search: Search) -> None:
        assert search.rank(without="weighing", semantic=None, mode=Mode.KEYWORD).share.meaning == 0
        assert search.rank(without="weighing", keyword=None, mode=Mode.SEMANTIC).share.meaning == 1

    def test_feedback_changes_the_words_of_whole_articles_and_what_neighbours_lend_of_them(self, search: Search) -> None:
        full, less = rank_untitled(search), rank_untitled(search, "feedback")
        changed = {name for name in full.parts if not np.allclose(full.parts[name], less.parts[name], atol=1e-6)}
        assert changed == {"words, whole article", "neighbours"}

    def test_a_code_lifts_its_holders_by_a_tier_and_touches_no_score(self, search: Search) -> None:
        lifted, plain = search.rank(holders={3: Place.DECLARED, 2: Place.BODY}), search.rank()
        assert lifted.tiers.tolist() == [0, 0, 1, 3, 0, 0]
        assert not plain.tiers.any()
        assert (lifted.scores == plain.scores).all()

    def test_where_a_title_says_all_of_the_question_neighbours_and_feedback_say_nothing(self, search: Search) -> None:
        likeness = scores(0, 1, 0, 0, 0, 0)
        full, less = (search.rank(without=stage, title_likeness=likeness) for stage in ("", "feedback"))
        assert "neighbours" not in full.parts
        assert (full.scores == less.scores).all()
        assert int(np.argmax(full.scores)) == 1

    @pytest.mark.parametrize("stage", ["spelling", "synonyms"])
    def test_stages_that_understand_the_question_have_no_part_in_ranking(self, search: Search, stage: str) -> None:
        assert (search.rank(without=stage).scores == search.rank().scores).all()

    @pytest.mark.parametrize("stage", STAGE_NAMES)
    def test_any_stage_can_be_left_out(self, search: Search, stage: str) -> None:
        assert np.isfinite(search.rank(without=stage).scores).all()


def rank_untitled(search: Search, *left_out: str) -> Ranked:
    """Rank with stages left out, where no title says anything of the question."""
    stages = ALL_STAGES
    for stage in left_out:
        stages = stages.without(stage)
    found = replace(search.found, title_likeness=np.zeros(len(ARTICLES), np.float32))
    return rank(search.indexes, found, stages)


class TestResults:
    def found(self, search: Search, **found: object) -> Found:
        nothing = np.zeros(len(ARTICLES), np.float32)
        return replace(search.found, **({"coverage": nothing, "similarity": nothing} | found))  # type: ignore[arg-type]

    def holds(self, found: Found, without: str = "") -> list[int]:
        results: Mask = find_results(found, ALL_STAGES.without(without) if without else ALL_STAGES)
        return np.flatnonzero(results).tolist()

    def test_by_keyword_it_is_who_holds_any_word(self, search: Search) -> None:
        coverage = scores(0.01, 0, 1, 0, 0, 0)
        assert self.holds(self.found(search, mode=Mode.KEYWORD, coverage=coverage, similarity=scores(1, 1, 1, 1, 1, 1))) == [0, 2]

    def test_by_meaning_it_is_who_comes_close_to_the_best_whatever_the_words(self, search: Search) -> None:
        near = LEAST_SIMILARITY / ENOUGH_SIMILARITY + 0.2
        similarity = scores(near, near * ENOUGH_SIMILARITY, near * ENOUGH_SIMILARITY - 0.01, 0, 0, 0)
        found = self.found(search, mode=Mode.SEMANTIC, similarity=similarity, coverage=scores(0, 0, 1, 1, 1, 1))
        assert self.holds(found) == [0, 1]

    def test_what_is_not_close_at_all_is_no_result_though_nothing_is_closer(self, search: Search) -> None:
        similarity = scores(LEAST_SIMILARITY - 0.01, 0.1, 0, 0, 0, 0)
        for mode in (Mode.SEMANTIC, Mode.HYBRID):
            assert self.holds(self.found(search, mode=mode, similarity=similarity)) == []
        assert self.holds(self.found(search, similarity=scores(LEAST_SIMILARITY, 0.1, 0, 0, 0, 0))) == [0]

    def test_of_both_sides_either_is_enough(self, search: Search) -> None:
        coverage = scores(ENOUGH_COVERAGE, ENOUGH_COVERAGE - 0.01, 0, 0, 0, 0)
        assert self.holds(self.found(search, coverage=coverage, similarity=scores(0, 0, 0.9, 0, 0, 0))) == [0, 2]

    def test_who_holds_a_code_is_a_result_unless_codes_are_left_out(self, search: Search) -> None:
        found = self.found(search, holders={4: Place.BODY})
        assert self.holds(found) == [4]
        assert self.holds(found, without="identifiers") == []


def scores(*values: float) -> Scores:
    return np.array(values, np.float32)
