"""Static files are kept by browsers for good, because their address changes with their content."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from web.assets import Assets

pytest_plugins = ["tests.help_center_site"]

FIRST_LOAD = 30 * 1024  # bytes, compressed: the promise to a phone with two bars


def _linked(reader: FlaskClient, address: str) -> list[str]:
    return sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', reader.get(address).text)))


def test_the_digest_follows_names_and_contents(tmp_path: Path) -> None:
    """Renaming or changing any file changes the address of all; reading again does not."""
    file = tmp_path / "one.css"
    file.write_text("a{}")
    first = Assets.read(tmp_path).digest
    assert Assets.read(tmp_path).digest == first
    file.write_text("b{}")
    second = Assets.read(tmp_path).digest
    file.rename(tmp_path / "two.css")
    assert len({first, second, Assets.read(tmp_path).digest}) == 3


def test_only_known_types_are_read(tmp_path: Path) -> None:
    """A file that was left in the folder by mistake is not published."""
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "style.css").write_text("x")
    assert list(Assets.read(tmp_path).files) == ["style.css"]


def test_every_linked_file_is_there_and_kept(reader: FlaskClient) -> None:
    """What a page links to is served with its type, for good."""
    linked = _linked(reader, "/articles/no-internet/red-light")
    assert {name.rpartition("/")[2] for name in linked} >= {
        "style.css",
        "head.js",
        "search.js",
        "article.js",
        "tabs.js",
        "copy.js",
        "favicon.svg",
    }
    for address in linked:
        response = reader.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reader.get(linked[0]).mimetype == "text/javascript"


def test_an_old_address_leads_to_the_file_of_today(reader: FlaskClient) -> None:
    """A page from before an update finds its style, and what it finds is not kept under the old address."""
    current = next(address for address in _linked(reader, "/") if address.endswith("style.css"))
    response = reader.get("/static/000000000000/style.css")
    assert (response.status_code, response.location) == (302, current)
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "../headers.py", "..%2fheaders.py", "%2e%2e/headers.py", "/etc/passwd"])
def test_nothing_else_is_served(reader: FlaskClient, name: str) -> None:
    """No name reaches out of the folder."""
    digest = _linked(reader, "/")[0].split("/")[2]
    assert reader.get(f"/static/{digest}/{name}").status_code == 404


@pytest.mark.parametrize("address", ["/", "/articles/no-internet/red-light", "/search?q=signal"])
def test_a_first_visit_stays_small(reader: FlaskClient, address: str) -> None:
    """The page, its style, all scripts and its icon arrive in 30 KB."""
    accept = {"Accept-Encoding": "br"}
    total = sum(len(reader.get(one, headers=accept).data) for one in [address, "/favicon.ico", *_linked(reader, address)])
    assert total <= FIRST_LOAD


def test_the_icon_is_a_real_icon(reader: FlaskClient) -> None:
    """Old browsers ask for /favicon.ico and want that format."""
    response = reader.get("/favicon.ico")
    assert response.data[:6] == b"\x00\x00\x01\x00\x01\x00"
    assert response.mimetype == "image/x-icon"
