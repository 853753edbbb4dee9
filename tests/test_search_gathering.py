"""Gathering: which passages are compared, and what both sides say of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from indexer.vectors import save_vectors
from kb.content.types import Article, Section
from kb.search import gathering
from kb.search.analysis import terms
from kb.search.codes import Place
from kb.search.evidence import spread_of
from kb.search.gathering import ARTICLES_COMPARED, COMPARED_IN_FULL, PASSAGES_COMPARED, Found, Indexes, gather
from kb.search.neighbours import Neighbours
from kb.search.passages import split_passages
from kb.search.postings import Sought
from kb.search.semantic import SemanticIndex
from kb.search.titles import Titles
from kb.search.types import Mode, Rows, Scores, WeightedTerm
from tests.content_files import make_article, write_keyword_index

DIMENSIONS = 64
CLOSE = 0.01  # int8 in 64 dimensions
MOST_PASSAGES = 30  # of an article
FAR = 5  # articles, of those furthest in meaning, that hold the rare word
BY_WORDS = 32  # articles that are compared for their words, beside those that are close in meaning
BY_WORDS_ALONE = 200

SYLLABLES = ("ba", "ko", "mu", "di", "fra", "nel", "tor", "pim")
WORDS = [f"{first}{second}{third}k" for first in SYLLABLES for second in SYLLABLES for third in SYLLABLES]
QUESTION = f"{WORDS[3]} {WORDS[77]} usual"


def unit(vectors: npt.NDArray[Any]) -> Scores:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


def write_article(id: int, words: Sequence[str], sections: int) -> Article:
    """An article whose title is its first three words, and whose sections share the others."""
    article = make_article(str(id), " ".join(words[:3]), "")
    texts = [" ".join(part) for part in np.array_split(np.array(words[3:]), sections)] if sections else []
    return replace(article, sections=tuple(Section(str(place), "", 1, "", text) for place, text in enumerate(texts)))


class Library:
    """Articles of so many passages each; the usual word is in all of them, the rare one in those furthest in meaning."""

    def __init__(self, folder: Path, counts: npt.NDArray[np.int64]) -> None:
        random = np.random.default_rng(11)
        subjects = unit(random.normal(size=(len(counts), DIMENSIONS)))
        self.owner = np.repeat(np.arange(len(counts)), counts)
        self.articles = unit(subjects + 0.05 * random.normal(size=subjects.shape))
        self.passages = unit(subjects[self.owner] + 0.1 * random.normal(size=(len(self.owner), DIMENSIONS)))
        self.query = unit(subjects[3] + 0.1 * random.normal(size=DIMENSIONS))
        self.far = np.sort(np.argsort(self.articles @ self.query)[:FAR])
        articles = []
        for row, count in enumerate(counts.tolist()):
            words = ["usual", *random.choice(WORDS, 2 + 8 * count).tolist()]
            rare = ["zebra"] * count if row in self.far else []
            articles.append(write_article(row, [*rare[:1], *words, *rare[1:]], count - 1))
        self.first: Rows = np.array([0, *np.cumsum([len(list(split_passages(article))) for article in articles])], np.int32)
        assert np.diff(self.first).tolist() == counts.tolist()
        keyword = write_keyword_index(folder / "keyword", articles)
        save_vectors(folder / "vectors", self.articles, self.passages)
        titles = Titles(keyword.titles, keyword.articles)
        vectors = folder / "vectors"
        self.indexes = Indexes(keyword, SemanticIndex(vectors), Neighbours(vectors), titles, self.first)

    def look_up(self, text: str) -> tuple[Sought, ...]:
        return self.indexes.keyword.look_up([WeightedTerm(term) for term in terms(text)])

    def ask(self, text: str, mode: Mode) -> Found:
        return gather(self.indexes, self.look_up(text), mode, None if mode is Mode.KEYWORD else self.query, {})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(tmp_path_factory.mktemp("small"), np.random.default_rng(1).integers(1, 6, 40))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library(tmp_path_factory.mktemp("large"), np.random.default_rng(2).integers(1, MOST_PASSAGES + 1, 400))
    assert len(library.passages) > COMPARED_IN_FULL
    return library


@pytest.fixture(params=["small", "large"])
def library(request: pytest.FixtureRequest) -> Library:
    found: Library = request.getfixturevalue(request.param)
    return found


class TestCandidates:
    @pytest.mark.parametrize("mode", Mode)
    def test_every_passage_of_a_small_partition_is_compared(self, small: Library, mode: Mode) -> None:
        for text in (QUESTION, "zebra", ""):
            assert small.ask(text, mode).compared.rows.tolist() == list(range(len(small.passages)))

    def test_only_passages_of_the_articles_closest_in_meaning_are_compared_in_a_large_one(self, large: Library) -> None:
        found = large.ask(QUESTION, Mode.SEMANTIC)
        assert PASSAGES_COMPARED <= len(found.compared.rows) < PASSAGES_COMPARED + MOST_PASSAGES
        assert found.semantic
        cosines = found.semantic.articles
        others = np.delete(cosines, found.compared.articles)
        assert cosines[found.compared.articles].min() >= others.max()

    @pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
    def test_the_passages_that_are_closest_of_all_are_among_them(self, large: Library, mode: Mode) -> None:
        true = large.passages @ large.query
        assert set(np.argsort(-true)[:10].tolist()) <= set(large.ask(QUESTION, mode).compared.rows.tolist())

    def test_of_articles_with_few_passages_no_more_are_compared_than_their_order_is_known_of(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gathering, "COMPARED_IN_FULL", 0)
        library = Library(tmp_path, np.random.default_rng(3).integers(1, 3, 300))
        assert len(library.ask(QUESTION, Mode.SEMANTIC).compared.articles) == ARTICLES_COMPARED

    def test_articles_that_are_best_by_words_are_compared_though_they_are_far_in_meaning(self, large: Library) -> None:
        by_meaning, by_both = (large.ask("zebra", mode).compared for mode in (Mode.SEMANTIC, Mode.HYBRID))
        assert not set(large.far) & set(by_meaning.articles)
        assert set(by_both.articles) == set(large.far) | set(by_meaning.articles)

    def test_beside_those_close_in_meaning_a_few_are_compared_for_their_words(self, large: Library) -> None:
        by_meaning, by_both = (large.ask("usual", mode).compared for mode in (Mode.SEMANTIC, Mode.HYBRID))
        assert set(by_meaning.articles) < set(by_both.articles)
        assert len(by_both.articles) <= len(by_meaning.articles) + BY_WORDS

    def test_by_words_alone_more_are_compared_and_none_that_holds_no_word(self, large: Library) -> None:
        assert len(large.ask("usual", Mode.KEYWORD).compared.articles) == BY_WORDS_ALONE
        assert large.ask("zebra", Mode.KEYWORD).compared.articles.tolist() == large.far.tolist()

    @pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.KEYWORD])
    def test_what_scores_best_by_words_is_always_among_them(self, large: Library, mode: Mode) -> None:
        found = large.ask(QUESTION, mode)
        assert found.keyword
        assert set(np.argsort(-found.keyword.articles)[:3]) <= set(found.compared.articles)

    @pytest.mark.parametrize("mode", Mode)
    def test_each_candidate_has_all_its_passages_and_no_others(self, large: Library, mode: Mode) -> None:
        compared = large.ask(QUESTION, mode).compared
        assert (np.diff(compared.articles) > 0).all()
        for article, rows in zip(compared.articles, np.split(compared.rows, compared.starts[1:]), strict=True):
            assert (rows == np.flatnonzero(large.owner == article)).all()

    @pytest.mark.parametrize("text", ["", "unheardof"])
    def test_where_nothing_is_found_by_words_nothing_is_compared_for_them(self, large: Library, text: str) -> None:
        by_words, by_meaning, by_both = (large.ask(text, mode) for mode in (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID))
        assert by_words.compared.rows.tolist() == []
        assert by_both.compared.rows.tolist() == by_meaning.compared.rows.tolist()


class TestEvidence:
    def test_both_sides_speak_of_the_passages_that_are_compared(self, library: Library) -> None:
        found = library.ask(QUESTION, Mode.HYBRID)
        assert found.keyword
        assert found.semantic
        rows, sought = found.compared.rows, library.look_up(QUESTION)
        words = library.indexes.keyword
        np.testing.assert_allclose(found.keyword.passages, words.passages.scores(sought)[rows], rtol=1e-5)
        np.testing.assert_allclose(found.semantic.passages, (library.passages @ library.query)[rows], atol=CLOSE)
        assert found.keyword.articles.tolist() == words.articles.scores(sought).tolist()
        np.testing.assert_allclose(found.semantic.articles, library.articles @ library.query, atol=CLOSE)

    def test_scores_lie_as_those_of_all_articles_and_passages_do_though_not_all_are_compared(self, library: Library) -> None:
        found = library.ask(QUESTION, Mode.HYBRID)
        assert found.keyword
        assert found.semantic
        sought = library.look_up(QUESTION)
        assert found.keyword.article_spread == spread_of(library.indexes.keyword.articles.scores(sought))
        assert found.keyword.passage_spread == library.indexes.keyword.passages.compare(found.compared.rows, sought)[1]
        for spread, true in (
            (found.semantic.article_spread, library.articles @ library.query),
            (found.semantic.passage_spread, library.passages @ library.query),
        ):
            assert spread.mean == pytest.approx(true.mean(), abs=0.002)
            assert spread.deviation == pytest.approx(true.std(), rel=0.02)

    def test_a_mode_has_the_sides_that_it_asks_for(self, library: Library) -> None:
        by_words, by_meaning, by_both = (library.ask(QUESTION, mode) for mode in (Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID))
        assert [found.mode for found in (by_words, by_meaning, by_both)] == [Mode.KEYWORD, Mode.SEMANTIC, Mode.HYBRID]
        assert by_both.keyword
        assert by_both.semantic
        assert by_words.keyword
        assert by_words.semantic is None
        assert by_meaning.keyword is None
        assert by_meaning.semantic

    def test_similarity_is_that_of_the_article_or_of_its_closest_passage_if_that_was_compared(self, large: Library) -> None:
        found = large.ask(QUESTION, Mode.HYBRID)
        assert found.semantic
        expected = found.semantic.articles.copy()
        for article in found.compared.articles.tolist():
            passages = found.semantic.passages[found.compared.of_article(article)]
            expected[article] = max(expected[article], passages.max())
        assert found.similarity.tolist() == expected.tolist()
        assert (found.similarity > found.semantic.articles).any()

    def test_without_meaning_nothing_is_similar(self, library: Library) -> None:
        similarity = library.ask(QUESTION, Mode.KEYWORD).similarity
        assert similarity.shape == (len(library.articles),)
        assert not similarity.any()

    @pytest.mark.parametrize("mode", Mode)
    def test_what_ranking_asks_beside_is_told_in_every_mode(self, library: Library, mode: Mode) -> None:
        sought, holders = library.look_up(QUESTION), {2: Place.TITLE}
        found = gather(library.indexes, sought, mode, None if mode is Mode.KEYWORD else library.query, holders)
        assert (found.sought, found.holders) == (sought, holders)
        assert found.coverage.tolist() == library.indexes.keyword.coverage(sought).tolist()
        assert found.title_likeness.tolist() == library.indexes.titles.likeness(sought).tolist()

    def test_a_query_of_nothing_is_like_nothing(self, library: Library) -> None:
        found = gather(library.indexes, (), Mode.HYBRID, np.zeros(DIMENSIONS, np.float32), {})
        assert found.keyword
        assert found.semantic
        for side in (found.keyword, found.semantic):
            assert not side.articles.any()
            assert not side.passages.any()
            assert side.article_spread.deviation == side.passage_spread.deviation == 0
        assert not found.similarity.any()


def test_articles_without_a_passage_are_never_compared(small: Library) -> None:
    first = small.first.copy()
    first[5:8] = first[5]  # of the articles between, the one behind has all passages
    found = gather(replace(small.indexes, first_passages=first), small.look_up(QUESTION), Mode.HYBRID, small.query, {})
    assert found.semantic
    assert not {5, 6} & set(found.compared.articles)
    assert found.similarity[[5, 6]].tolist() == found.semantic.articles[[5, 6]].tolist()


def test_a_partition_without_vectors_is_searched_by_words(small: Library) -> None:
    bare = replace(small.indexes, semantic=None, neighbours=None)
    found = gather(bare, small.look_up(QUESTION), Mode.KEYWORD, None, {})
    assert found.keyword
    assert found.keyword.articles.any()
    assert found.semantic is None


def test_an_empty_partition_has_nothing(tmp_path: Path) -> None:
    keyword = write_keyword_index(tmp_path / "keyword", [])
    indexes = Indexes(keyword, None, None, Titles(keyword.titles, keyword.articles), np.zeros(1, np.int32))
    found = gather(indexes, keyword.look_up([WeightedTerm("router")]), Mode.KEYWORD, None, {})
    assert found.compared.rows.shape == found.coverage.shape == found.similarity.shape == (0,)
