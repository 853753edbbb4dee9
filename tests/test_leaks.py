"""No leak by construction: what is written for agents appears on no public surface, in no public file.

The small library carries canary words: `zanzibarquux` all over an article for agents (title, text,
symptoms, codes, its topic's title, a group of a public topic), `kumquatvexil` in an `!!! internal` block of a public article,
with an image there that bears it, `quibblewortle` in a draft.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import Settings
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.search.types import Mode, Query
from kb.snapshot.folder import SnapshotFolder
from web import create_app

CANARIES = ("zanzibarquux", "kumquatvexil", "quibblewortle")
HIDDEN_PATHS = ("agents/read-levels", "email/draft")
SECRETS = (*CANARIES, "read-levels")
STAFF_KEY = "a key that nobody has"
# Beginnings and slips of the canaries, which completion or correction would give away.
PROBES = (*CANARIES, "zanzibar", "zanzibarquuz", "kumquatvexi", "ZANZIBARQUUX-42", "quibble")


def public_folder(settings: Settings) -> Path:
    folder = SnapshotFolder(settings.data)
    current = folder.current()
    assert current
    return folder.path(current) / "public"


def readings(content: bytes) -> Iterator[str]:
    """The content as text, and whatever compressed streams in it hold."""
    yield content.decode("utf-8", "ignore").casefold()
    start = content.find(b"\x78\x9c")
    while start >= 0:
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[start:], 1 << 22).decode("utf-8", "ignore").casefold()
        start = content.find(b"\x78\x9c", start + 1)


def test_the_agents_partition_holds_the_canaries_so_this_test_can_fail(agents_engine: Engine) -> None:
    assert agents_engine.search(Query("zanzibarquux")).hits[0].id == "agents/read-levels"
    assert agents_engine.search(Query("kumquatvexil", Mode.KEYWORD)).hits[0].id == "no-internet/red-light"
    assert list((agents_engine.partition.folder / "media").rglob("kumquatvexil-chart.svg"))


def test_no_file_of_the_public_partition_holds_a_canary(settings: Settings) -> None:
    files = [path for path in public_folder(settings).rglob("*") if path.is_file()]
    assert len(files) > 5
    for file in files:
        for text in (file.name.casefold(), *readings(file.read_bytes())):
            for secret in SECRETS:
                assert secret not in text, file


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("canary", PROBES)
def test_searching_for_a_canary_finds_what_searching_for_nonsense_finds(engine: Engine, canary: str, mode: Mode) -> None:
    results = engine.search(Query(canary, mode, limit=50))
    assert not any(secret in repr(results.hits).casefold() for secret in SECRETS)
    assert "agents" not in {value.value for value in results.facets["topic"]}
    for field in ("title", "errors", "symptoms", "body"):
        assert engine.search(Query(f"{field}:{canary}", mode)).total == 0
    assert engine.search(Query(f"{canary[:6]}*", mode)).total == 0


@pytest.fixture(name="staffed", scope="module")
def _staffed(settings: Settings, serving: Serving) -> Flask:
    """The same site with pages for staff."""
    return create_app(replace(settings, staff_key=STAFF_KEY), serving=serving)


def addresses(app: Flask) -> Iterator[str]:
    """Every public address: each route, each listed article, and each way to search for a canary."""
    for rule in app.url_map.iter_rules():
        if not rule.arguments:
            yield rule.rule
    for canary in PROBES:
        asked = quote(canary)
        for path in ("/search", "/api/v1/search", "/api/v1/suggest"):
            yield f"{path}?q={asked}"
        for switches in ("explain=1", "explain=1&mode=keyword", "explain=1&verbatim=1"):
            yield f"/api/v1/search?q={asked}&{switches}"
        yield f"/search?q={asked}&verbatim=1"
        for audience in ("", "&audience=agents", "&audience=public"):
            yield f"/explain?q={asked}{audience}"
        yield f"/api/v1/search?q={asked}*"
        yield f"/{asked}"
    for hidden in HIDDEN_PATHS:
        yield from (f"/articles/{hidden}", f"/articles/{hidden}.md", f"/articles/{hidden}/", f"/api/v1/articles/{hidden}")
        yield f"/articles/{hidden.upper()}"
    yield from (
        "/topics/agents",
        "/api/v1/search?q=light&topic=agents",
        "/search?q=light&topic=agents",
        "/api/v1/articles?topic=agents",
    )


def test_no_public_address_shows_a_canary_that_was_not_typed(app: Flask, client: FlaskClient) -> None:
    listed = [entry["id"] for entry in client.get("/api/v1/articles?limit=50").get_json()["articles"]]
    assert len(listed) >= 5
    pages = [f"/articles/{quote(id)}" for id in listed] + [f"/api/v1/articles/{quote(id)}" for id in listed]
    visited = 0
    for address in [*addresses(app), *pages]:
        response = client.get(address)
        assert response.status_code < 500 or address.endswith("/ready"), address
        shown = response.get_data().decode("utf-8", "ignore").casefold()
        for secret in SECRETS:
            if secret not in address.casefold():
                assert secret not in shown, (address, secret)
        visited += 1
    assert visited > 60


@pytest.mark.parametrize("canary", CANARIES)
def test_an_explanation_knows_no_more_than_the_public_does(client: FlaskClient, canary: str) -> None:
    """A word that only agents' articles hold is as unknown as nonsense: in its counts, its rarity, in every number."""
    told, nonsense = (
        client.get(f"/api/v1/search?mode=keyword&explain=1&q=light+{word}").get_json() for word in (canary, "xyzzynonsense")
    )
    for answer in (told, nonsense):
        assert [(term["articles"], term["known"]) for term in answer["explanation"]["terms"]][1] == (0, False)
    assert told["explanation"]["verdict"] == nonsense["explanation"]["verdict"]
    assert [hit["explain"] for hit in told["hits"]] == [hit["explain"] for hit in nonsense["hits"]]
    assert told["topics"] == nonsense["topics"]


