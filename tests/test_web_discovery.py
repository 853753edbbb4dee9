"""Machines find every public page and no other."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from flask.testing import FlaskClient

pytest_plugins = ["tests.help_center_site"]

ROOT = "https://help.example.org"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_the_sitemap_lists_public_pages_under_the_configured_address(reader: FlaskClient) -> None:
    """Addresses come from the settings, never from the Host header; agents' articles are not there."""
    response = reader.get("/sitemap.xml", headers={"Host": "evil.example"})
    urls = ET.fromstring(response.data)
    places = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert places[f"{ROOT}/articles/no-internet/red-light"] == "2026-03-04"
    assert f"{ROOT}/topics/wifi" in places
    assert all(place and place.startswith(f"{ROOT}/") for place in places)
    assert not any("agents" in str(place) for place in places)


def test_every_address_of_the_sitemap_answers(reader: FlaskClient) -> None:
    """A sitemap names no page that redirects or is missing."""
    urls = ET.fromstring(reader.get("/sitemap.xml").data)
    for url in urls:
        assert reader.get(str(url.findtext(f"{SITEMAP}loc")).removeprefix(ROOT)).status_code == 200


def test_robots_are_kept_from_searching(reader: FlaskClient) -> None:
    """Result pages and the API are not for crawling; the sitemap is named."""
    lines = reader.get("/robots.txt").text.splitlines()
    assert "Disallow: /search" in lines
    assert f"Sitemap: {ROOT}/sitemap.xml" in lines


def test_browsers_learn_how_to_search(reader: FlaskClient) -> None:
    """The OpenSearch description has a short name within its limit and an address with a place for the words."""
    root = ET.fromstring(reader.get("/opensearch.xml").data)
    url = root.find(f"{OPENSEARCH}Url")
    assert len(str(root.findtext(f"{OPENSEARCH}ShortName"))) <= 16
    assert url is not None
    assert url.get("template") == f"{ROOT}/search?q={{searchTerms}}"
