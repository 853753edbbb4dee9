"""Suggestions: what begins like the typed words, titles before the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.suggest import Entry, SuggestIndex
from kb.search.types import Suggestion


def entry(text: str, url: str, rank: int = 0) -> Entry:
    return Entry(Suggestion(text, url, "Wi-Fi"), text, rank)


@pytest.fixture
def index() -> SuggestIndex:
    return SuggestIndex(
        [
            entry("Wi-Fi keeps dropping", "/articles/wifi/drops"),
            entry("Slow Wi-Fi in one room", "/articles/wifi/slow"),
            entry("it keeps cutting out", "/articles/wifi/drops", rank=1),
            entry("Red light on the fibre box", "/articles/no-internet/red-light"),
        ]
    )


def urls(index: SuggestIndex, text: str, limit: int = 8) -> list[str]:
    return [suggestion.url for suggestion in index.suggest(text, limit)]


def test_the_beginning_of_a_word_is_enough(index: SuggestIndex) -> None:
    assert urls(index, "re") == ["/articles/no-internet/red-light"]


def test_words_in_the_middle_count_too(index: SuggestIndex) -> None:
    assert urls(index, "fib") == ["/articles/no-internet/red-light"]


def test_every_word_must_be_there(index: SuggestIndex) -> None:
    assert urls(index, "slow fibre") == []


def test_what_begins_alike_comes_first(index: SuggestIndex) -> None:
    assert urls(index, "wi-fi") == ["/articles/wifi/drops", "/articles/wifi/slow"]


def test_an_address_is_suggested_once(index: SuggestIndex) -> None:
    assert urls(index, "keeps") == ["/articles/wifi/drops"]


@pytest.mark.parametrize("text", ["", "   ", "!!", "🙂"])
def test_nothing_typed_suggests_nothing(index: SuggestIndex, text: str) -> None:
    assert urls(index, text) == []


@given(st.text(max_size=80), st.integers(-1, 5))
def test_any_text_gets_at_most_the_limit(text: str, limit: int) -> None:
    index = SuggestIndex([entry(f"Router {number}", f"/articles/{number}") for number in range(10)])
    assert len(index.suggest(text, limit)) <= max(limit, 0)