@pytest.mark.parametrize("audience", ["agents", "public"])
def test_pages_for_staff_show_nothing_without_the_key(staffed: Flask, audience: str) -> None:
    address = f"/explain?q=light+box&audience={audience}"
    client = staffed.test_client()
    for auth in (None, ("staff", "wrong"), ("staff", STAFF_KEY[:-1])):
        refused = client.get(address, auth=auth)
        assert refused.status_code == 401
        for secret in SECRETS:
            assert secret not in refused.text.casefold()
        assert "fx-verdict" not in refused.text


def test_staff_see_agents_articles_only_when_they_ask_for_them(staffed: Flask) -> None:
    client = staffed.test_client()
    shown = {
        audience: client.get(f"/explain?q=levels+light{audience}", auth=("staff", STAFF_KEY)).text.casefold()
        for audience in ("", "&audience=public", "&audience=agents")
    }
    assert "agents/read-levels" in shown["&audience=agents"]
    for audience in ("", "&audience=public"):
        for secret in SECRETS:
            assert secret not in shown[audience]


def test_the_key_opens_nothing_but_the_pages_for_staff(staffed: Flask) -> None:
    client = staffed.test_client()
    for address in ("/api/v1/search?q=levels&explain=1", "/search?q=levels", "/articles/agents/read-levels"):
        answer = client.get(address, auth=("staff", STAFF_KEY)).text.casefold()
        assert not any(secret in answer for secret in SECRETS)


@pytest.mark.parametrize("hidden", HIDDEN_PATHS)
@pytest.mark.parametrize("prefix", ["/articles/", "/api/v1/articles/"])
def test_a_hidden_article_answers_as_one_that_never_was(client: FlaskClient, prefix: str, hidden: str) -> None:
    answers = [client.get(f"{prefix}{id}") for id in (hidden, f"{hidden.rpartition('/')[0]}/no-such-thing")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert set(answers[0].headers.keys()) == set(answers[1].headers.keys())


def test_what_is_typed_comes_back_only_as_what_was_typed(client: FlaskClient) -> None:
    for canary in ("zanzibarquux", "kumquatvexil"):
        # By keywords: the stand-in encoder puts every word near some other.
        answer = client.get(f"/api/v1/search?mode=keyword&q={canary}").get_json()
        asked = client.get("/api/v1/search?mode=keyword&q=xyzzynonsense").get_json()
        assert (answer["total"], answer["facets"], answer["answered"]) == (asked["total"], asked["facets"], asked["answered"])


def test_the_agents_partition_is_not_served_over_http(client: FlaskClient) -> None:
    for header in ({"X-Audience": "agents"}, {"Cookie": "audience=agents"}, {"Authorization": "Bearer agents"}):
        answer = client.get("/api/v1/search?q=kumquatvexil", headers=header).get_json()
        assert all("kumquatvexil" not in hit["snippet"] for hit in answer["hits"])
    assert client.get("/api/v1/search?q=light&audience=agents").status_code == 400
