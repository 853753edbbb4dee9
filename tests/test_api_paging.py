"""Pages follow one another without a gap or a repeat, also when articles are published between them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from indexer.publish import publish
from kb.config import Settings
from kb.search.serving import Serving
from web import create_app

LISTS = {"search": "/api/v1/search?q=signal&limit=3", "list": "/api/v1/articles?topic=wifi&limit=3"}
ROOMS = ("attic", "balcony", "cellar", "den", "garage", "garden", "hall", "kitchen")
both_lists = pytest.mark.parametrize("address", LISTS.values(), ids=list(LISTS))


@dataclass(frozen=True, slots=True)
class LivingSite:
    """A site whose articles a test can change."""

    settings: Settings
    serving: Serving
    client: FlaskClient

    def publish(self) -> str:
        """Publish the articles as they are now, and have them served; returns the snapshot's id."""
        published = publish(self.settings)
        self.serving.refresh()
        return published.manifest.id

    def write(self, name: str, text: str) -> None:
        """Write an article."""
        (self.settings.articles / f"{name}.md").write_text(text, "utf-8")


@pytest.fixture(name="living")
def _living(settings: Settings, tmp_path: Path) -> LivingSite:
    articles = tmp_path / "articles"
    shutil.copytree(settings.articles, articles)
    own = replace(settings, articles=articles, data=tmp_path / "data", keep_snapshots=2)
    serving = Serving(own)
    serving.load_model()
    site = LivingSite(own, serving, create_app(own, serving=serving).test_client())
    for number, room in enumerate(ROOMS):
        site.write(f"wifi/signal-{room}", f"---\ntitle: No signal in the {room}\n---\n{'Signal. ' * number}Far from the box.\n")
    site.publish()
    return site


def entries(page: dict[str, Any]) -> list[str]:
    """The ids on a page."""
    return [entry["id"] for entry in page.get("hits") or page.get("articles") or []]


def pages(client: FlaskClient, address: str) -> Iterator[dict[str, Any]]:
    """Each page of a list, as long as it has a next."""
    cursor = ""
    while True:
        response = client.get(address + cursor)
        assert response.status_code == 200, response.text
        yield response.get_json()
        if response.get_json()["next"] is None:
            return
        cursor = f"&cursor={response.get_json()['next']}"


@both_lists
def test_all_pages_together_are_the_whole_list(living: LivingSite, address: str) -> None:
    whole = living.client.get(address.replace("limit=3", "limit=50")).get_json()
    assert whole["next"] is None
    assert whole["total"] > 6
    paged = list(pages(living.client, address))
    assert [id for page in paged for id in entries(page)] == entries(whole)
    assert {page["total"] for page in paged} == {whole["total"]}


@both_lists
def test_articles_published_between_pages_leave_no_gap_and_no_repeat(living: LivingSite, address: str) -> None:
    before = [id for page in pages(living.client, address) for id in entries(page)]
    walk = pages(living.client, address)
    seen = entries(next(walk))
    living.write("wifi/aaa-signal", "---\ntitle: Signal signal signal\n---\nSignal, signal and signal.\n")
    living.publish()
    seen += [id for page in walk for id in entries(page)]
    assert seen == before
    assert "wifi/aaa-signal" in [id for page in pages(living.client, address) for id in entries(page)]


@both_lists
@pytest.mark.parametrize("hide", ["delete", "agents", "draft"])
def test_an_article_withdrawn_between_pages_is_left_out(living: LivingSite, address: str, hide: str) -> None:
    before = [id for page in pages(living.client, address) for id in entries(page)]
    walk = pages(living.client, address)
    seen = entries(next(walk))
    withdrawn = before[4]
    path = living.settings.articles / f"{withdrawn}.md"
    if hide == "delete":
        path.unlink()
    elif hide == "agents":
        path.write_text("---\ntitle: Signal\naudience: agents\n---\nSignal.\n", "utf-8")
    else:
        path.write_text("---\ntitle: Signal\nstatus: draft\n---\nSignal.\n", "utf-8")
    living.publish()
    seen += [id for page in walk for id in entries(page)]
    assert seen == [id for id in before if id != withdrawn]


@both_lists
def test_a_cursor_outlives_a_restart(living: LivingSite, address: str) -> None:
    before = [id for page in pages(living.client, address) for id in entries(page)]
    first = living.client.get(address).get_json()
    living.write("wifi/aaa-signal", "---\ntitle: Signal\n---\nSignal.\n")
    living.publish()
    serving = Serving(living.settings)
    serving.refresh()
    serving.load_model()
    restarted = create_app(living.settings, serving=serving).test_client()
    second = restarted.get(f"{address}&cursor={first['next']}").get_json()
    assert entries(first) + entries(second) == before[:6]


@both_lists
def test_a_cursor_whose_snapshot_is_gone_is_expired(living: LivingSite, address: str) -> None:
    cursor = living.client.get(address).get_json()["next"]
    for number in range(4):
        living.write("wifi/aaa-signal", f"---\ntitle: Signal {number}\n---\nSignal.\n")
        living.publish()
    response = living.client.get(f"{address}&cursor={cursor}")
    assert (response.status_code, response.content_type) == (410, "application/problem+json")
    assert response.get_json()["type"].endswith("#fx-problem-expired-cursor")


