"""Writing the keyword side: a build that takes over the one before equals a build from nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import operators
from indexer.carried import Base, find_carried
from indexer.documents import Documents, make_documents
from indexer.keyword import write_keyword
from indexer.operators import LENGTHS
from indexer.progress import Silence
from kb.access import Audience
from kb.content.types import Article, Section, Site
from kb.search.keyword import OPERATORS, KeywordIndex
from kb.search.reading import read_query
from kb.search.types import WeightedTerm
from kb.snapshot.manifest import file_digest, files_below
from kb.snapshot.partition import KEYWORD_FOLDER

SMALL_SEGMENT = 4
WORDS = ("router", "light", "wi-fi", "the", "Error", "651", "reset", "naïve")
OPERATORS_ASKED = (
    '"router light"',
    "title:router",
    "light -reset",
    '"error 651"',
    "res*",
    'body:"wi-fi router"',
    '"reset the light"',
)


def article(id: str, title: str, body: str, errors: tuple[str, ...] = ()) -> Article:
    return Article(
        id=id, title=title, summary="", topic="", audience=Audience.PUBLIC, products=(), platforms=(), symptoms=(),
        errors=errors, also_titled="", sections=(Section("", "", 1, "", body),), related=(), redirect_from=(), media=(),
        updated=None, words=0,
    )  # fmt: skip


_written: dict[Path, Documents] = {}


def write(place: Path, articles: Sequence[Article], previous: Path | None = None) -> Path:
    documents = make_documents(articles, Site(), Audience.PUBLIC)
    carried = find_carried(base_of(previous), documents) if previous else None
    place.mkdir()
    folder = place / KEYWORD_FOLDER
    write_keyword(folder, documents, Silence(), carried)
    _written[folder] = documents
    return folder


def base_of(folder: Path) -> Base:
    return Base(folder.parent, _written[folder].digests, _written[folder].passage_counts)


def contents(folder: Path) -> dict[str, str]:
    return {name: file_digest(folder / name) for name in files_below(folder)}


def arrays(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in contents(folder).items() if not name.startswith(OPERATORS)}


def answers(folder: Path) -> list[list[bool]]:
    index = KeywordIndex(folder)
    return [index.allowed(read_query(asked)).tolist() for asked in OPERATORS_ASKED]


def segments(folder: Path) -> set[str]:
    return {file_digest(file) for file in (folder / OPERATORS).glob("*.seg")}


@pytest.fixture(scope="module", autouse=True)
def _small_segments() -> Iterator[None]:
    """So that a handful of articles has several."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operators, "SEGMENT", SMALL_SEGMENT)
        yield


texts = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)  # some are longer than a passage
versions = st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(texts, texts), max_size=8)  # in any order of ids


@settings(max_examples=20, deadline=None)
@given(history=st.lists(versions, min_size=2, max_size=5))
def test_after_any_edits_scores_and_operators_are_those_of_a_build_from_nothing(
    history: list[dict[str, tuple[str, str]]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        folder: Path | None = None
        for number, version in enumerate(history):
            articles = [article(id, title, body) for id, (title, body) in version.items()]
            folder = write(root / f"grown{number}", articles, folder)
            whole = write(root / f"whole{number}", articles)
            assert arrays(folder) == arrays(whole)
            assert answers(folder) == answers(whole)


@pytest.fixture
def library() -> list[Article]:
    return [article(f"a{number}", f"Router {number}", "Hold the reset button.", (f"Error {number}",)) for number in range(24)]


def test_the_build_before_is_left_as_it_was(library: list[Article], tmp_path: Path) -> None:
    before = write(tmp_path / "before", library)
    digests = contents(before)
    write(tmp_path / "after", [*library[1:], article("new", "Light", "Red")], before)
    assert contents(before) == digests


def test_words_of_a_removed_article_are_in_no_file(library: list[Article], tmp_path: Path) -> None:
    before = write(tmp_path / "before", [*library, article("secret", "Zebra", "Okapi")])
    after = write(tmp_path / "after", library, before)
    assert KeywordIndex(before).expand("zeb") == ["zebra"]
    assert KeywordIndex(after).vocabulary.number("zebra") is None
    assert [name for name in files_below(before) if b"okapi" in (before / name).read_bytes()]
    assert not [name for name in files_below(after) if b"okapi" in (after / name).read_bytes()]


def test_segments_of_which_no_article_changed_are_kept(library: list[Article], tmp_path: Path) -> None:
    before = write(tmp_path / "before", library)
    library[7] = replace(library[7], title="Light")
    after = write(tmp_path / "after", library, before)
    assert len(segments(before) & segments(after)) == len(segments(before)) - 1


def test_many_small_changes_leave_few_segments(library: list[Article], tmp_path: Path) -> None:
    """What is small is put together: at most one segment is less than half full."""
    folder = write(tmp_path / "0", library[:4])
    for number in range(5, len(library)):
        folder = write(tmp_path / str(number), library[:number], folder)
        assert len(segments(folder)) <= 2 * number / SMALL_SEGMENT + 1


def test_articles_that_are_alike_are_both_found(tmp_path: Path) -> None:
    twins = [article("a", "Router", "Hold it"), article("a", "Router", "Hold it")]
    before = write(tmp_path / "before", twins)
    after = write(tmp_path / "after", twins, before)
    assert KeywordIndex(after).allowed(read_query('"hold it"')).tolist() == [True, True]
    assert arrays(after) == arrays(before)


def test_a_word_repeated_without_end_is_counted_within_bounds(tmp_path: Path) -> None:
    index = KeywordIndex(write(tmp_path / "index", [article("a", "", "router " * 70_000), article("b", "", "router")]))
    scores = index.articles.scores(index.look_up([WeightedTerm("router")]))
    assert np.isfinite(scores).all()
    assert scores.all()


def test_lengths_ascend_as_rounding_needs() -> None:
    assert list(LENGTHS) == sorted(LENGTHS)
