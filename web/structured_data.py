"""What search engines read of an article: schema.org values, as plain dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.content.types import Article

VOCABULARY = "https://schema.org"


def describe_article(article: Article, address: str, publisher: str) -> dict[str, Any]:
    """Return a TechArticle; `address` is the canonical one, absolute."""
    described: dict[str, Any] = {
        "@context": VOCABULARY,
        "@type": "TechArticle",
        "headline": article.title,
        "description": article.summary,
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": "en",
        "wordCount": article.words,
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": publisher},
    }
    if article.updated:
        described["dateModified"] = article.updated.isoformat()
    return described


def describe_trail(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return a BreadcrumbList of (name, absolute address) pairs, outermost first."""
    return {
        "@context": VOCABULARY,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(trail, start=1)
        ],
    }
