"""Titles: how much of the question a title says, and how little else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import terms
from kb.search.keyword import KeywordIndex
from kb.search.titles import Titles
from kb.search.types import Scores, WeightedTerm
from tests.content_files import make_article, write_keyword_index

TITLES = (
    "Red light on the fibre box",
    "Red light",
    "Wi-Fi keeps dropping",
    "Error 651 (DNS_PROBE_FINISHED_NXDOMAIN)",
    "?",
)
KNOWN = sorted({term for title in TITLES for term in terms(title)})


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    articles = [make_article(str(row), title, "A light in the text is not in the title.") for row, title in enumerate(TITLES)]
    return write_keyword_index(tmp_path_factory.mktemp("titles") / "keyword", articles)


def likeness_of(index: KeywordIndex, wanted: Sequence[WeightedTerm]) -> Scores:
    return Titles(index.titles, index.articles).likeness(index.look_up(wanted))


def ask(index: KeywordIndex, text: str) -> Scores:
    return likeness_of(index, [WeightedTerm(term) for term in dict.fromkeys(terms(text))])


@pytest.mark.parametrize("row", range(4))
def test_a_question_that_is_the_title_is_as_like_as_can_be_and_no_other_title_is(index: KeywordIndex, row: int) -> None:
    likeness = ask(index, TITLES[row])
    assert likeness[row] == pytest.approx(1, abs=1e-5)
    assert np.delete(likeness, row).max() < 1


def test_a_title_that_says_more_beside_is_less_like(index: KeywordIndex) -> None:
    likeness = ask(index, "red light")
    assert likeness[1] > likeness[0] > 0


def test_a_question_that_says_more_beside_is_less_like(index: KeywordIndex) -> None:
    assert ask(index, "red light")[1] > ask(index, "red light in the kitchen tonight")[1] > 0


def test_a_title_without_a_word_of_the_question_is_not_like_it_at_all(index: KeywordIndex) -> None:
    assert not ask(index, "printer").any()
    assert not likeness_of(index, []).any()


def test_what_a_synonym_adds_counts_less_than_what_was_asked(index: KeywordIndex) -> None:
    asked, added = (likeness_of(index, [WeightedTerm("red"), WeightedTerm("drop", weight)]) for weight in (1.0, 0.4))
    assert asked[2] > added[2] > 0


@given(st.dictionaries(st.sampled_from([*KNOWN, "printer", "zebra"]), st.floats(0.05, 1), max_size=8))
def test_likeness_is_from_nothing_to_one(index: KeywordIndex, asked: dict[str, float]) -> None:
    likeness = likeness_of(index, [WeightedTerm(term, weight) for term, weight in asked.items()])
    assert (likeness >= 0).all()
    assert (likeness <= 1 + 1e-5).all()
