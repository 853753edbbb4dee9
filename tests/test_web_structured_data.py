"""What search engines read is valid JSON, true, and cannot break out of its element."""

from __future__ import annotations

import json
import re
from typing import Any

from flask.testing import FlaskClient

from web.structured_data import describe_trail

pytest_plugins = ["tests.help_center_site"]

ROOT = "https://help.example.org"


def _described(html: str) -> list[dict[str, Any]]:
    return [json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)]


def test_an_article_is_described(reader: FlaskClient) -> None:
    """Title, date and canonical address are those of the page."""
    article, trail = _described(reader.get("/articles/no-internet/red-light").text)
    assert article["@type"] == "TechArticle"
    assert article["headline"] == "Red light on the fibre box"
    assert article["dateModified"] == "2026-03-04"
    assert article["url"] == f"{ROOT}/articles/no-internet/red-light"
    assert [step["item"] for step in trail["itemListElement"]] == [f"{ROOT}/", f"{ROOT}/topics/no-internet", article["url"]]


def test_a_title_cannot_end_the_script(reader: FlaskClient) -> None:
    """Markup in a title stays text, in the description as on the page."""
    html = reader.get("/articles/no-internet/escaping").text
    article, _trail = _described(html)
    assert article["headline"] == 'Escaping </script><script>alert("1")</script> & <b>co</b>'
    assert "<script>alert" not in html
    assert "<b>co</b>" not in html


def test_a_trail_is_numbered_from_one() -> None:
    """Positions begin at 1, outermost first."""
    trail = describe_trail([("Home", "/"), ("Topic", "/t")])
    assert [(step["position"], step["name"]) for step in trail["itemListElement"]] == [(1, "Home"), (2, "Topic")]
