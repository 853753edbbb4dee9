"""Snippets: the sentence or step that answers, safe HTML, whole words marked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import escape, unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import terms, tokenise
from kb.search.snippets import LENGTH, make_snippet

ROOT = Path(__file__).parent.parent
_TAG = re.compile(r"</?mark>")
STEPS = (
    "To restart it:\n1. Switch the box off.\n2. Wait ten seconds. Leave the cable in.\n3. Hold the reset button.\n"
    "The light is green.\nIf it is not:\n1. Pull the plug.\n2. Call us."
)

SHOW_CLOSE_CALLS = """
import random
from kb.search.snippets import make_snippet
worth = dict(alpha=0.1, beta=0.2, gamma=0.3, delta=0.7, kappa=1.1, sigma=0.1, omega=0.2, theta=0.3)
orders = random.Random(1)
for _ in range(100):
    lines = [f"Line {place} has {' '.join(orders.sample(sorted(worth), 8))}." for place in range(4)]
    print(make_snippet("\\n".join(lines), worth).html)
"""


def snippet_of(text: str, query: str) -> str:
    return make_snippet(text, dict.fromkeys(terms(query), 1.0)).html


def test_the_sentence_with_the_words_is_shown() -> None:
    text = "First, find the box. Then hold the reset button for ten seconds. Wait until the light is green."
    assert snippet_of(text, "reset button").startswith("Then hold the <mark>reset</mark> <mark>button</mark> for")


def test_a_telling_word_counts_more_than_several_usual_ones() -> None:
    text = "The box has a light on the front of it.\nThe firmware is old."
    assert make_snippet(text, {"box": 1.0, "light": 1.0, "firmwar": 5.0}).html.startswith("The <mark>firmware</mark>")


_same_words = st.permutations(["red", "light", "box", "reset"])


@given(_same_words, _same_words)
def test_of_sentences_that_hold_the_same_words_the_first_is_shown(first: list[str], second: list[str]) -> None:
    text = f"Nothing is here.\nOne {' '.join(first)}.\nTwo {' '.join(second)}."
    assert make_snippet(text, {"red": 0.1, "light": 0.2, "box": 0.3, "reset": 0.7}).html.startswith("One")


def test_what_is_shown_of_what_is_nearly_as_good_is_the_same_in_every_process() -> None:
    def show(seed: str) -> str:
        environ = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", SHOW_CLOSE_CALLS]
        return subprocess.run(command, env=environ, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    assert "<mark>alpha</mark>" in show("1")
    assert show("1") == show("3")


@given(st.permutations([("red", 0.1), ("light", 0.2), ("box", 0.3), ("reset", 0.7)]))
def test_in_which_order_terms_are_told_makes_no_difference(worth: list[tuple[str, float]]) -> None:
    text = "A red light on the box. Reset the box at the light. The light is red, reset it. On the box a red light."
    assert make_snippet(text, dict(worth)) == make_snippet(text, dict(sorted(worth)))


def test_other_forms_of_a_word_are_marked() -> None:
    assert "<mark>disconnects</mark>" in snippet_of("It disconnects at night.", "disconnecting")


def test_what_a_synonym_adds_is_marked() -> None:
    assert make_snippet("Restart the modem.", {"router": 5.0, "modem": 4.0}).html == "Restart the <mark>modem</mark>."


@pytest.mark.parametrize("query", ["wi-fi", "wifi"])
def test_a_compound_is_marked_once(query: str) -> None:
    assert snippet_of("Your wi-fi is off.", query) == "Your <mark>wi-fi</mark> is off."


def test_a_part_of_a_compound_is_marked_alone() -> None:
    assert snippet_of("See the red-light (page).", "light") == "See the red-<mark>light</mark> (page)."


def test_markup_in_the_text_is_text() -> None:
    snippet = snippet_of("Type <script>alert(1)</script> & press enter.", "script")
    assert "<script" not in snippet
    assert "&lt;<mark>script</mark>&gt;" in snippet


def test_without_a_match_it_is_the_beginning() -> None:
    assert snippet_of("One thing. Another thing.", "zebra") == "One thing. Another thing."


def test_without_a_match_captions_lead_ins_and_outcomes_are_passed_over() -> None:
    text = "In the app\nDo the following things now:\nYou should see a green light.\nHold the button for ten seconds."
    assert snippet_of(text, "zebra") == "Hold the button for ten seconds."


def test_only_the_lines_of_the_window_are_looked_at() -> None:
    text = "Reset the router.\n" + "More words are here.\n" * 40 + "A router is a box. The end of it is near."
    window = range(text.index("The end"), len(text))
    assert make_snippet(text, {"reset": 9.0, "router": 1.0}, window).html.startswith("A <mark>router</mark>")


@pytest.mark.parametrize(
    ("query", "step"), [("switch", (1, 3)), ("cable", (2, 3)), ("reset", (3, 3)), ("plug", (1, 2)), ("green", (None, None))]
)
def test_a_step_says_which_it_is_and_of_how_many(query: str, step: tuple[int | None, int | None]) -> None:
    snippet = make_snippet(STEPS, dict.fromkeys(terms(query), 1.0))
    assert (snippet.step, snippet.steps) == step


def test_a_step_is_shown_without_the_next_one() -> None:
    assert snippet_of(STEPS, "switch") == "<mark>Switch</mark> the box off."


def test_a_list_within_a_list_does_not_say_of_how_many() -> None:
    """The plain text does not show depth, so a count could be that of another list."""
    nested = "1. Open it.\n2. Choose:\n1. The first.\n2. The second.\n3. Close it."
    for query in ("open", "second", "close"):
        snippet = make_snippet(nested, dict.fromkeys(terms(query), 1.0))
        assert (snippet.step, snippet.steps) == (None, None)


def test_an_empty_text_has_an_empty_snippet() -> None:
    assert snippet_of("", "zebra") == ""


def test_a_long_line_is_cut_at_words_around_the_match() -> None:
    snippet = snippet_of("filler " * 100 + "needle " + "filler " * 100, "needle")
    assert "<mark>needle</mark>" in snippet
    assert all(word in {"…", "filler", "needle", "filler…"} for word in _TAG.sub("", snippet).split())


def test_a_line_beyond_all_bounds_is_read_around_the_window() -> None:
    text = "filler " * 20_000 + "needle " + "filler " * 20_000
    assert "<mark>needle</mark>" in make_snippet(text, {"needl": 1.0}, range(7 * 19_980, 7 * 20_060)).html


def test_items_of_a_list_are_told_apart_without_their_markers() -> None:
    text = "Look for:\n- a red light\n- no light\n1. Unplug it."
    assert snippet_of(text, "zebra") == "Look for: a red light · no light · Unplug it."


_texts = st.text(max_size=600) | st.lists(st.sampled_from(["1. ", "- ", "reset ", "wi-fi ", "Box. ", "\n", "&<b>", "é"])).map(
    "".join
)


@given(_texts, st.text(max_size=40) | st.sampled_from(["reset box", "wifi", "b"]), st.integers(0, 600), st.integers(0, 600))
def test_only_marks_are_markup_and_the_rest_is_the_text(text: str, query: str, start: int, length: int) -> None:
    worth = dict.fromkeys(terms(query), 1.0)
    start = min(start, len(text))
    snippet = make_snippet(text, worth, range(start, min(len(text), start + length)))
    pieces = re.split(r"(</?mark>)", snippet.html)
    assert pieces[1::2] == ["<mark>", "</mark>"] * (len(pieces) // 4)
    for piece in pieces[::2]:
        assert escape(unescape(piece)) == piece
    shown = unescape(_TAG.sub("", snippet.html)).removeprefix("… ").removesuffix("…")
    assert len(shown) <= LENGTH
    for word in shown.replace("…", " ").replace("·", " ").split():
        assert word in text
    for marked in re.findall("<mark>(.*?)</mark>", snippet.html, re.DOTALL):
        assert {token.term for token in tokenise(unescape(marked))} & worth.keys()
    assert snippet.steps is None or (snippet.step is not None and snippet.step <= snippet.steps)
