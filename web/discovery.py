"""What machines ask for: the sitemap, the robots file and the OpenSearch description."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from web.viewer import g

MOST_ADDRESSES = 50_000  # in one sitemap file, by its protocol

discovery = Blueprint("discovery", __name__)


@discovery.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page with the date it last changed."""
    cards = g.partition.cards[: MOST_ADDRESSES - len(g.partition.site.topics) - 2]
    text = render_template("discovery/sitemap.xml", root=g.settings.url, cards=cards, topics=g.partition.site.topics)
    return Response(text, content_type="application/xml; charset=utf-8")


@discovery.get("/robots.txt")
def robots() -> Response:
    """Which pages search engines may visit."""
    return Response(render_template("discovery/robots.txt", root=g.settings.url), content_type="text/plain; charset=utf-8")


@discovery.get("/opensearch.xml")
def opensearch() -> Response:
    """How a browser's own search field can search here."""
    text = render_template("discovery/opensearch.xml", root=g.settings.url, site=g.partition.site)
    return Response(text, content_type="application/opensearchdescription+xml; charset=utf-8")
