"""A partition: one audience's articles, lists and images, read-only, from a verified snapshot."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from kb.access import Audience
from kb.content.types import Article, Site, Topic
from kb.search.types import Rows

ARTICLES_DB = "articles.sqlite"
SITE_FILE = "site.json"
PASSAGES_FILE = "passages.npy"  # shape (passages, 2): article row, section index or -1
KEYWORD_FOLDER = "keyword"
VECTORS_FOLDER = "vectors"
MEDIA_FOLDER = "media"
SUGGESTIONS_FOLDER = "suggestions"

SCHEMA = """
CREATE TABLE article (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, card TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE redirect (old TEXT PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE media (name TEXT PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True)
class Card:
    """An article in a list."""

    id: str
    title: str
    summary: str
    topic: str
    products: tuple[str, ...]
    platforms: tuple[str, ...]
    updated: dt.date | None


CARD = TypeAdapter(Card)
ARTICLE = TypeAdapter(Article)
SITE = TypeAdapter(Site)


class Partition:
    """One audience's part of a snapshot; safe to share between threads."""

    def __init__(self, folder: Path, audience: Audience, snapshot: str) -> None:
        """Open the partition under `folder`, whose files have been verified."""
        self.snapshot = snapshot
        self.audience = audience
        self.folder = folder
        self.site: Site = SITE.validate_json((folder / SITE_FILE).read_bytes())
        self._lock = threading.Lock()  # one SQLite connection for all threads
        self._db = sqlite3.connect(f"{(folder / ARTICLES_DB).as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        rows = self._all("SELECT card FROM article ORDER BY row")
        self.cards: tuple[Card, ...] = tuple(CARD.validate_json(card) for (card,) in rows)
        self.passages: Rows = np.load(folder / PASSAGES_FILE, mmap_mode="r", allow_pickle=False)
        self._row_of = {card.id: row for row, card in enumerate(self.cards)}
        self._topics = {topic.id: topic for topic in self.site.topics}

    def article(self, id: str) -> Article | None:
        """The article as this audience reads it; `None` when this audience has no such article."""
        found = self._all("SELECT body FROM article WHERE id = ?", (id,))
        return ARTICLE.validate_json(found[0][0]) if found else None

    def card(self, id: str) -> Card | None:
        """The article's entry in lists."""
        row = self._row_of.get(id)
        return None if row is None else self.cards[row]

    def topic(self, id: str) -> Topic | None:
        """A topic that has articles in this partition."""
        return self._topics.get(id)

    def redirect(self, old: str) -> str | None:
        """The id that a former path has now."""
        found = self._all("SELECT id FROM redirect WHERE old = ?", (old,))
        return found[0][0] if found else None

    def media(self, name: str) -> Path | None:
        """The file of an image that an article of this partition shows."""
        found = self._all("SELECT name FROM media WHERE name = ?", (name,))
        return self.folder / MEDIA_FOLDER / found[0][0] if found else None

    def _all(self, sql: str, values: Sequence[str] = ()) -> list[tuple[str]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()
