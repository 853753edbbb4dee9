"""Feedback: the words of the first articles are looked for as well, and the question stays what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.feedback import feed_back
from kb.search.keyword import KeywordIndex
from kb.search.postings import Sought
from kb.search.types import Scores, WeightedTerm
from tests.content_files import make_article, write_keyword_index

ARTICLES = (
    make_article("first", "Tunnel", "The handshake of the tunnel needs wireguard keys."),
    make_article("kin", "Wireguard", "A handshake with new keys."),
    make_article("stranger", "Printer", "Paper lies in the tray."),
    make_article("other", "Scanner", "The lid of the scanner is open."),
    make_article("tunnels", "Trains", "A train in a tunnel is late."),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return write_keyword_index(tmp_path_factory.mktemp("feedback") / "keyword", ARTICLES)


@pytest.fixture(scope="module")
def question(index: KeywordIndex) -> tuple[Sought, ...]:
    return index.look_up([WeightedTerm("tunnel")])


def clear_first(row: int) -> Scores:
    """Scores by which one article is far ahead of all others."""
    return np.array([20.0 if place == row else 0.0 for place in range(len(ARTICLES))], np.float32)


def test_an_article_that_shares_words_with_the_first_one_only_is_found(index: KeywordIndex, question: tuple[Sought, ...]) -> None:
    own = index.articles.scores(question)
    fed = feed_back(index, question, own, clear_first(0))
    assert own[1] == own[2] == 0
    assert fed[1] > 0.1
    assert fed[2] == pytest.approx(0)


def test_which_words_are_added_is_up_to_the_articles_that_are_first(index: KeywordIndex, question: tuple[Sought, ...]) -> None:
    own = index.articles.scores(question)
    assert feed_back(index, question, own, clear_first(3))[3] > 0.1
    assert feed_back(index, question, own, clear_first(0))[3] == pytest.approx(0)


@pytest.mark.parametrize("row", range(len(ARTICLES)))
def test_an_article_that_is_far_ahead_on_its_own_words_stays_first(index: KeywordIndex, row: int) -> None:
    asked = (("tunnel", "handshak"), ("wireguard",), ("paper",), ("lid",), ("train",))[row]
    question = index.look_up([WeightedTerm(term) for term in asked])
    own = index.articles.scores(question)
    assert int(np.argmax(own)) == row
    assert int(np.argmax(feed_back(index, question, own, clear_first(row)))) == row


def test_an_article_with_a_word_of_the_question_never_loses_to_one_that_has_nothing_of_either(
    index: KeywordIndex, question: tuple[Sought, ...]
) -> None:
    own = index.articles.scores(question)
    fed = feed_back(index, question, own, clear_first(0))
    assert fed[4] > fed[2]


def test_a_question_of_nothing_stays_as_it_is(index: KeywordIndex) -> None:
    nothing = np.zeros(len(ARTICLES), np.float32)
    assert feed_back(index, (), nothing, clear_first(0)) is nothing


def test_a_partition_of_one_article_or_of_no_words_is_no_trouble(tmp_path: Path) -> None:
    for name, article in (("one", ARTICLES[0]), ("wordless", make_article("a", "?", "!"))):
        index = write_keyword_index(tmp_path / name, [article])
        question = index.look_up([WeightedTerm("tunnel")])
        fed = feed_back(index, question, index.articles.scores(question), np.zeros(1, np.float32))
        assert np.isfinite(fed).all()
        assert fed.any() == (name == "one")


@given(st.lists(st.floats(-5, 5, width=32), min_size=len(ARTICLES), max_size=len(ARTICLES)))
def test_scores_stay_finite_and_are_never_negative(
    index: KeywordIndex, question: tuple[Sought, ...], scores: list[float]
) -> None:
    fed = feed_back(index, question, index.articles.scores(question), np.array(scores, np.float32))
    assert np.isfinite(fed).all()
    assert (fed >= 0).all()
