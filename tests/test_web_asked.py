"""A search counts when it led to an article, in words that give nobody away, and is then suggested to others."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.access import Audience
from kb.config import Settings
from kb.search.asked import read_question
from kb.search.serving import Serving
from kb.store.database import DATABASE_FILE
from tests.conftest import AGENT, PUBLIC
from web import create_app

HERE = "https://help.example.org"
ARTICLE = "no-internet/red-light"
QUESTION = "red light on the fibre box"


@pytest.fixture
def asked_settings(library_root: Path, build: Callable[..., Settings]) -> Settings:
    return build(library_root)


@pytest.fixture
def asked_serving(asked_settings: Settings) -> Serving:
    serving = Serving(asked_settings)
    serving.refresh()
    serving.load_model()
    return serving


@pytest.fixture
def visitor(asked_settings: Settings, asked_serving: Serving) -> FlaskClient:
    app: Flask = create_app(asked_settings, serving=asked_serving)
    return app.test_client()


def open_article(visitor: FlaskClient, referrer: str, article: str = ARTICLE, **headers: str) -> None:
    with visitor.get(f"/articles/{quote(article)}", headers={"Referer": referrer, **headers}) as response:
        assert response.status_code == 200


def counted(settings: Settings) -> list[tuple[str, str, str, int]]:
    file = settings.data / DATABASE_FILE
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as db:
        return db.execute("SELECT audience, question, article, count FROM asked").fetchall()


@pytest.mark.parametrize("origin", [HERE, "http://localhost"])
def test_an_article_opened_from_the_results_counts(visitor: FlaskClient, asked_settings: Settings, origin: str) -> None:
    open_article(visitor, f"{origin}/search?q={quote('  Red light on the FIBRE box?')}&topic=no-internet")
    assert counted(asked_settings) == [("public", QUESTION, ARTICLE, 1)]


@pytest.mark.parametrize(
    "referrer",
    [
        "",
        f"{HERE}/",
        f"{HERE}/search",
        f"{HERE}/articles/wifi?q={quote(QUESTION)}",
        f"{HERE}/api/v1/suggest?q={quote(QUESTION)}",
        f"https://evil.example/search?q={quote(QUESTION)}",
        f"{HERE}/search?q=red",  # one word is no question
        f"{HERE}/search?q=red+lig",  # half-typed
        f"{HERE}/search?q=red+light+of+Smith",
        f"{HERE}/search?q=red+light+0176+5551234",
        f"{HERE}/search?q=red+light+me%40example.org",
        f"{HERE}/search?q=red+light+-box",
        f"{HERE}/search?q=title%3Ared+light",
        f"{HERE}/search?q=zanzibarquux+light",
        f"{HERE}/search?q=red+%E2%80%AElight",
        f"{HERE}/search?q={'red+light+' * 40}",
        f"{HERE}/search?{'a=b&' * 200}q=red+light",
        "https://[/search?q=red+light",
        "\x00",
    ],
)
def test_nothing_else_counts(visitor: FlaskClient, asked_settings: Settings, referrer: str) -> None:
    open_article(visitor, referrer)
    assert counted(asked_settings) == []


def test_an_article_that_the_search_does_not_find_does_not_count(visitor: FlaskClient, asked_settings: Settings) -> None:
    """The header can say anything."""
    open_article(visitor, f"{HERE}/search?q={quote(QUESTION)}", "wifi/slow")
    assert counted(asked_settings) == []


def test_looking_ahead_does_not_count(visitor: FlaskClient, asked_settings: Settings) -> None:
    asked = f"{HERE}/search?q={quote(QUESTION)}"
    open_article(visitor, asked, **{"Sec-Purpose": "prefetch;prerender"})
    visitor.head(f"/articles/{ARTICLE}", headers={"Referer": asked}).close()
    assert counted(asked_settings) == []


def test_a_reader_needs_no_database(visitor: FlaskClient, asked_settings: Settings) -> None:
    (asked_settings.data / DATABASE_FILE).unlink(missing_ok=True)
    (asked_settings.data / DATABASE_FILE).mkdir()
    open_article(visitor, f"{HERE}/search?q={quote(QUESTION)}")


def test_a_question_of_several_people_is_suggested_in_its_own_partition(asked_serving: Serving) -> None:
    today = dt.datetime.now(dt.UTC).date()
    question = "is the router red"
    for day in (today - dt.timedelta(days=1), today, today):
        asked_serving.questions.count(Audience.PUBLIC, question, ARTICLE, day)
    asked_serving.take_up_questions()
    assert question in [one.text for one in asked_serving.engine(PUBLIC).suggest("router r")]
    assert question not in [one.text for one in asked_serving.engine(AGENT).suggest("router r")]


def test_a_question_in_words_that_the_partition_does_not_suggest_is_kept_back(asked_serving: Serving) -> None:
    """Also when it was counted while an article had the words that has been withdrawn since."""
    today = dt.datetime.now(dt.UTC).date()
    for day in (today - dt.timedelta(days=1), today, today):
        for question, article in (("zanzibarquux light", ARTICLE), ("red light", "agents/read-levels")):
            asked_serving.questions.count(Audience.PUBLIC, question, article, day)
    asked_serving.take_up_questions()
    suggested = asked_serving.engine(PUBLIC).suggest("light")
    assert {one.text for one in suggested}.isdisjoint({"zanzibarquux light", "red light"})


def test_the_most_opened_article_is_suggested_first(asked_serving: Serving) -> None:
    engine = asked_serving.engine(PUBLIC)
    assert engine.suggest("wi-fi")[0].url == "/articles/wifi/drops"
    today = dt.datetime.now(dt.UTC).date()
    for day in (today - dt.timedelta(days=1), today, today):
        asked_serving.questions.count(Audience.PUBLIC, "some question", "wifi/slow", day)
    asked_serving.take_up_questions()
    assert engine.suggest("wi-fi")[0].url == "/articles/wifi/slow"


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (" Wi-Fi  drops?! ", "wi-fi drops"),
        ("wifi", ""),
        ("wifi <b>", ""),
        ("wifi \u202e drops", ""),
        ("wifi drops " * 20, ""),
        ("wifi -drops", ""),
        ("", ""),
        ("\ud800 a b", ""),
    ],
)
def test_a_question_is_counted_in_plain_words(text: str, question: str) -> None:
    assert read_question(text) == question
