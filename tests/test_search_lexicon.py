"""The lexicon: every string is found in its row, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.lexicon import Lexicon, write_lexicon

# Some begin with one another, some end in what another begins with.
words = st.text(alphabet="abé\U0001f525", min_size=1, max_size=6) | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


def write(folder: Path, strings: frozenset[str]) -> tuple[list[str], Lexicon]:
    """The strings in order, and a lexicon of them."""
    written = sorted(strings, key=str.encode)
    write_lexicon(folder / "lexicon", written)
    return written, Lexicon(folder / "lexicon")


@given(strings=st.frozensets(words, max_size=30), other=st.text(max_size=6))
def test_a_string_is_found_in_its_row_however_often_it_is_asked_and_others_are_not(
    tmp_path_factory: pytest.TempPathFactory, strings: frozenset[str], other: str
) -> None:
    written, lexicon = write(tmp_path_factory.mktemp("lexicon"), strings)
    for _ in range(2):
        assert [lexicon.find(text) for text in written] == list(range(len(written)))
        assert lexicon.find(other) == (written.index(other) if other in strings else -1)
        assert (other in lexicon) == (other in strings)
    assert len(lexicon) == len(written)
    assert [lexicon.text(row) for row in range(len(written))] == lexicon.texts(0, len(written)) == written


@given(strings=st.frozensets(words, max_size=30), prefix=st.text(alphabet="abé\U0001f525", max_size=2))
def test_strings_with_one_beginning_are_neighbours(
    tmp_path_factory: pytest.TempPathFactory, strings: frozenset[str], prefix: str
) -> None:
    written, lexicon = write(tmp_path_factory.mktemp("lexicon"), strings)
    assert [written[row] for row in lexicon.beginning_with(prefix)] == [text for text in written if text.startswith(prefix)]


def test_two_lexicons_do_not_remember_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    _, one = write(tmp_path, frozenset({"b"}))
    _, other = write(tmp_path / "other", frozenset({"a", "b"}))
    assert (one.find("b"), other.find("b"), one.find("a"), other.find("a")) == (0, 1, -1, 0)
