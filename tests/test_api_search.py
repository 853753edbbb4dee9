"""Search over the API: what is asked is what is answered, and whatever is asked is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import NO_MODEL, Settings
from kb.search.engine import Engine
from kb.search.reading import MAX_CHARACTERS
from kb.search.serving import Serving
from kb.search.types import Correction, NearTopic, Query
from web import create_app
from web.api.answers import search_answer

HOSTILE = (
    "the of and",
    "🙂🙃",
    "שלום עולם",
    "\x00\x01\x7f",
    "\ufdd0\uffff",
    "\u202e" * 50,
    "\n\t",
    '"',
    "-",
    '-"a',
    "title:",
    "(((",
    "a* OR *",
    "updated:>2026-01 light",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "%",
    "x" * 9000,
)
FACETS = ("topic", "product", "platform")


def search(client: FlaskClient, query: str, expected: int = 200) -> dict[str, Any]:
    """The answer to a query string."""
    response = client.get(f"/api/v1/search?{query}")
    assert response.status_code == expected, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


@pytest.fixture(name="keywords_only")
def _keywords_only(settings: Settings) -> FlaskClient:
    """A site whose model cannot be had."""
    plain = replace(settings, model=NO_MODEL)
    serving = Serving(plain)
    serving.refresh()
    return create_app(plain, serving=serving).test_client()


def test_a_hit_has_the_fields_promised_and_leads_to_its_section(client: FlaskClient) -> None:
    hit = search(client, "q=restart+the+fibre+box")["hits"][0]
    assert set(hit) == {"id", "title", "url", "topic", "section", "snippet", "score", "updated", "step", "steps"}
    assert set(hit["section"]) == {"heading", "anchor"}
    assert (hit["id"], hit["topic"], hit["updated"]) == ("no-internet/red-light", "no-internet", "2026-03-02")
    page, _, anchor = hit["url"].partition("#")
    assert anchor == hit["section"]["anchor"]
    article = client.get(f"/api/v1{page}").get_json()
    assert (
        hit["section"] in [{"heading": part["heading"], "anchor": part["anchor"]} for part in article["sections"]] or not anchor
    )
    assert f'id="{anchor}"' in client.get(page).text or not anchor


@pytest.mark.parametrize(("switch", "explained"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_a_search_is_explained_when_asked(client: FlaskClient, switch: str, explained: bool) -> None:
    answer = search(client, f"q=red+light&explain={switch}")
    assert ("explanation" in answer) is explained
    assert [("explain" in hit) for hit in answer["hits"]] == [explained] * len(answer["hits"])
    for hit in answer["hits"] if explained else ():
        assert hit["explain"]["stages"][-1]["name"] == "score"
        assert hit["explain"]["stages"][-1]["value"] == hit["score"]
        assert all(stage["meaning"].endswith(".") for stage in hit["explain"]["stages"])


def test_the_explanation_says_how_the_search_was_read_and_judged(client: FlaskClient) -> None:
    told = search(client, "q=red+light+0x80072EE7+xyzzy&explain=1")["explanation"]
    assert [(term["term"], term["origin"], term["known"]) for term in told["terms"]] == [
        ("red", "asked", True),
        ("light", "asked", True),
        ("0x80072ee7", "asked", True),
        ("xyzzi", "asked", False),
    ]
    assert [(reading["kind"], reading["typed"], reading["became"]) for reading in told["readings"]] == [
        ("code", "0x80072EE7", "0x80072ee7")
    ]
    assert sum(weight["value"] for weight in told["weights"]) == pytest.approx(1)
    assert told["verdict"] == {"answered": True, "meaning": "A result holds the code that was asked for.", "checks": []}


def test_what_the_engine_understood_is_in_the_answer(app: Flask, engine: Engine) -> None:
    results = replace(
        engine.search(Query("red light")),
        query="red ligth",
        corrected="red light",
        corrections=(Correction("ligth", "light"),),
        suggestion="red lights",
        topics=(NearTopic("no-internet", "No internet"),),
    )
    results = replace(results, hits=(replace(results.hits[0], step=3, steps=6),))
    with app.test_request_context():
        answer = search_answer(results, None, 1.0).model_dump(mode="json")
    assert (answer["query"], answer["corrected"], answer["suggestion"]) == ("red ligth", "red light", "red lights")
    assert answer["corrections"] == [{"typed": "ligth", "meant": "light"}]
    assert answer["topics"] == [{"id": "no-internet", "title": "No internet", "url": "/topics/no-internet"}]
    assert (answer["hits"][0]["step"], answer["hits"][0]["steps"]) == (3, 6)


def test_a_plain_search_has_nothing_corrected(client: FlaskClient) -> None:
    answer = search(client, "q=red+light")
    assert (answer["corrected"], answer["corrections"], answer["suggestion"], answer["vague"]) == ("", [], "", False)
    assert answer["topics"] == []


def test_without_an_answer_the_nearest_topics_are_named(client: FlaskClient) -> None:
    answer = search(client, "q=light+quagmire+xylophone+zeppelin+topiary&mode=keyword")
    assert answer["answered"] is False
    known = {topic["url"]: topic for topic in client.get("/api/v1/topics").get_json()["topics"]}
    assert answer["topics"]
    for topic in answer["topics"]:
        assert known[topic["url"]]["title"] == topic["title"]


def test_stop_words_alone_are_vague(client: FlaskClient) -> None:
    answer = search(client, "q=the+of+and")
    assert (answer["vague"], answer["answered"]) == (True, False)


@pytest.mark.parametrize("switch", ["1", "true", "0", "false"])
def test_a_search_as_typed_is_another_search(client: FlaskClient, switch: str) -> None:
    """What can be corrected is so only if not switched off; a cursor belongs to the one that it was made for."""
    first = search(client, f"q=wifi+light+signal&mode=keyword&limit=1&verbatim={switch}")
    follow = f"q=wifi+light+signal&mode=keyword&limit=1&cursor={first['next']}"
    assert search(client, f"{follow}&verbatim={switch}")["hits"]
    other = "0" if switch in ("1", "true") else "1"
    assert search(client, f"{follow}&verbatim={other}", expected=400)["type"].endswith("#fx-problem-invalid-cursor")


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_the_mode_that_was_asked_for_is_used(client: FlaskClient, mode: str) -> None:
    answer = search(client, f"q=red+light&mode={mode}")
    assert (answer["mode"], answer["degraded"], answer["reason"]) == (mode, False, None)


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
@pytest.mark.parametrize("facet", FACETS)
def test_choosing_a_facet_leaves_as_many_hits_as_it_said(client: FlaskClient, facet: str, mode: str) -> None:
    for choice in search(client, f"q=wifi+signal+light&mode={mode}")["facets"][facet]:
        narrowed = search(client, f"q=wifi+signal+light&mode={mode}&{facet}={choice['value']}")
        assert narrowed["total"] == choice["count"]
        assert [one["value"] for one in narrowed["facets"][facet] if one["selected"]] == [choice["value"]]


def test_a_filter_may_be_repeated_and_means_one_of_them(client: FlaskClient) -> None:
    hits = search(client, "q=signal&topic=wifi&topic=no-internet&limit=50")["hits"]
    assert {hit["topic"] for hit in hits} == {"wifi", "no-internet"}


@pytest.mark.parametrize("facet", FACETS)
def test_an_unknown_filter_value_is_refused_with_the_known_ones(client: FlaskClient, facet: str) -> None:
    problem = search(client, f"q=x&{facet}=wifi-7&{facet}=", expected=422)
    assert [error["field"] for error in problem["errors"]] == [facet, facet]
    assert "'wifi-7' is not known" in problem["errors"][0]["message"]
    known = {"topic": "no-internet, wifi, email", "product": "fibre, mesh", "platform": "windows, macos, ios, android"}
    assert problem["errors"][0]["message"].endswith(f"Known: {known[facet]}.")


def test_the_topic_of_agents_is_as_unknown_as_any_other(client: FlaskClient) -> None:
    assert search(client, "topic=agents", expected=422)["errors"][0]["field"] == "topic"


def test_a_declared_product_without_articles_filters_everything_out(client: FlaskClient) -> None:
    assert search(client, "q=light&platform=ios&product=fibre")["hits"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=51", "limit"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=1_0", "limit"),
        ("limit=%205", "limit"),
        ("limit=5.0", "limit"),
        ("limit=%D9%A3", "limit"),
        (f"limit={'9' * 5000}", "limit"),
        ("limit=1&limit=2", "limit"),
        ("mode=magic", "mode"),
        ("mode=", "mode"),
        ("explain=yes", "explain"),
        ("verbatim=on", "verbatim"),
        ("cursor=", "cursor"),
        ("cursor=a%20b", "cursor"),
        ("q=a&q=b", "q"),
        ("topic=" + "x" * 201, "topic"),
        ("&".join(["topic=wifi"] * 51), "topic"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(client: FlaskClient, query: str, field: str) -> None:
    problem = search(client, query, expected=422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert problem["errors"][0]["message"] in problem["detail"]


def test_everything_wrong_is_said_at_once(client: FlaskClient) -> None:
    problem = search(client, "limit=0&mode=magic", expected=422)
    assert [error["field"] for error in problem["errors"]] == ["limit", "mode"]


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", "topic=wifi"])
def test_an_empty_search_is_answered_with_a_note(client: FlaskClient, query: str) -> None:
    answer = search(client, query)
    assert (answer["answered"], answer["total"], answer["hits"], answer["next"]) == (False, 0, [], None)
    assert answer["notes"]


def test_a_search_beyond_what_is_searched_is_cut_and_says_so(client: FlaskClient) -> None:
    short = search(client, "q=" + "red+light+" * 100)
    long = search(client, "q=" + "red+light+" * 1100)
    assert short["notes"] == []
    assert any(f"{MAX_CHARACTERS:,}" in note for note in long["notes"])
    assert long["hits"][0]["id"] == "no-internet/red-light"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_whatever_is_typed_is_answered(client: FlaskClient, text: str, mode: str) -> None:
    answer = search(client, f"q={quote(text)}&mode={mode}")
    assert answer["total"] >= len(answer["hits"])
    assert "<script" not in "".join(hit["snippet"] for hit in answer["hits"])
    assert client.get(f"/api/v1/suggest?q={quote(text)}").status_code == 200


def test_bytes_that_are_no_text_are_answered(client: FlaskClient) -> None:
    assert search(client, "q=%FF%FE%C0%AF")["total"] >= 0


def test_without_a_model_hybrid_search_answers_from_keywords_and_says_so(keywords_only: FlaskClient) -> None:
    answer = search(keywords_only, "q=red+light")
    assert (answer["mode"], answer["degraded"], answer["reason"]) == ("keyword", True, "model-unavailable")
    assert answer["hits"][0]["id"] == "no-internet/red-light"


def test_without_a_model_semantic_search_is_a_problem_that_names_the_way_out(keywords_only: FlaskClient) -> None:
    problem = search(keywords_only, "q=red+light&mode=semantic", expected=503)
    assert problem["type"].endswith("#fx-problem-mode-unavailable")
    assert "keyword" in problem["detail"]


def test_suggestions_complete_what_was_typed(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=red+li&limit=3").get_json()
    assert answer["query"] == "red li"
    assert answer["suggestions"][0] == {
        "text": "Red light on the fibre box",
        "url": "/articles/no-internet/red-light",
        "topic": "No internet",
    }
    assert len(answer["suggestions"]) <= 3


def test_nothing_typed_suggests_nothing(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest").get_json() == {"query": "", "suggestions": []}
