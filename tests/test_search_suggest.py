"""Suggestions: what holds the typed words, read freely enough, titles and the most used before the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.suggest import SuggestIndex, choose
from kb.search.suggest_tables import Entry, Kind, compile_tables
from kb.search.types import Suggestion

TITLES = (
    ("Wi-Fi keeps dropping", "/articles/wifi/drops"),
    ("Slow Wi-Fi in one room", "/articles/wifi/slow"),
    ("Red light on the fibre box", "/articles/no-internet/red-light"),
    ("DNS_PROBE_FINISHED_NXDOMAIN", "/articles/no-internet/dns"),
    ("The router disconnects at night", "/articles/wifi/night"),
)
MORE = (
    Entry(0, Kind.SYMPTOM, "it keeps cutting out"),
    Entry(0, Kind.HEADING, "Change the channel", TITLES[0][0], "#change-the-channel"),
    Entry(1, Kind.HEADING, "Change the channel", TITLES[1][0], "#change-the-channel"),
    Entry(3, Kind.SYMPTOM, "0x80072EE7"),
    Entry(3, Kind.HEADING, "Set the ipaddress by hand", TITLES[3][0], "#set"),
)


@pytest.fixture(scope="module")
def index() -> SuggestIndex:
    entries = [Entry(row, Kind.TITLE, title) for row, (title, _) in enumerate(TITLES)]
    return SuggestIndex(compile_tables([Suggestion(title, url, "Wi-Fi") for title, url in TITLES], [*entries, *MORE]))


def urls(index: SuggestIndex, text: str, limit: int = 8) -> list[str]:
    return [suggestion.url for suggestion in index.suggest(text, limit)]


def test_the_beginning_of_a_word_is_enough(index: SuggestIndex) -> None:
    assert urls(index, "re") == ["/articles/no-internet/red-light"]


@pytest.mark.parametrize("text", ["fib", "box fibre", "the light on r"])
def test_words_count_wherever_they_stand(index: SuggestIndex, text: str) -> None:
    assert urls(index, text) == ["/articles/no-internet/red-light"]


def test_every_word_must_be_there(index: SuggestIndex) -> None:
    assert urls(index, "slow fibre") == []


def test_stop_words_need_not_be_there(index: SuggestIndex) -> None:
    assert urls(index, "why is there a red light") == ["/articles/no-internet/red-light"]


@pytest.mark.parametrize("text", ["probe nx", "dns_probe", "dns-probe-fin", "DNSPROBE", "dns probe finished nxdomain"])
def test_a_code_is_found_however_its_parts_are_joined(index: SuggestIndex, text: str) -> None:
    assert urls(index, text) == ["/articles/no-internet/dns"]


@pytest.mark.parametrize("text", ["can't connect", "can’t connect", "CAN'T"])
def test_an_apostrophe_joins_no_compound(text: str) -> None:
    pages = [Suggestion("Significant connections", "/a", ""), Suggestion("I can't connect", "/b", "")]
    index = SuggestIndex(compile_tables(pages, [Entry(row, Kind.TITLE, page.text) for row, page in enumerate(pages)]))
    assert urls(index, text)[0] == "/b"


@pytest.mark.parametrize("text", ["wifi", "wi-fi", "wi fi", "WIFI"])
def test_a_compound_is_found_in_each_spelling(index: SuggestIndex, text: str) -> None:
    assert set(urls(index, text)) >= {"/articles/wifi/drops", "/articles/wifi/slow"}


def test_the_middle_of_a_word_is_found_from_three_letters(index: SuggestIndex) -> None:
    assert urls(index, "connects") == ["/articles/wifi/night"]
    assert urls(index, "address") == ["/articles/no-internet/dns#set"]
    assert urls(index, "res") == ["/articles/no-internet/dns#set"]
    assert urls(index, "es") == []


@pytest.mark.parametrize(
    "text", ["ruoter", "rooter", "roter", "routter", "outer", "orut", "disconect", "dissconects", "kisconnects"]
)
def test_a_slip_is_forgiven_even_in_half_a_word(index: SuggestIndex, text: str) -> None:
    assert urls(index, text)[0] == "/articles/wifi/night"


@pytest.mark.parametrize("text", ["rxx", "rxxter", "0x80072EE8", "80073", "nigth2"])
def test_short_words_codes_and_numbers_are_taken_as_typed(index: SuggestIndex, text: str) -> None:
    assert urls(index, text) == []


def test_what_begins_alike_comes_first_then_the_shortest(index: SuggestIndex) -> None:
    assert urls(index, "wi-fi") == ["/articles/wifi/drops", "/articles/wifi/slow"]
    assert urls(index, "slow")[0] == "/articles/wifi/slow"


def test_titles_come_before_symptoms_and_these_before_headings(index: SuggestIndex) -> None:
    assert urls(index, "c") == [
        "/articles/wifi/drops",
        "/articles/wifi/drops#change-the-channel",
        "/articles/wifi/slow#change-the-channel",
    ]


def test_a_heading_is_found_by_its_title_too_but_not_by_it_alone(index: SuggestIndex) -> None:
    assert urls(index, "slow channel") == ["/articles/wifi/slow#change-the-channel"]
    assert urls(index, "slow") == ["/articles/wifi/slow"]


def test_what_is_opened_most_comes_first(index: SuggestIndex) -> None:
    used = np.array([0, 7, 0, 0, 0], np.int32)
    assert [suggestion.url for suggestion in index.suggest("wi-fi", 8, used)] == ["/articles/wifi/slow", "/articles/wifi/drops"]


def test_use_does_not_lift_what_was_read_freely_above_what_was_typed(index: SuggestIndex) -> None:
    """Of two titles, the one with the typed word is first, whatever the other's use."""
    pages = [Suggestion("Router", "/a", ""), Suggestion("Subrouters", "/b", "")]
    one = SuggestIndex(compile_tables(pages, [Entry(row, Kind.TITLE, page.text) for row, page in enumerate(pages)]))
    assert [found.url for found in one.suggest("router", 8, np.array([0, 99], np.int32))] == ["/a", "/b"]


