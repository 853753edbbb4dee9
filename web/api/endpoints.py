"""The endpoints of `/api/v1`; their docstrings are their documentation."""

from __future__ import annotations

import time
from pathlib import Path

from flask import Blueprint, url_for
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from kb.access import may_read
from web.api.answers import (
    ArticleAnswer,
    HealthAnswer,
    ListAnswer,
    ReadyAnswer,
    SearchAnswer,
    SearchSuggestion,
    SuggestAnswer,
    TopicsAnswer,
    article_answer,
    article_card,
    search_answer,
    topics_answer,
)
from web.api.contract import READING, SEARCHING, WATCHING, Caching, Declaration, endpoint
from web.api.parameters import ListParameters, SearchParameters, SuggestParameters, check_filters
from web.api.problems import EXPIRED_CURSOR, INVALID_CURSOR, MODE_UNAVAILABLE, NOT_FOUND, NOT_READY
from web.paging import open_page, readable_cards, readable_results, search_page
from web.viewer import g

v1 = Blueprint("v1", __name__, url_prefix="/v1")

ID = {"id": "Folder and name of the article, its slashes as they are: `wifi/weak-signal`."}
MOVED = {308: (None, "The article has another id now; `Location` is its address.")}
SEARCH = Declaration(
    answer=SearchAnswer,
    tag=SEARCHING,
    caching=Caching.BY_THE_READER,
    problems=(INVALID_CURSOR, EXPIRED_CURSOR, NOT_READY, MODE_UNAVAILABLE),
)
SUGGEST = Declaration(answer=SuggestAnswer, tag=SEARCHING, caching=Caching.BY_THE_READER, problems=(NOT_READY,))
LIST = Declaration(
    answer=ListAnswer, tag=READING, caching=Caching.WHILE_UNCHANGED, problems=(INVALID_CURSOR, EXPIRED_CURSOR, NOT_READY)
)
ARTICLE = Declaration(
    answer=ArticleAnswer,
    tag=READING,
    caching=Caching.WHILE_UNCHANGED,
    problems=(NOT_FOUND, NOT_READY),
    others=MOVED,
    path_parameters=ID,
)
TOPICS = Declaration(answer=TopicsAnswer, tag=READING, caching=Caching.WHILE_UNCHANGED, problems=(NOT_READY,))
HEALTH = Declaration(answer=HealthAnswer, tag=WATCHING, caching=Caching.NEVER)
READY = Declaration(
    answer=ReadyAnswer,
    tag=WATCHING,
    caching=Caching.NEVER,
    others={503: (ReadyAnswer, "Not yet: there are no articles, or the model is still loading.")},
)


@endpoint(v1, "/search", SEARCH)
def search(query: SearchParameters) -> SearchAnswer:
    """Search the articles.

    One hit for each article, with the section that answers best. Without a model the answer comes from keywords
    alone: `mode` is then `keyword`, `degraded` is true, and `reason` says why. A misspelt word that no article holds
    is corrected, and `corrected` says so. Where no article answers, `answered` is false and `topics` names the nearest
    ones. An empty search is answered with no hits and a note.
    """
    started = time.perf_counter()
    page = open_page(query.as_query(), query.cursor)
    check_filters(page.query.filters, page.engine)
    results = search_page(page, query.mode, explain=query.wants_explanation)
    cursor = page.next_cursor(len(results.hits), results.total, results.mode)
    return search_answer(readable_results(page, results), cursor, (time.perf_counter() - started) * 1000)


@endpoint(v1, "/suggest", SUGGEST)
def suggest(query: SuggestParameters) -> SuggestAnswer:
    """Complete a search.

    Articles and sections whose words begin like those typed so far.
    """
    found = g.engine.suggest(query.q, query.limit)
    return SuggestAnswer(query=query.q, suggestions=[SearchSuggestion.model_validate(one) for one in found])


@endpoint(v1, "/articles", LIST)
def list_articles(query: ListParameters) -> ListAnswer:
    """List the articles.

    Every article that the public may read, in order of id, a page at a time.
    """
    page = open_page(query.as_query(), query.cursor)
    check_filters(page.query.filters, page.engine)
    cards = [card for card in page.engine.partition.cards if not query.topic or card.topic in query.topic]
    shown = cards[page.query.offset :][: query.limit]
    articles = [article_card(card) for card in readable_cards(shown)]
    return ListAnswer(total=len(cards), articles=articles, next=page.next_cursor(len(shown), len(cards)))


@endpoint(v1, "/articles/<path:id>", ARTICLE)
def article(id: str) -> ArticleAnswer:
    """Read an article.

    All its sections, as HTML and as plain text, and the articles related to it.
    """
    found = g.partition.article(id)
    if found is not None and may_read(g.viewer, found.audience):
        return article_answer(found, filter(None, map(g.partition.card, found.related)))
    moved = g.partition.redirect(id)
    if moved is not None and g.partition.card(moved):
        raise RequestRedirect(url_for("api.v1.article", id=moved))
    raise NotFound


@endpoint(v1, "/topics", TOPICS)
def topics() -> TopicsAnswer:
    """List the topics.

    Every topic that has articles, in the order of the site.
    """
    return topics_answer(g.partition)


@endpoint(v1, "/health", HEALTH)
def health() -> HealthAnswer:
    """Say that the process is alive.

    Asks nothing of the articles, so a server that is still preparing them is alive.
    """
    return HealthAnswer(live=True)


@endpoint(v1, "/ready", READY)
def ready() -> tuple[ReadyAnswer, int]:
    """Say whether searches are answered, and from what.

    A server without its model is ready, and degraded: it answers from keywords alone.
    """
    status = g.serving.status()
    answer = ReadyAnswer.model_validate(status).model_copy(update={"model": Path(status.model).name})  # not where it lies
    return answer, 200 if status.ready else 503
