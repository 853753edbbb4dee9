"""A partition: one audience's articles, lists and images, read-only, from a verified snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from kb.access import Audience
from kb.content.types import Article, Site, Topic
from kb.search.types import Rows
from kb.snapshot.articles import ArticleStore, Place
from kb.snapshot.cards import Card, Cards, read_cards

SITE_FILE = "site.json"
ADDRESSES_FILE = "addresses.json"
KEYWORD_FOLDER = "keyword"
LANGUAGE_FOLDER = "language"  # vocabulary, code book and synonyms
VECTORS_FOLDER = "vectors"
MEDIA_FOLDER = "media"
SUGGESTIONS_FOLDER = "suggestions"


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a partition answers for beside its articles."""

    redirects: Mapping[str, str] = field(default_factory=dict)  # former path -> id
    media: tuple[str, ...] = ()  # names of images


ARTICLE = TypeAdapter(Article)
SITE = TypeAdapter(Site)
ADDRESSES = TypeAdapter(Addresses)


class Partition:
    """One audience's part of a snapshot; safe to share between threads."""

    def __init__(self, folder: Path, audience: Audience, snapshot: str) -> None:
        """Open the partition under `folder`, whose files have been verified."""
        self.snapshot = snapshot
        self.audience = audience
        self.folder = folder
        self.site: Site = SITE.validate_json((folder / SITE_FILE).read_bytes())
        self.cards: Cards = read_cards(folder)
        self._store = ArticleStore(folder)
        self.passages: Rows = self._store.passages
        self.first_passages: Rows = self._store.first_passages
        addresses = ADDRESSES.validate_json((folder / ADDRESSES_FILE).read_bytes())
        self._redirects = addresses.redirects
        self._media = frozenset(addresses.media)
        self._row_of = {id: row for row, id in enumerate(self.cards.columns.ids)}
        self._topics = {topic.id: topic for topic in self.site.topics}

    def article(self, id: str) -> Article | None:
        """The article as this audience reads it; `None` when this audience has no such article."""
        row = self._row_of.get(id)
        return None if row is None else ARTICLE.validate_json(self._store.body(row))

    def card(self, id: str) -> Card | None:
        """The article's entry in lists."""
        row = self._row_of.get(id)
        return None if row is None else self.cards[row]

    def rows(self, ids: Iterable[str]) -> list[int]:
        """The rows of those of some articles that this audience has."""
        return [self._row_of[id] for id in ids if id in self._row_of]

    def place(self, passage: int) -> Place | None:
        """Where a passage stands and the words around it, by its row; `None` if it speaks for its article as a whole."""
        return self._store.place(passage)

    def beginning(self, row: int) -> str:
        """The beginning of an article's first section; empty for an article without any."""
        return self._store.beginning(row)

    def topic(self, id: str) -> Topic | None:
        """A topic that has articles in this partition."""
        return self._topics.get(id)

    def redirect(self, old: str) -> str | None:
        """The id that a former path has now."""
        return self._redirects.get(old)

    def media(self, name: str) -> Path | None:
        """The file of an image that an article of this partition shows."""
        return self.folder / MEDIA_FOLDER / name if name in self._media else None
