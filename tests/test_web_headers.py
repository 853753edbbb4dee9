"""Every answer carries the security headers, whatever it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import Settings
from kb.search.serving import Serving
from web import create_app
from web.headers import CONTENT_POLICY, HEADERS

pytest_plugins = ["tests.help_center_site"]

ADDRESSES = (
    "/",
    "/topics/wifi",
    "/articles/no-internet/red-light",
    "/search?q=signal",
    "/search?q=signal&cursor=nonsense",
    "/contact",
    "/sitemap.xml",
    "/robots.txt",
    "/opensearch.xml",
    "/favicon.ico",
    "/nothing/here",
    "/static/0/nothing.css",
    "/Contact/",
    "/api/v1/suggest?q=signal",
    "/api/v1/nothing",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_protected(reader: FlaskClient, address: str) -> None:
    """No page, error, redirect or file comes without the headers, and none sets a cookie."""
    response = reader.get(address)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Set-Cookie" not in response.headers


def test_the_policy_allows_nothing_inline() -> None:
    """Scripts and styles come from our own files alone."""
    assert CONTENT_POLICY.startswith("default-src 'none';")
    assert "unsafe" not in CONTENT_POLICY


@pytest.mark.parametrize("address", [address for address in ADDRESSES if not address.endswith(".ico")])
def test_no_page_needs_anything_inline(reader: FlaskClient, address: str) -> None:
    """The policy would stop inline scripts, handlers and styles, so there are none."""
    html = reader.get(address).text
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
    assert "<script>" not in html


def test_transport_security_needs_https(site_settings: Settings, site_serving: Serving) -> None:
    """A site on plain HTTP does not promise that it is always reached over HTTPS."""
    plain = create_app(replace(site_settings, url="http://127.0.0.1:8000"), serving=site_serving)
    assert "Strict-Transport-Security" not in plain.test_client().get("/").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_pages_are_only_read(site_app: Flask, method: str) -> None:
    """Nothing but GET and HEAD is answered, and the answer says what is allowed."""
    for address in ("/", "/search", "/contact", "/articles/wifi/weak-signal"):
        response = site_app.test_client().open(address, method=method)
        assert response.status_code == 405
        assert set(response.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}
