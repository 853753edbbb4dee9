"""Our own articles: nothing for lint to say, and every question that a writer gave finds its article."""

from __future__ import annotations

import pytest

from kb.config import ROOT
from kb.content.library import load_library
from kb.content.lint import lint
from kb.content.types import Library
from kb.evaluation.findability import check_findability, own_questions
from kb.search.serving import Opened

ARTICLES = ROOT / "articles"


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(ARTICLES)


def test_lint_has_nothing_to_say(library: Library) -> None:
    assert [f"{problem.path}:{problem.line}: {problem.rule}: {problem.message}" for problem in lint(library)] == []


@pytest.mark.model
def test_every_question_finds_its_article_among_the_first_three(library: Library, own_articles: Opened) -> None:
    asked = list(check_findability(own_questions(library), own_articles.engines))
    assert len(asked) >= 2 * len(library.sources)
    failed = [one for one in asked if not one.passed]
    assert [f"{one.question.article}: {one.question.text!r} in place {one.place}" for one in failed] == []


def test_every_topic_and_every_synonym_file_is_there(library: Library) -> None:
    assert {source.topic for source in library.sources} == {topic.id for topic in library.site.topics}
    assert library.synonyms