def test_an_address_is_suggested_once(index: SuggestIndex) -> None:
    assert urls(index, "keeps") == ["/articles/wifi/drops"]


def test_only_words_that_stand_in_the_suggestions_are_known(index: SuggestIndex) -> None:
    assert index.knows("why does my router drop to the red light") is False
    assert index.knows("Does the ROUTER have a red light?") is True
    assert index.knows("router of Smith") is False
    assert index.knows("rout") is False


@pytest.mark.parametrize("text", ["", "   ", "!!", "🙂", "\ud800", "\x00"])
def test_nothing_typed_suggests_nothing(index: SuggestIndex, text: str) -> None:
    assert urls(index, text) == []


def test_a_partition_without_articles_suggests_nothing() -> None:
    assert SuggestIndex(compile_tables([], [])).suggest("router", 8) == ()


@given(st.text(max_size=80), st.integers(-1, 5))
def test_any_text_gets_at_most_the_limit(text: str, limit: int) -> None:
    pages = [Suggestion(f"Router {number}", f"/articles/{number}", "") for number in range(10)]
    index = SuggestIndex(compile_tables(pages, [Entry(row, Kind.TITLE, page.text) for row, page in enumerate(pages)]))
    assert len(index.suggest(text, limit)) <= max(limit, 0)


@given(st.lists(st.text(max_size=30), max_size=20), st.data())
def test_every_title_is_found_by_the_beginnings_of_its_words(titles: list[str], data: st.DataObject) -> None:
    pages = [Suggestion(title, f"/{row}", "") for row, title in enumerate(titles)]
    index = SuggestIndex(compile_tables(pages, [Entry(row, Kind.TITLE, title) for row, title in enumerate(titles)]))
    for row, title in enumerate(titles):
        if index.knows(title) and any(char.isalnum() for char in title):
            assert f"/{row}" in [found.url for found in index.suggest(title, 50)]


def test_of_several_indexes_the_best_are_chosen_together(index: SuggestIndex) -> None:
    other = SuggestIndex(compile_tables([Suggestion("Wi-Fi box", "/other", "")], [Entry(0, Kind.TITLE, "Wi-Fi box")]))
    found = index.find("wifi", 8) + other.find("wifi", 8, np.array([2], np.int32))
    assert [one.url for one in choose(found, 2)] == ["/other", "/articles/wifi/drops"]
