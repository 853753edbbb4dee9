"""Errors say what happened and what to do now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import Settings
from kb.search.serving import Serving
from web import create_app
from web.errors import plain_path, words_of

pytest_plugins = ["tests.help_center_site"]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/help/wifi/slow_on-tv.html", "wifi slow on tv"),
        ("/articles/wifi/weak-signl", "wifi weak signl"),
        ("/kb/Fibre box", "Fibre box"),
        ("/", ""),
        ("/.env", ""),
        ("/" + "a/" * 500, ("a " * 100).strip()),
    ],
)
def test_the_words_of_an_address(path: str, words: str) -> None:
    """Folders of ours and endings are no words; what is left is short enough to search for."""
    assert words_of(path) == words


def test_a_missing_page_searches_with_the_words_of_its_address(reader: FlaskClient) -> None:
    """The nearest article is offered, and the words stand in the search box."""
    response = reader.get("/help/red-light-fibre-box.html")
    assert response.status_code == 404
    assert 'href="/articles/no-internet/red-light' in response.text
    assert 'value="red light fibre box"' in response.text


@pytest.mark.parametrize(
    "address", ["/%00", "/articles/%F0%9F%94%A5", "/%FF%FE", "/articles/" + "x" * 3000, "/..%2f..%2fetc/passwd", "/.env"]
)
def test_strange_addresses_are_only_missing(reader: FlaskClient, address: str) -> None:
    """No address is an error of ours."""
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/Contact", "/contact"),
        ("/contact/", "/contact"),
        ("/topics/WiFi/", "/topics/wifi"),
        ("/SEARCH?q=Red", "/search?q=Red"),
        ("/articles/WiFi/Weak-Signal", "/articles/wifi/weak-signal"),
        ("/articles/wifi/weak-signal/", "/articles/wifi/weak-signal"),
    ],
)
def test_unusual_spellings_lead_to_the_address(reader: FlaskClient, address: str, location: str) -> None:
    """Capitals and slashes at the end are forgiven with one lasting redirect."""
    response = reader.get(address)
    assert (response.status_code, response.location) == (301, location)


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example", "/\\evil.example/"])
def test_no_redirect_leaves_the_site(reader: FlaskClient, path: str) -> None:
    """What looks like another host stays a path of ours."""
    assert plain_path(path)[:2] != "//"
    location = reader.get(path).location
    assert location is None or (location.startswith("/") and not location.startswith("//"))


def test_a_bad_cursor_is_explained(reader: FlaskClient) -> None:
    """The page says so and leads to the first page of the same search."""
    response = reader.get("/search?q=signal&cursor=nonsense")
    assert response.status_code == 400
    assert 'href="/search?q=signal"' in response.text


def test_without_a_snapshot_pages_say_that_they_are_being_prepared(site_settings: Settings, tmp_path: Path) -> None:
    """Before the first build every page answers 503 and says when to try again."""
    serving = Serving(replace(site_settings, data=tmp_path))
    serving.refresh()
    empty = create_app(site_settings, serving=serving).test_client()
    for address in ("/", "/search?q=signal", "/articles/wifi/weak-signal", "/nothing", "/sitemap.xml"):
        response = empty.get(address)
        assert response.status_code == 503
        assert "being prepared" in response.text
        assert response.headers["Retry-After"] == "10"
        assert response.headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_admitted_without_details(site_settings: Settings) -> None:
    """With everything behind it broken, the error page still comes, says nothing of the fault, and is protected."""
    broken: Flask = create_app(site_settings, serving=Serving(site_settings))
    broken.extensions.clear()
    response = broken.test_client().get("/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "KeyError" not in response.text
    assert "Content-Security-Policy" in response.headers
