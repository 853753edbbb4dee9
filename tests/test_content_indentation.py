"""Lists written for GitHub nest as they do there, and those written for the converter do not change."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.indentation import lay_out_lists
from kb.content.library import load_library
from tests.content_files import html_of, render_body


@pytest.mark.parametrize(
    ("written", "placed"),
    [
        ("1. a\n   - b\n   - c\n2. d", "1. a\n    - b\n    - c\n2. d"),
        ("- a\n  - b\n    - c\n- d", "- a\n    - b\n        - c\n- d"),
        ("1. a\n\n   b\n\n2. c", "1. a\n\n    b\n\n2. c"),
        ("1. a\n\n   ```sh\n   x\n     y\n   ```", "1. a\n\n    ```sh\n    x\n      y\n    ```"),
        ("1. a\n   > b", "1. a\n    > b"),
        ("* a\n\n      code", "* a\n\n      code"),
        ("1) a\n2) b", "1. a\n2. b"),
        ("Text:\n- a\n- b", "Text:\n\n- a\n- b"),
        ("Text:\n1. a", "Text:\n\n1. a"),
        ("In the year\n2020. It", "In the year\n2020. It"),
        ("Text\n| a | b |\n|---|---|", "Text\n\n| a | b |\n|---|---|"),
        ("- a\nlazy\n  - b", "- a\n    lazy\n\n    - b"),
        ("1. a\n\n   b\n2. c", "1. a\n\n    b\n\n2. c"),
        ("1. a\n   b\n2. c", "1. a\n    b\n2. c"),
        ("a\n\n- - -\n\n* * *", "a\n\n- - -\n\n* * *"),
        ("```\n1. a\n   - b\n```", "```\n1. a\n   - b\n```"),
        ("    code\n    - x", "    code\n    - x"),
        ("**a** b\n*c* d", "**a** b\n*c* d"),
    ],
)
def test_what_is_nested_elsewhere_is_nested_here(written: str, placed: str) -> None:
    assert lay_out_lists(written) == placed


@pytest.mark.parametrize(
    "text",
    [
        "1. a\n\n    b\n\n    - c\n        - d\n\n        e\n\n2. f",
        "10. a\n\n    b\n\n        code in it",
        '- a\n\n    ```\n    x\n    ```\n\n    === "T"\n        1. y\n\n            z',
        '=== "A"\n\n    1. b\n\n        ```sh\n        - c\n        ```\n\n    2. d',
        "!!! note\n    - a\n    - b\n\n        c",
    ],
)
def test_four_columns_a_level_stay_as_they_are(text: str) -> None:
    assert lay_out_lists(text) == text


def test_the_projects_own_articles_do_not_change() -> None:
    library = load_library(Path(__file__).parent.parent / "articles")
    assert library.sources
    assert [source.path for source in library.sources if lay_out_lists(source.body) != source.body] == []


def test_nested_lists_of_three_columns_render_as_lists() -> None:
    html = html_of(render_body("1. a\n   - b\n   - c\n\n   d\n2. e")[0])
    assert html.count("<ol>") == 1
    assert html.count("<li>") == 4
    assert "- b" not in html


LINES = ["a", "- b", "  - c", "   d", "1. e", "   ```", "```", "    f", "> g", "", "| h |", "      i", "\t- j"]


def words(lines: list[str]) -> list[list[str]]:
    return [line.split() for line in lines if line.strip()]


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_no_word_is_lost_or_moved(lines: list[str]) -> None:
    assert words(lay_out_lists("\n".join(lines)).split("\n")) == words(lines)
