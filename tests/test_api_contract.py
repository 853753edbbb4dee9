"""One shape of success and one of error, asked of every endpoint.

Success: an object (never a bare list) as `application/json`, with exactly the fields that the specification names.
Error: `{"type", "title", "status", "detail", "instance"}` as `application/problem+json`, and `errors`, a list of
`{"field", "message"}`, where parameters are concerned.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import jsonschema_rs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.config import NO_MODEL, Settings
from kb.search.serving import Serving
from web import create_app

ARTICLE = "/api/v1/articles/{id}"
ADDRESSES = {
    "/api/v1/search": "/api/v1/search?q=red+light&explain=1",
    "/api/v1/suggest": "/api/v1/suggest?q=red",
    "/api/v1/articles": "/api/v1/articles?limit=2",
    ARTICLE: "/api/v1/articles/no-internet/red-light",
    "/api/v1/topics": "/api/v1/topics",
    "/api/v1/health": "/api/v1/health",
    "/api/v1/ready": "/api/v1/ready",
}
every_endpoint = pytest.mark.parametrize("path", ADDRESSES)
CANARIES = ("zanzibarquux", "kumquatvexil", "canaryfern", "quibblewortle")


def assert_problem(response: TestResponse, status: int, name: str) -> dict[str, Any]:
    """The response is a problem of that kind; returns it."""
    assert response.content_type == "application/problem+json"
    problem: dict[str, Any] = response.get_json()
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"/api/docs#fx-problem-{name}"
    assert problem["title"]
    assert problem["detail"].endswith(".")
    assert response.headers["Cache-Control"] == "no-store"
    return problem


def with_parameter(address: str, parameter: str) -> str:
    """The address with one more query parameter."""
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


def test_every_endpoint_of_the_specification_is_visited_here(client: FlaskClient) -> None:
    assert set(client.get("/api/openapi.json").get_json()["paths"]) == set(ADDRESSES)


@every_endpoint
def test_success_is_an_object_with_exactly_the_fields_promised(client: FlaskClient, path: str) -> None:
    document = client.get("/api/openapi.json").get_json()
    response = client.get(ADDRESSES[path])
    assert (response.status_code, response.content_type) == (200, "application/json")
    promise = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.Draft202012Validator({**promise, "components": document["components"]}).validate(response.get_json())
    fields = document["components"]["schemas"][promise["$ref"].rpartition("/")[2]]["properties"]
    assert set(response.get_json()) == set(fields)


@every_endpoint
def test_an_unknown_parameter_is_named(client: FlaskClient, path: str) -> None:
    problem = assert_problem(client.get(with_parameter(ADDRESSES[path], "colour=red")), 400, "unknown-parameter")
    assert [error["field"] for error in problem["errors"]] == ["colour"]
    assert "colour" in problem["detail"]


@every_endpoint
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_everything_is_only_read(client: FlaskClient, path: str, method: str) -> None:
    response = client.open(ADDRESSES[path], method=method)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@every_endpoint
def test_head_is_get_without_the_body(client: FlaskClient, path: str) -> None:
    head = client.head(ADDRESSES[path])
    assert (head.status_code, head.data, head.content_type) == (200, b"", "application/json")


@every_endpoint
def test_pages_of_other_sites_may_read(client: FlaskClient, path: str) -> None:
    for response in (client.get(ADDRESSES[path]), client.get(with_parameter(ADDRESSES[path], "colour=red"))):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
    preflight = client.options(ADDRESSES[path])
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert preflight.headers["Access-Control-Allow-Methods"] == preflight.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/api/v1/search", "private, max-age=0"),
        ("/api/v1/suggest", "private, max-age=0"),
        ("/api/v1/articles", "no-cache"),
        (ARTICLE, "no-cache"),
        ("/api/v1/topics", "no-cache"),
        ("/api/v1/health", "no-store"),
        ("/api/v1/ready", "no-store"),
    ],
)
def test_answers_are_kept_no_longer_than_they_are_true(client: FlaskClient, path: str, caching: str) -> None:
    first = client.get(ADDRESSES[path])
    assert first.headers["Cache-Control"] == caching
    if caching == "no-cache":
        again = client.get(ADDRESSES[path], headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/search",
        "/api/v1/topics/",
        "/api//v1/topics",
        "/api/v1/articles/",
        "/api/%0A",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PROPFIND"])
def test_an_address_that_is_not_there_is_a_problem_not_a_page(client: FlaskClient, address: str, method: str) -> None:
    assert_problem(client.open(address, method=method), 404, "not-found")


@pytest.mark.parametrize(
    "id", ["nowhere", "%00", "a%0Ab", "%0A", "..%2F..%2Fsite.toml", "no-internet/red-light.md", "no-internet/", "🙂"]
)
def test_an_article_that_is_not_there_is_a_problem_not_a_page(client: FlaskClient, id: str) -> None:
    assert_problem(client.get(f"/api/v1/articles/{id}"), 404, "not-found")


def test_a_fault_of_ours_says_nothing_of_our_insides(settings: Settings, serving: Serving) -> None:
    app = create_app(settings, serving=serving)

    def fail() -> NoReturn:
        raise RuntimeError("the password is swordfish")

    app.view_functions["api.v1.topics"] = fail
    response = app.test_client().get("/api/v1/topics")
    assert_problem(response, 500, "internal-error")
    assert "swordfish" not in response.text
    assert "RuntimeError" not in response.text


@pytest.fixture(name="empty")
def _empty(settings: Settings, tmp_path: Path) -> Flask:
    """A site for which nothing has been published."""
    bare = replace(settings, data=tmp_path)
    return create_app(bare, serving=Serving(bare))


@pytest.mark.parametrize("path", [path for path in ADDRESSES if path not in ("/api/v1/health", "/api/v1/ready")])
def test_without_a_snapshot_readers_are_asked_to_come_back(empty: Flask, path: str) -> None:
    response = empty.test_client().get(ADDRESSES[path])
    assert_problem(response, 503, "not-ready")
    assert int(response.headers["Retry-After"]) > 0
    assert "make" not in response.text


def test_without_a_snapshot_the_process_is_alive_but_not_ready(empty: Flask) -> None:
    client = empty.test_client()
    assert client.get("/api/v1/health").get_json() == {"live": True}
    ready = client.get("/api/v1/ready")
    assert (ready.status_code, ready.content_type) == (503, "application/json")
    assert ready.get_json()["ready"] is False
    assert ready.get_json()["snapshot"] is None


def test_ready_says_what_is_served(client: FlaskClient, serving: Serving) -> None:
    ready = client.get("/api/v1/ready").get_json()
    assert ready["ready"] is True
    assert ready["snapshot"] == serving.status().snapshot
    assert ready["articles"] == client.get("/api/v1/articles").get_json()["total"]
    assert (ready["model"], ready["degraded"], ready["reason"]) == ("hashing", False, None)


def test_a_server_without_a_model_is_ready_and_degraded(settings: Settings) -> None:
    plain = replace(settings, model=NO_MODEL)
    serving = Serving(plain)
    serving.refresh()
    ready = create_app(plain, serving=serving).test_client().get("/api/v1/ready")
    assert ready.status_code == 200
    assert (ready.get_json()["degraded"], ready.get_json()["reason"]) == (True, "model-unavailable")


def test_the_folder_of_a_model_is_not_given_away(settings: Settings, tmp_path: Path) -> None:
    private = replace(settings, data=tmp_path, model=str(tmp_path / "our-model"))
    ready = create_app(private, serving=Serving(private)).test_client().get("/api/v1/ready")
    assert ready.get_json()["model"] == "our-model"


def test_every_article_in_the_list_can_be_read(client: FlaskClient) -> None:
    listed = client.get("/api/v1/articles?limit=100").get_json()["articles"]
    assert [card["id"] for card in listed] == sorted(card["id"] for card in listed)
    for card in listed:
        article = client.get(f"/api/v1{card['url']}").get_json()
        assert {key: article[key] for key in card} == card
        assert article["sections"]
        for link in article["related"]:
            assert client.get(f"/api/v1{link['url']}").status_code == 200


def test_an_old_address_leads_to_the_new_one(client: FlaskClient) -> None:
    moved = client.get("/api/v1/articles/fibre/red-light")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/api/v1/articles/no-internet/red-light")


def test_topics_count_what_can_be_listed(client: FlaskClient) -> None:
    for topic in client.get("/api/v1/topics").get_json()["topics"]:
        assert client.get(f"/api/v1/articles?topic={topic['id']}").get_json()["total"] == topic["articles"] > 0
        assert client.get(topic["url"]).status_code == 200


@every_endpoint
def test_nothing_internal_is_ever_answered(client: FlaskClient, path: str) -> None:
    assert not any(canary in client.get(ADDRESSES[path]).text.casefold() for canary in CANARIES)


@pytest.mark.parametrize(
    "address",
    [
        "/search?q={}",
        "/search?q={}&mode=semantic&limit=50",
        "/search?topic={}",
        "/suggest?q={}",
        "/articles?limit=100",
        "/topics",
    ],
)
@pytest.mark.parametrize("word", [*CANARIES, "agents", "ZANZIBARQUUX-42"])
def test_asking_for_internal_words_finds_none_of_them(client: FlaskClient, address: str, word: str) -> None:
    answer = client.get(f"/api/v1{address.format(word)}").get_json()
    for echo in ("query", "detail", "instance", "errors"):
        answer.pop(echo, None)
    assert not any(canary in str(answer).casefold() for canary in CANARIES)
    assert "agents/" not in str(answer)


@pytest.mark.parametrize("id", ["agents/read-levels", "agents/line-test", "email/draft"])
def test_what_the_public_may_not_read_is_not_there(client: FlaskClient, id: str) -> None:
    unknown = client.get("/api/v1/articles/agents/no-such").get_json()
    hidden = client.get(f"/api/v1/articles/{id}")
    problem = assert_problem(hidden, 404, "not-found")
    assert {**problem, "instance": ""} == {**unknown, "instance": ""}