@both_lists
def test_a_cursor_of_another_query_is_refused(living: LivingSite, address: str) -> None:
    cursor = living.client.get(address).get_json()["next"]
    response = living.client.get(f"{address}&topic=no-internet&cursor={cursor}")
    assert (response.status_code, response.get_json()["type"]) == (400, "/api/docs#fx-problem-invalid-cursor")


@both_lists
@pytest.mark.parametrize("cursor", ["x", "W10", "bnVsbA", "WyIuLi8uLi8uLiIsMCwiIl0", "a" * 2000])
def test_a_cursor_that_is_not_ours_is_refused(client: FlaskClient, address: str, cursor: str) -> None:
    response = client.get(f"{address}&cursor={cursor}")
    assert (response.status_code, response.get_json()["type"]) == (400, "/api/docs#fx-problem-invalid-cursor")


def test_the_page_size_may_change_between_pages(living: LivingSite) -> None:
    client = living.client
    whole = entries(client.get("/api/v1/search?q=signal&limit=50").get_json())
    first = client.get("/api/v1/search?q=signal&limit=2").get_json()
    second = client.get(f"/api/v1/search?q=signal&limit=4&cursor={first['next']}").get_json()
    assert entries(first) + entries(second) == whole[:6]


def test_a_list_begun_with_keywords_goes_on_with_keywords_when_the_model_has_arrived(living: LivingSite) -> None:
    serving = Serving(living.settings)
    serving.refresh()
    client = create_app(living.settings, serving=serving).test_client()
    keywords = [id for page in pages(living.client, f"{LISTS['search']}&mode=keyword") for id in entries(page)]
    first = client.get(LISTS["search"]).get_json()
    assert (first["mode"], first["degraded"], first["reason"]) == ("keyword", True, "model-loading")
    serving.load_model()
    second = client.get(f"{LISTS['search']}&cursor={first['next']}").get_json()
    assert (second["mode"], second["degraded"], second["reason"]) == ("keyword", True, "model-loading")
    assert entries(first) + entries(second) == keywords[:6]
    assert any("keywords" in note for note in second["notes"])


def test_a_list_begun_with_the_model_is_not_continued_without_it(living: LivingSite) -> None:
    cursor = living.client.get(LISTS["search"]).get_json()["next"]
    serving = Serving(living.settings)
    serving.refresh()
    response = create_app(living.settings, serving=serving).test_client().get(f"{LISTS['search']}&cursor={cursor}")
    assert (response.status_code, response.get_json()["type"]) == (503, "/api/docs#fx-problem-mode-unavailable")
    assert int(response.headers["Retry-After"]) > 0


def test_words_taken_out_of_an_article_are_not_shown_from_a_kept_snapshot(living: LivingSite) -> None:
    """What became internal between two pages is gone at once, though the article is still listed."""
    for room in ROOMS:
        living.write(f"wifi/signal-{room}", f"---\ntitle: No signal in the {room}\n---\nSignal retractable.\n")
    living.publish()
    first = living.client.get(LISTS["search"]).get_json()
    assert any("retractable" in hit["snippet"] for hit in first["hits"])
    for room in ROOMS:
        living.write(
            f"wifi/signal-{room}", f"---\ntitle: No signal in the {room}\n---\nSignal.\n\n!!! internal\n    retractable\n"
        )
    living.publish()
    second = living.client.get(f"{LISTS['search']}&cursor={first['next']}").get_json()
    assert entries(second)
    assert "retractable" not in str(second)


def test_a_kept_snapshot_explains_nothing(living: LivingSite) -> None:
    """An explanation names the next article and quotes this one, as they were then."""
    address = f"{LISTS['search']}&explain=1"
    first = living.client.get(address).get_json()
    withdrawn = living.client.get(address.replace("limit=3", "limit=50")).get_json()["hits"][4]
    (living.settings.articles / f"{withdrawn['id']}.md").unlink()
    living.publish()
    second = living.client.get(f"{address}&cursor={first['next']}")
    assert second.get_json()["hits"]
    assert withdrawn["title"] not in second.text
    assert "explanation" not in second.get_json()


def test_the_site_pages_through_the_same_lists(living: LivingSite) -> None:
    """The results page goes on where its link leads, and leaves out what has been withdrawn."""
    for number in range(12):
        living.write(f"wifi/mast-{number}", f"---\ntitle: Signal mast {number}\n---\nSignal of mast {number}.\n")
    living.publish()
    page = living.client.get("/search?q=signal+mast").get_data(as_text=True)
    following = re.search(r'href="(/search\?[^"]*cursor=[^"]*)"', page)
    assert following
    shown = set(re.findall(r'href="(/articles/[^"#]+)', page))
    withdrawn = next(number for number in range(12) if f"/articles/wifi/mast-{number}" not in shown)
    living.write(f"wifi/mast-{withdrawn}", "---\ntitle: Gone\nstatus: retired\n---\nGone.\n")
    living.publish()
    second = living.client.get(following[1].replace("&amp;", "&"))
    assert second.status_code == 200
    hits = set(re.findall(r'hit-title"><a href="(/articles/[^"#]+)', second.get_data(as_text=True)))
    assert hits
    assert not hits & {f"/articles/wifi/mast-{withdrawn}"}
    assert not hits & shown
