"""Snippets: the right stretch, safe HTML, whole words marked."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import terms
from kb.search.snippets import LENGTH, make_snippet

_TAG = re.compile(r"</?mark>")


def test_the_sentence_with_the_words_is_shown() -> None:
    text = "First, find the box. Then hold the reset button for ten seconds. Wait until the light is green."
    assert "<mark>reset</mark> <mark>button</mark>" in make_snippet(text, terms("reset button"))


def test_other_forms_of_a_word_are_marked() -> None:
    assert "<mark>disconnects</mark>" in make_snippet("It disconnects at night.", terms("disconnecting"))


def test_a_compound_is_marked_once() -> None:
    assert make_snippet("Your wi-fi is off.", terms("wi-fi")) == "Your <mark>wi-fi</mark> is off."


def test_markup_in_the_text_is_text() -> None:
    snippet = make_snippet("Type <script>alert(1)</script> & press enter.", terms("script"))
    assert "<script" not in snippet
    assert "&lt;<mark>script</mark>&gt;" in snippet


def test_without_a_match_it_is_the_beginning() -> None:
    assert make_snippet("One thing. Another thing.", terms("zebra")) == "One thing. Another thing."


def test_an_empty_text_has_an_empty_snippet() -> None:
    assert make_snippet("", terms("zebra")) == ""


def test_a_long_line_is_cut_at_words_around_the_match() -> None:
    snippet = make_snippet("filler " * 100 + "needle " + "filler " * 100, terms("needle"))
    assert "<mark>needle</mark>" in snippet
    assert all(word in {"…", "filler", "needle", "filler…"} for word in _TAG.sub("", snippet).split())


@given(st.text(max_size=600), st.text(max_size=40))
def test_only_marks_are_markup_and_the_rest_is_the_text(text: str, query: str) -> None:
    snippet = make_snippet(text, terms(query))
    plain = _TAG.sub("", snippet)
    assert "<" not in plain
    assert snippet.count("<mark>") == snippet.count("</mark>")
    shown = unescape(plain).strip("… ")
    assert len(shown) <= LENGTH
    for word in shown.replace("…", " ").replace("·", " ").split():
        assert word in text


def test_items_of_a_list_are_told_apart_without_their_markers() -> None:
    text = "Look for:\n- a red light\n- no light\n1. Unplug it."
    assert make_snippet(text, terms("zebra")) == "Look for: a red light · no light · Unplug it."
