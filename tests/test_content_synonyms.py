"""synonyms.txt: groups and arrows are read, and everything odd is told with its line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content.library import load_library
from kb.content.lint import lint
from kb.content.synonyms import FILE, parse_synonyms, phrase_key
from kb.content.types import Problem, SynonymLine
from tests.content_files import write_library

ARTICLE = "---\ntitle: Router box\nsummary: S.\nsymptoms: [laggy]\n---\nThe modem and the Wi-Fi have high ping.\n"


def problems_of(root: Path, text: str) -> list[tuple[str, int]]:
    library = write_library(root, {"a/x.md": ARTICLE, FILE: text})
    return [(problem.rule, problem.line) for problem in lint(library) if problem.path == FILE]


def test_groups_and_arrows_are_read_with_their_lines() -> None:
    lines, problems = parse_synonyms("# ours\nmodem, router , set-top  box\n\nlaggy => high ping, lag # games\n")
    assert problems == ()
    assert lines == (
        SynonymLine(("modem", "router", "set-top box"), ("modem", "router", "set-top box"), 2),
        SynonymLine(("laggy",), ("high ping", "lag"), 4),
    )
    assert [line.is_group for line in lines] == [True, False]


def test_a_good_file_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "modem, router, box\nlaggy => high ping, lag\n") == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("modem", "synonyms-syntax"),
        ("modem,", "synonyms-syntax"),
        ("=> modem", "synonyms-syntax"),
        ("modem =>", "synonyms-syntax"),
        ("modem => router => box", "synonyms-syntax"),
        ("modem, !!", "synonyms-syntax"),
        ("modem, one two three four five six", "synonyms-syntax"),
        ("modem" + ", modem" * 12, "synonyms-syntax"),
        ("modem, it is", "synonyms-stop-words"),
        ("modem, router, modems", "synonyms-duplicate"),
        ("Wi-Fi, wifi, router", "synonyms-duplicate"),
        ("laggy => laggy, ping", "synonyms-self"),
        ("aardvark, anteater", "synonyms-unused"),
    ],
)
def test_what_is_wrong_with_a_line_is_told(tmp_path: Path, line: str, rule: str) -> None:
    assert problems_of(tmp_path, f"# one\n{line}\n") == [(rule, 2)]


def test_a_word_in_two_groups_is_a_conflict(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "modem, router\nbox, routers\n") == [("synonyms-conflict", 2)]


def test_a_line_that_says_what_another_said_is_a_duplicate(tmp_path: Path) -> None:
    assert problems_of(tmp_path, "modem, router\nrouter, modem\n") == [("synonyms-duplicate", 2)]


def test_a_file_that_is_not_utf_8_or_a_folder_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"modem, rout\xe9r\n")
    assert len(load_library(tmp_path).synonyms) == 1
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    library = load_library(tmp_path)
    assert library.synonyms == ()
    assert [problem.rule for problem in library.problems] == ["synonyms-unreadable"]


def test_a_library_without_the_file_has_no_synonyms(tmp_path: Path) -> None:
    library = load_library(tmp_path)
    assert library.synonyms == ()
    assert library.problems == ()


def test_the_synonyms_of_our_own_library_can_all_be_used() -> None:
    text = (Path(__file__).parent.parent / "articles" / FILE).read_text(encoding="utf-8")
    lines, problems = parse_synonyms(text)
    assert problems == ()
    assert len(lines) > 60


@pytest.mark.parametrize(
    ("one", "other"), [("Wi-Fi", "wifi"), ("Set-top box", "settop boxes"), ("log in/sign in", "log in sign in")]
)
def test_phrases_are_compared_without_case_joints_and_endings(one: str, other: str) -> None:
    assert phrase_key(one) == phrase_key(other)


def numbers(lines: Iterable[SynonymLine], problems: Iterable[Problem]) -> list[int]:
    return [line.line for line in lines] + [problem.line for problem in problems]


@settings(deadline=None)
@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    lines, problems = parse_synonyms(text)
    assert all(line.asked and line.means for line in lines)
    assert all(1 <= number <= text.count("\n") + 1 for number in numbers(lines, problems))


@settings(deadline=None)
@given(st.text(alphabet="ab,=> #\n-é", max_size=60))
def test_every_line_with_content_is_used_or_told_of(text: str) -> None:
    lines, problems = parse_synonyms(text)
    filled = [number for number, line in enumerate(text.split("\n"), 1) if line.partition("#")[0].strip()]
    assert sorted(numbers(lines, problems)) == filled
