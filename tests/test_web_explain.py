"""The explain page says in words what a search did, and shows agents' articles to staff only."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask import render_template
from flask.testing import FlaskClient

from kb.access import Audience
from kb.config import Settings
from kb.search.answering import ANSWER_CLOSENESS
from kb.search.explaining import PARTS
from kb.search.explanation import Reading, Stage
from kb.search.serving import Serving
from kb.search.types import Query
from tests.conftest import PUBLIC
from web import create_app
from web.explain import amount, build_explanation

AUTH = ("anybody", "a key that is long enough")


@pytest.fixture(name="staff")
def _staff(settings: Settings, serving: Serving) -> FlaskClient:
    """A client of a site that has pages for staff."""
    return create_app(replace(settings, staff_key=AUTH[1]), serving=serving).test_client()


def explain(client: FlaskClient, **asked: str) -> str:
    """The page for a search, as its reader sees it: text only."""
    response = client.get("/explain", query_string=asked, auth=AUTH)
    assert response.status_code == 200
    return text_of(response.text)


def text_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_before_a_search_it_says_what_it_is_for(staff: FlaskClient) -> None:
    for asked in ({}, {"q": "  "}):
        assert "Type what a customer typed" in explain(staff, **asked)


def test_every_part_of_a_search_is_told(staff: FlaskClient) -> None:
    page = explain(staff, q="wifi keeps dropping")
    for part in ("There is an answer", "How it was read", "Each word", "Which side was trusted", "What was found"):
        assert part in page
    assert "1. Wi-Fi" in page
    assert re.search(rf"It stands \d+\.\d\d above “.+?”, most of it from ({'|'.join(PARTS)}) \(\+", page)


def test_a_word_that_no_article_holds_is_named(staff: FlaskClient) -> None:
    assert re.search(r"asked xyzzi No article says it\. 0 ", explain(staff, q="light xyzzy"))


def test_codes_and_operators_are_recognised(staff: FlaskClient) -> None:
    page = explain(staff, q='0x80072EE7 "dns server" -mesh topic:no-internet')
    assert "Code Taken as a code: articles that hold it come first." in page
    assert "These words must stand next to each other." in page
    assert "Must not stand anywhere in the article." in page
    assert "Must be in the topic." in page


def test_no_answer_is_explained_with_the_scores_that_were_too_low(staff: FlaskClient) -> None:
    page = explain(staff, q="light xyzzy")
    assert "There is no answer" in page
    best = re.search(rf"Closeness: too low .*? (0\.\d\d) {ANSWER_CLOSENESS:.2f} ", page)
    assert best
    assert 0 < float(best[1]) < ANSWER_CLOSENESS


def test_a_question_of_stop_words_is_asked_back(staff: FlaskClient) -> None:
    page = explain(staff, q="how do I do it with the")
    assert "The reader is asked back" in page
    assert "None is left to look for" in page


def test_agents_articles_are_marked_and_not_linked(staff: FlaskClient) -> None:
    response = staff.get("/explain?q=zanzibarquux&audience=agents", auth=AUTH)
    assert re.search(r"<h4>1\. [^<]*(<span[^>]*>[^<]*</span>)?[^<]* <span class=\"internal\">Internal</span></h4>", response.text)
    assert "/articles/agents/" not in response.text
    assert "agents/read-levels" in response.text


@pytest.mark.parametrize("audience", ["", "public", "everybody", "AGENTS"])
def test_any_other_audience_is_the_public(staff: FlaskClient, audience: str) -> None:
    page = explain(staff, q="zanzibarquux kumquatvexil light", audience=audience)
    assert "read-levels" not in page
    assert "Internal" not in page
    for canary in ("zanzibarquux", "kumquatvexil"):
        assert canary not in page.partition("Which side was trusted")[2]


def test_what_was_corrected_and_what_weighed_is_in_the_tables(staff: FlaskClient, serving: Serving) -> None:
    engine = serving.engine(PUBLIC)
    results = engine.search(Query("red light"), explain=True)
    assert results.explanation
    told = replace(
        results.explanation,
        typed="red ligth",
        readings=(Reading("correction", "ligth", "light", "No article says <ligth>."),),
        evidence=(Stage("rarest word", 4.125, "The words are trusted more."),),
    )
    page = build_explanation(engine.partition, Query("red ligth"), Audience.PUBLIC, replace(results, explanation=told))
    with staff.application.test_request_context("/explain"):
        shown = render_template("staff/explain.html", page=page)
    assert "Correction No article says <ligth>. ligth light" in text_of(shown)
    assert "&lt;ligth&gt;" in shown
    assert re.search(r"Rarest word The words are trusted more\. 4\.1[23] ", text_of(shown))


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0, "0.00"), (-0.001, "0.00"), (-1.5, "−1.50"), (12.345, "12.35")])
def test_numbers_have_two_digits_and_a_real_minus(value: float | None, shown: str) -> None:
    assert amount(value) == shown


@pytest.mark.parametrize("text", ["x" * 9000, "🔥", "a\x00b", '"', "-", "title:", "<script>alert(1)</script>", "\ufdd0"])
def test_any_search_is_explained(staff: FlaskClient, text: str) -> None:
    response = staff.get("/explain", query_string={"q": text}, auth=AUTH)
    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_the_page_is_whole(staff: FlaskClient) -> None:
    """One first heading, no id twice, a label for every field, and nothing inline."""
    page = staff.get("/explain?q=red+light", auth=AUTH).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count("<h1") == 1
    assert len(ids) == len(set(ids))
    fields = re.findall(r'<(?:input|select) id="([^"]+)"', page)
    assert fields == re.findall(r'<label[^>]* for="([^"]+)"', page)
    assert " style=" not in page
