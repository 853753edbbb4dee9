"""Reading a query: operators are recognised, and everything else is plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.reading import MAX_CHARACTERS, MAX_WORDS_AROUND_PHRASE, read_query
from kb.search.types import FieldTerm


def test_a_quotation_must_stand_word_for_word() -> None:
    assert read_query('wifi "no internet"').phrases == ("no internet",)


def test_typographic_quotes_are_quotes() -> None:
    assert read_query("“no internet”").phrases == ("no internet",)


def test_a_quotation_inside_a_story_is_no_operator() -> None:
    story = " ".join(["word"] * (MAX_WORDS_AROUND_PHRASE + 1))
    read = read_query(f'{story} "you cannot order"')
    assert read.phrases == ()
    assert "you cannot order" in read.plain


def test_a_minus_in_front_excludes_and_is_not_ranked_by() -> None:
    read = read_query('slow -ipv6 -"red light"')
    assert read.excluded == ("ipv6", "red light")
    assert read.plain == "slow"


@pytest.mark.parametrize("text", ["wi-fi", "well - maybe", "-", "a-b-c", "--", "ont rx -28 dBm", "-67.5dBm"])
def test_a_dash_inside_or_alone_is_no_operator(text: str) -> None:
    assert read_query(text).excluded == ()


def test_a_known_field_with_a_colon_asks_in_that_field() -> None:
    assert read_query('title:dns errors:"error 651"').fields == (FieldTerm("title", "dns"), FieldTerm("errors", "error 651"))


@pytest.mark.parametrize("text", ["http://192.168.1.1", "foo:bar", "error:651", "title: dns", "updated:soon", "10:30"])
def test_an_unknown_field_or_a_loose_colon_is_plain_text(text: str) -> None:
    read = read_query(text)
    assert read.fields == ()
    assert read.plain == text


@pytest.mark.parametrize("value", [">2026-01", "<=2025", "2026-03-01"])
def test_updated_compares_with_a_date_or_part_of_one(value: str) -> None:
    assert read_query(f"updated:{value}").fields == (FieldTerm("updated", value),)


def test_a_star_asks_for_the_beginning_of_a_word() -> None:
    assert read_query("rest*").prefixes == ("rest",)


@pytest.mark.parametrize("text", ["*", "a*", "**", "5.*"])
def test_a_star_behind_too_little_is_plain_text(text: str) -> None:
    assert read_query(text).prefixes == ()


def test_a_long_question_is_cut_and_says_so() -> None:
    read = read_query("router " * 2_000)
    assert len(read.plain) <= MAX_CHARACTERS
    assert read.notes


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x02", "\u202e\u200b", '""', "\ud800"])
def test_nothing_to_look_for_reads_as_nothing(text: str) -> None:
    read = read_query(text)
    assert not read.plain
    assert not read.has_operators


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    read = read_query(text)
    assert not any(ord(char) < 32 for char in read.plain)


@given(st.lists(st.sampled_from(["router", "light", "box", "slow", "mail"]), min_size=1, max_size=6))
def test_plain_words_come_back_as_they_are(words: list[str]) -> None:
    assert read_query(" ".join(words)).plain == " ".join(words)
