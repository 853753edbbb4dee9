"""Synonyms: found by words and phrases, only where the partition has them, and never above the word itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.vocabulary import write_vocabulary
from kb.content.synonyms import parse_synonyms
from kb.search.analysis import terms
from kb.search.synonyms import MAX_EXPANSIONS, SYNONYM_WEIGHT, Synonyms, compile_synonyms
from kb.search.types import Expansion
from kb.search.vocabulary import Vocabulary

LINES = """
modem, router, box, gateway
laggy => high ping, lag
optical terminal, ONT
sign in, log in
wifi, wireless
restart, power cycle
"""
TEXTS = (
    "Restart the router. High ping in games. Log in.",
    "The router and the modem. The ONT is red. Sign in to the wireless.",
    "A router with a box. Power it in a cycle.",
    "Nothing of that.",
)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("language") / "words"
    folder.mkdir()
    write_vocabulary(folder, TEXTS, [])
    return Vocabulary(folder)


@pytest.fixture(scope="module")
def synonyms(vocabulary: Vocabulary) -> Synonyms:
    return Synonyms(compile_synonyms(parse_synonyms(LINES)[0], vocabulary))


def test_a_group_works_both_ways(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    for asked, other in (("modem", "router"), ("router", "modem"), ("routers", "box")):
        assert other in [term.term for term in synonyms.expand(asked, vocabulary)[1]]


def test_an_arrow_works_one_way(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    assert synonyms.expand("laggy", vocabulary)[0] == (Expansion("laggy", ("high ping",)),)
    assert synonyms.expand("high ping", vocabulary)[0] == ()


def test_what_the_partition_does_not_have_is_neither_looked_for_nor_told(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    expansions, added = synonyms.expand("router laggy", vocabulary)
    told = [text for expansion in expansions for text in expansion.means]
    assert told == ["modem", "box", "high ping"]
    assert all(vocabulary.has_term(term.term) for term in added)


def test_phrases_are_found_before_their_words(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    expansions, _ = synonyms.expand("please power-cycle it or power cycle the optical terminals", vocabulary)
    assert [expansion.asked for expansion in expansions] == ["power cycle", "optical terminals"]


def test_a_phrase_keeps_its_stop_words(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    assert synonyms.expand("the log of the router", vocabulary)[0] == (Expansion("router", ("modem", "box")),)
    assert synonyms.expand("cannot log in", vocabulary)[0] == (Expansion("log in", ("sign in",)),)


def test_a_synonym_is_spelled_with_or_without_a_hyphen(synonyms: Synonyms, vocabulary: Vocabulary) -> None:
    assert synonyms.expand("Wi-Fi", vocabulary)[0] == (Expansion("wi-fi", ("wireless",)),)


@pytest.mark.parametrize("asked", ["router", "modem", "box", "restart", "optical terminal", "log in", "laggy"])
def test_a_synonym_weighs_less_than_the_word_itself(synonyms: Synonyms, vocabulary: Vocabulary, asked: str) -> None:
    worth = sum(vocabulary.idf(term) for term in terms(asked))
    for term in synonyms.expand(asked, vocabulary)[1]:
        assert 0 < term.weight <= SYNONYM_WEIGHT
        assert term.weight * vocabulary.idf(term.term) <= SYNONYM_WEIGHT * worth + 1e-9


def test_the_work_for_a_long_text_is_bounded(vocabulary: Vocabulary) -> None:
    lines = parse_synonyms("\n".join(f"word{number} => router" for number in range(40)))[0]
    text = " ".join(f"word{number}" for number in range(40))
    assert len(Synonyms(compile_synonyms(lines, vocabulary)).expand(text, vocabulary)[0]) == MAX_EXPANSIONS


@settings(deadline=None)
@given(text=st.text())
def test_any_text_is_accepted(synonyms: Synonyms, vocabulary: Vocabulary, text: str) -> None:
    expansions, added = synonyms.expand(text, vocabulary)
    assert bool(expansions) == bool(added)
