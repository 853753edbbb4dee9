"""The keyword side: scores of every article and passage, in the partition's rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexer.documents import make_documents
from indexer.keyword import write_keyword
from indexer.progress import Silence
from kb.access import Audience
from kb.content.types import Article, Section, Site
from kb.search import analysis
from kb.search.keyword import KeywordIndex
from kb.search.postings import Sought
from kb.search.reading import read_query
from kb.search.types import WeightedTerm

PLAIN = Article(
    id="a", title="", summary="", topic="", audience=Audience.PUBLIC, products=(), platforms=(), symptoms=(), errors=(),
    also_titled="", sections=(), related=(), redirect_from=(), media=(), updated=None, words=0,
)  # fmt: skip


def article(id: str, title: str, body: str, **more: tuple[str, ...]) -> Article:
    return replace(PLAIN, id=id, title=title, sections=(Section("", "", 1, "", body),), **more)  # type: ignore[arg-type]


ARTICLES = (
    article("a", "Reset the router", "Hold the button for ten seconds."),
    article("b", "Router lights", "A light tells you what the router does. " * 5),
    article("c", "Mail", "The server refuses the router of the sender.", errors=("Error 651", "ERR_TIMED_OUT")),
)


def ask(index: KeywordIndex, text: str, weight: float = 1.0) -> tuple[Sought, ...]:
    return index.look_up([WeightedTerm(term, weight) for term in analysis.terms(text)])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    folder: Path = tmp_path_factory.mktemp("keyword") / "index"
    write_keyword(folder, make_documents(ARTICLES, Site(), Audience.PUBLIC), Silence())
    return KeywordIndex(folder)


def test_every_article_and_passage_has_a_row(index: KeywordIndex) -> None:
    router = ask(index, "router")
    assert index.articles.scores(router).shape == (3,)
    assert index.passages.scores(router).shape == (6,)  # one for the article itself and one for its text, each


def test_a_word_in_the_title_counts_more_than_in_the_body(index: KeywordIndex) -> None:
    scores = index.articles.scores(ask(index, "router"))
    assert scores[0] > scores[2] > 0


def test_what_is_not_there_scores_nothing(index: KeywordIndex) -> None:
    zebra = ask(index, "zebra")
    assert not index.articles.scores(zebra).any()
    assert not index.passages.scores(zebra).any()


def test_a_rare_word_weighs_more(index: KeywordIndex) -> None:
    coverage = index.coverage(ask(index, "router button"))
    assert coverage[0] == pytest.approx(1.0)
    assert coverage[1] < 0.5


def test_what_synonyms_add_makes_up_for_a_word_and_need_not_be_held(index: KeywordIndex) -> None:
    asked, added = ask(index, "router"), ask(index, "zebra button", 0.4)
    assert (index.coverage([*asked, *added]) >= index.coverage(asked)).all()
    assert float(index.coverage([*asked, *added]).max()) == pytest.approx(1.0)
    assert 0 < float(index.coverage([*ask(index, "zebra"), *added[1:]]).max()) < 0.5


def test_every_term_found_is_full_coverage_and_none_is_none(index: KeywordIndex) -> None:
    assert index.coverage([]).tolist() == [0, 0, 0]
    assert float(index.coverage(ask(index, "zebra")).max()) == 0


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ('"hold the button"', [True, False, False]),
        ('"button the hold"', [False, False, False]),
        ('"button for ten"', [True, False, False]),
        ("router -mail", [True, True, False]),
        ("title:router", [True, True, False]),
        ("body:router", [False, True, True]),
        ("sec*", [True, False, False]),
        ('errors:"error 651"', [False, False, True]),
    ],
)
def test_operators_decide_which_articles_are_allowed(index: KeywordIndex, query: str, allowed: list[bool]) -> None:
    assert index.allowed(read_query(query)).tolist() == allowed


def test_an_empty_partition_can_be_searched(tmp_path: Path) -> None:
    write_keyword(tmp_path / "index", make_documents((), Site(), Audience.PUBLIC), Silence())
    index = KeywordIndex(tmp_path / "index")
    router = ask(index, "router")
    for scores in (index.articles.scores(router), index.passages.scores(router), index.coverage(router)):
        assert scores.shape == (0,)


def test_scores_are_finite_and_not_negative(index: KeywordIndex) -> None:
    for text in ("router", "reset the router", "the mail server"):
        scores = index.articles.scores(ask(index, text))
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()
