"""Pages for staff are there for whoever has the key, and for nobody else."""

from __future__ import annotations

import base64
import time
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.config import Settings, load_settings
from kb.errors import SettingError
from kb.search.serving import Serving
from web import create_app
from web.staff import DELAY, _waiting

KEY = "correct horse: staple"


@pytest.fixture(name="staff")
def _staff(settings: Settings, serving: Serving) -> FlaskClient:
    """A client of a site that has pages for staff."""
    return create_app(replace(settings, staff_key=KEY), serving=serving).test_client()


def ask(client: FlaskClient, key: str, user: str = "anybody") -> TestResponse:
    return client.get("/explain", auth=(user, key))


@pytest.mark.parametrize("user", ["anybody", "", "jürgen"])
def test_the_key_opens_them_under_any_name(staff: FlaskClient, user: str) -> None:
    assert ask(staff, KEY, user).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic /////w==",
        f"Bearer {KEY}",
        f"Digest password={KEY}",
        "Basic " + base64.b64encode(f"{KEY}:".encode()).decode(),
        "Basic " + base64.b64encode(b"name").decode(),
    ],
)
def test_anything_else_is_asked_for_the_key(staff: FlaskClient, header: str) -> None:
    response = staff.get("/explain", headers={"Authorization": header} if header else {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith('Basic realm="Fixline staff"')
    assert "<form" not in response.text.partition("<main")[2]


@pytest.mark.parametrize("key", [KEY[:-1], KEY + "x", KEY.upper(), "x", "ключ-ключ-ключ-ключ"])
def test_a_wrong_key_is_refused_late(staff: FlaskClient, key: str) -> None:
    started = time.monotonic()
    assert ask(staff, key).status_code == 401
    assert time.monotonic() - started >= DELAY


def test_while_a_wrong_key_waits_others_are_not_kept(staff: FlaskClient) -> None:
    """No flood of wrong keys can take all threads from readers, nor keep staff out."""
    with _waiting:
        assert ask(staff, "x").status_code == 429
        assert ask(staff, KEY).status_code == 200
    assert ask(staff, "x").status_code == 401


@pytest.mark.parametrize("key", [KEY, ""])
def test_no_answer_is_kept_or_listed(staff: FlaskClient, key: str) -> None:
    response = ask(staff, key)
    assert response.headers["Cache-Control"] == "no-store"
    assert "noindex" in response.headers["X-Robots-Tag"]


def test_without_a_key_they_do_not_exist(client: FlaskClient) -> None:
    for auth in (None, ("anybody", ""), ("anybody", KEY)):
        there = client.get("/explain", auth=auth)
        never = client.get("/explicit", auth=auth)
        assert (there.status_code, set(there.headers.keys())) == (404, set(never.headers.keys()))


def test_no_public_page_leads_there(staff: FlaskClient) -> None:
    for address in (
        "/",
        "/search?q=light",
        "/contact",
        "/sitemap.xml",
        "/robots.txt",
        "/api/docs",
        "/articles/no-internet/red-light",
    ):
        assert "/explain" not in staff.get(address).text, address


@pytest.mark.parametrize("value", ["x", "x" * 15, "   ", "x" * 14 + "  ", "\udcff" * 16, "x" * 16 + "\x07"])
def test_a_key_that_cannot_be_used_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(SettingError, match=r"^KB_STAFF_KEY ") as refused:
        load_settings({"KB_STAFF_KEY": value})
    assert value not in str(refused.value)


def test_the_key_is_in_no_printed_settings() -> None:
    settings = load_settings({"KB_STAFF_KEY": f" {KEY}\n"})
    assert settings.staff_key == KEY
    assert KEY not in repr(settings)
