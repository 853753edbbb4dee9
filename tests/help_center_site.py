"""Fixtures of the help center's tests: a library with everything a page can show, its site, and a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, HttpCredentials, sync_playwright
from werkzeug.serving import make_server

from indexer.publish import publish
from kb.config import Settings, load_settings
from kb.search.serving import Serving
from web import create_app

LIBRARY = Path(__file__).parent / "data" / "site"
STAFF = HttpCredentials(username="writer", password="a key for the tests")
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def site_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over the site's library, with a snapshot already built."""
    data = tmp_path_factory.mktemp("site")
    environ = {"KB_ARTICLES": str(LIBRARY), "KB_DATA": str(data), "KB_MODEL": "hashing", "KB_URL": "https://help.example.org"}
    settings = load_settings(environ | {"KB_STAFF_KEY": STAFF["password"]})
    publish(settings)
    return settings


@pytest.fixture(scope="session")
def writer() -> HttpCredentials:
    """What opens the pages for staff."""
    return STAFF


@pytest.fixture(scope="session")
def site_serving(site_settings: Settings) -> Serving:
    """The snapshot, opened, with its encoder."""
    serving = Serving(site_settings)
    serving.refresh()
    serving.load_model()
    return serving


@pytest.fixture(scope="session")
def site_app(site_settings: Settings, site_serving: Serving) -> Flask:
    """The whole site."""
    return create_app(site_settings, serving=site_serving)


@pytest.fixture
def reader(site_app: Flask) -> FlaskClient:
    """Somebody who reads the site."""
    return site_app.test_client()


@pytest.fixture(scope="session")
def site(site_app: Flask) -> Iterator[str]:
    """The address of the site, served over a socket."""
    server = make_server("127.0.0.1", 0, site_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser; a machine without one skips what needs it, but continuous integration must have it."""
    if not Path(CHROMIUM).exists() and "CI" not in os.environ:
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()
