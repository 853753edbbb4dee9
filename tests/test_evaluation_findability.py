"""Findability: a question passes if it finds its article among the first three, in the partition of its readers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.publish import prepare, publish
from kb.access import Audience
from kb.config import Settings
from kb.content.library import load_library
from kb.evaluation.findability import (
    FIRST,
    Asked,
    answered_all_the_same,
    check_findability,
    own_questions,
    read_questions,
    summarise,
)
from kb.evaluation.judgments import CollectionError
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.snapshot.folder import SnapshotFolder
from tests.conftest import make_settings

ARTICLE = "---\ntitle: {title}\naudience: {audience}\nquestions: [{questions}]\n---\n{text}\n"


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., tuple[Asked, ...]]:
    """A function that writes articles, given as id: (title, audience, questions, text), and asks their questions."""

    def check_them(*only: str, **articles: tuple[str, str, str, str]) -> tuple[Asked, ...]:
        for name, (title, audience, questions, text) in articles.items():
            file = tmp_path / "articles" / "a" / f"{name}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(ARTICLE.format(title=title, audience=audience, questions=questions, text=text))
        settings = make_settings(tmp_path / "articles", tmp_path / "data")
        snapshot = prepare(settings).manifest.id
        serving = Serving(settings)
        serving.load_model()
        library = load_library(settings.articles)
        chosen = [question for question in own_questions(library) if not only or question.article in only]
        return tuple(check_findability(chosen, serving.open(snapshot).engines))

    return check_them


def crowd(subject: str, count: int) -> dict[str, tuple[str, str, str, str]]:
    """Articles that are all about one thing."""
    return {f"crowd{number}": (f"{subject} {subject}", "public", "", f"{subject} {subject}.") for number in range(count)}


def test_a_question_that_finds_its_article_passes(check: Callable[..., tuple[Asked, ...]]) -> None:
    (asked,) = check(printer=("Printer offline", "public", "printer is offline", "Restart the printer."))
    assert asked.passed
    assert (asked.question.article, asked.question.file.name, asked.question.line) == ("a/printer", "printer.md", 4)
    assert (asked.place, asked.above) == (1, ())


def test_one_that_does_not_names_what_stands_above_and_why(check: Callable[..., tuple[Asked, ...]]) -> None:
    (asked,) = check(**crowd("printer", 5), quiet=("Nothing prints", "public", "printer", "The printer at the end of it all."))
    assert not asked.passed
    assert asked.place == FIRST + 3
    assert [above.place for above in asked.above] == [1, 2, 3]
    for above in asked.above:
        assert above.id.startswith("a/crowd")
        assert "ahead, most of it in" in above.reason
        assert "printer" in above.passage


def test_one_that_finds_nothing_says_so(check: Callable[..., tuple[Asked, ...]]) -> None:
    (asked,) = check(printer=("Printer offline", "public", "quagmire zeppelin", "Restart the printer."))
    assert (asked.passed, asked.place, asked.answered) == (False, None, False)


def test_one_that_is_found_and_called_unanswered_passes_and_is_told(check: Callable[..., tuple[Asked, ...]]) -> None:
    text = "printer quagmire zeppelin xylophone topiary"
    asked = check(printer=("Printer offline", "public", text, "Restart the printer."))
    told = summarise(asked)
    assert (told.passed, told.failed, told.unanswered) == (1, (), asked)


def test_each_question_is_asked_where_its_readers_search(check: Callable[..., tuple[Asked, ...]]) -> None:
    both = check(
        inside=("Printer levels", "agents", "printer levels", "For agents."),
        outside=("Printer offline", "public", "printer levels offline", "For everybody."),
    )
    assert [(asked.question.article, asked.passed) for asked in both] == [("a/inside", True), ("a/outside", True)]


def test_drafts_are_not_asked_for_and_one_article_can_be(check: Callable[..., tuple[Asked, ...]], tmp_path: Path) -> None:
    draft = tmp_path / "articles" / "a" / "draft.md"
    draft.parent.mkdir(parents=True)
    draft.write_text("---\ntitle: Draft\nstatus: draft\nquestions: [draft]\n---\nText.\n")
    articles = {
        "one": ("Printer", "public", "printer", "Printer."),
        "two": ("Telephone", "public", "telephone", "Telephone."),
    }
    assert [asked.question.article for asked in check(**articles)] == ["a/one", "a/two"]
    assert [asked.question.article for asked in check("a/two", **articles)] == ["a/two"]


def test_the_summary_counts_questions_and_keeps_those_that_fail(check: Callable[..., tuple[Asked, ...]]) -> None:
    told = summarise(check(printer=("Printer offline", "public", "printer is offline, quagmire zeppelin", "Restart it.")))
    assert (told.articles, told.questions, told.first, told.passed) == (1, 2, 1, 1)
    assert [asked.question.text for asked in told.failed] == ["quagmire zeppelin"]


def test_checking_changes_nothing_that_is_served(writable: Path, build: Callable[..., Settings]) -> None:
    settings = build(writable)
    folder = SnapshotFolder(settings.data)
    served = folder.current()
    (writable / "wifi" / "more.md").write_text("# More\n\nMore text.\n")
    prepared = prepare(settings)
    assert prepared.built
    assert folder.current() == served != prepared.manifest.id
    published = publish(settings)
    assert (published.built, published.manifest.id, folder.current()) == (False, prepared.manifest.id, prepared.manifest.id)


def test_a_table_of_questions_names_its_articles(writable: Path, tmp_path: Path) -> None:
    table = tmp_path / "queries.tsv"
    table.write_text("query\tpath\nred light\tno-internet/red-light.md\nlevels\tagents/read-levels.md\n")
    first, second = read_questions(table, load_library(writable))
    assert (first.text, first.article, first.audience, first.line) == ("red light", "no-internet/red-light", Audience.PUBLIC, 2)
    assert second.audience is Audience.AGENTS


@pytest.mark.parametrize("line", ["red light\tno/where.md", "red light\temail/draft.md", "red light"])
def test_a_table_that_names_no_published_article_is_refused_by_line(writable: Path, tmp_path: Path, line: str) -> None:
    table = tmp_path / "queries.tsv"
    table.write_text(f"query\tpath\n{line}\n")
    with pytest.raises(CollectionError, match=r"queries\.tsv:2: "):
        read_questions(table, load_library(writable))


def test_questions_that_nothing_answers_must_be_told_so(engine: Engine) -> None:
    assert answered_all_the_same(["quagmire zeppelin xylophone", "red light on the fibre box"], engine) == (
        "red light on the fibre box",
    )
    told = summarise((), ["one", "two"], ("one",))
    assert (told.hopeless, told.answered) == (2, ("one",))
