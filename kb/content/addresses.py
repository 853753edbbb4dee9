"""Where things stand on the site: the one place that knows the shape of its addresses."""

from __future__ import annotations

from urllib.parse import quote

ARTICLES = "/articles/"
TOPICS = "/topics/"
MEDIA = "/media/"


def article_url(id: str, anchor: str = "") -> str:
    """The path of an article's page, or of one of its sections."""
    fragment = f"#{quote(anchor)}" if anchor else ""
    return f"{ARTICLES}{quote(id)}{fragment}"


def topic_url(id: str) -> str:
    """The path of a topic's page."""
    return TOPICS + quote(id)


def media_url(name: str) -> str:
    """The path of an image, by its `Media.name`."""
    return MEDIA + quote(name)
