"""Lint of writing: length, reading grade, completeness, and what no article should state."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.lint import lint
from kb.content.writing import MAX_WORDS, MIN_WORDS, reading_grade
from tests.content_files import write_library

HEAD = "---\ntitle: T\nsummary: S.\naudience: {audience}\nsymptoms: {symptoms}\nquestions: {questions}\n{more}---\n"
KEPT = "owner: us\nreview_by: 2027-01-01\n"
EASY = "The box is on. "
HARD = "Configuration irregularities necessitate authentication reinitialisation procedures preceding interoperability "


def problems_of(
    root: Path,
    body: str,
    *,
    audience: str = "public",
    symptoms: str = "[a, b, c, d]",
    questions: str = "[what, why]",
    more: str = KEPT,
) -> list[tuple[str, int]]:
    head = HEAD.format(audience=audience, symptoms=symptoms, questions=questions, more=more)
    return [(problem.rule, problem.line) for problem in lint(write_library(root, {"a/x.md": head + body}))]


@pytest.mark.parametrize(
    ("words", "found"),
    [(MIN_WORDS - 2, ["body-length"]), (MIN_WORDS + 2, []), (MAX_WORDS - 4, []), (MAX_WORDS + 4, ["body-length"])],
)
def test_an_article_has_neither_too_few_words_nor_too_many(tmp_path: Path, words: int, found: list[str]) -> None:
    assert [rule for rule, _ in problems_of(tmp_path, EASY * (words // 4))] == found


def test_internal_text_counts_for_nobody_else(tmp_path: Path) -> None:
    body = f"{EASY * 220}\n\n!!! internal\n    {EASY * 100}{HARD * 9}\n"
    assert problems_of(tmp_path, body) == []


def test_hard_text_is_told_to_those_who_write_for_everybody(tmp_path: Path) -> None:
    assert problems_of(tmp_path, f"{HARD * 33}.") == [("reading-grade", 10)]
    assert problems_of(tmp_path, f"{HARD * 33}.", audience="agents") == []


@pytest.mark.parametrize("name", ["**{}**", "`{}`"])
def test_menu_names_and_commands_make_no_text_hard(tmp_path: Path, name: str) -> None:
    body = f"Choose {name.format(HARD.strip())}. {EASY}" * 20
    assert problems_of(tmp_path, body) == []


def test_code_blocks_and_tab_names_are_no_prose(tmp_path: Path) -> None:
    body = f'{EASY * 60}\n\n```sh\n{HARD * 9}\n```\n\n=== "{HARD.strip()}"\n    {EASY}\n'
    assert problems_of(tmp_path, body) == []


def test_list_items_and_what_stands_before_a_colon_are_sentences() -> None:
    assert reading_grade(["the box is on", "the light is off"]) == reading_grade(["the box is on. the light is off."])
    assert reading_grade(["the box is on: the light is off"]) == reading_grade(["the box is on. the light is off."])


@given(st.lists(st.text()))
def test_any_text_has_a_grade(blocks: list[str]) -> None:
    assert reading_grade(blocks) == reading_grade(iter(blocks))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Call 0800 123 4567 today.", "phone-stated"),
        ("Call +44 20 7946 0958 today.", "phone-stated"),
        ("Call 555-123-4567 today.", "phone-stated"),
        ("It costs £5 a month.", "price-stated"),
        ("It costs 29.99 euros.", "price-stated"),
    ],
)
def test_phone_numbers_and_prices_belong_elsewhere(tmp_path: Path, text: str, rule: str) -> None:
    assert problems_of(tmp_path, f"{EASY * 70}\n\n{text}") == [(rule, 12)]


@pytest.mark.parametrize(
    "text",
    [
        "Open 192.168.0.1 now.",
        "Look for error 0x80070035.",
        "Wait 30 to 60 seconds.",
        "Ports 3478-3480 and 1024-65535.",
        "On 2027-01-01.",
    ],
)
def test_addresses_codes_and_dates_are_neither(tmp_path: Path, text: str) -> None:
    assert problems_of(tmp_path, f"{EASY * 70}\n\n{text}") == []


@pytest.mark.parametrize(
    ("front", "found"),
    [
        ({"symptoms": "[a, b, c]"}, [("symptoms-count", 5)]),
        ({"symptoms": "[a, b, c, d, e, f, g, h, i]"}, [("symptoms-count", 5)]),
        ({"symptoms": "[]"}, [("symptoms-missing", 1)]),
        ({"questions": "[one]"}, [("questions-few", 6)]),
        ({"more": "owner: us\n"}, [("review-missing", 1)]),
        ({"more": "review_by: 2027-01-01\n"}, [("owner-missing", 1)]),
    ],
)
def test_front_matter_says_enough_and_no_more(tmp_path: Path, front: dict[str, str], found: list[tuple[str, int]]) -> None:
    assert problems_of(tmp_path, EASY * 70, **front) == found
