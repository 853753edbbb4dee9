"""Counts searches that led to an article: who comes from the results page has found something."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

from flask import Response, after_this_request, request, url_for

from kb.search.asked import read_question
from web.viewer import g

LONGEST_REFERRER = 2_000  # characters; what is longer holds no question that would be suggested
MOST_FIELDS = 100  # of a query string, as above


def count_search(article: str) -> None:
    """Once the article's page has been sent, count the search that it was opened from, if it was.

    The Referer header says which one; it comes from the reader's side, so the search is made again, and
    counts only if it finds the article.
    """
    question = read_question(_searched_for())
    engine, questions, audience = g.engine, g.serving.questions, g.viewer.audience

    def count() -> None:
        if engine.leads_to(question, article):
            questions.count(audience, question, article, dt.datetime.now(dt.UTC).date())

    if question:

        @after_this_request
        def count_later(response: Response) -> Response:
            response.call_on_close(count)
            return response


def _searched_for() -> str:
    """What was searched for on the results page that this request comes from; empty if it does not."""
    if request.method != "GET" or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return ""
    try:
        referrer = urlsplit(request.headers.get("Referer", "")[:LONGEST_REFERRER])
        asked = parse_qs(referrer.query, max_num_fields=MOST_FIELDS).get("q", [""])[0]
    except ValueError:
        return ""
    here = (request.host, urlsplit(g.settings.url).netloc)
    return asked if referrer.netloc in here and referrer.path == url_for("help_center.results") else ""
