"""Documents: what one audience reads, rendered and cut into passages, ready to be indexed.

A build of thousands of articles holds none of them in memory: lists and counts are there at once,
an article is read when it is asked for. Whoever indexes takes over what it has for a known digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from indexer.records import card_of, digest_article, make_note
from indexer.store import Row
from kb.access import Audience
from kb.content.catalogue import Catalogue
from kb.content.types import Article, Site, SynonymLine, Topic, TopicGroup
from kb.search.passages import Passage, split_passages
from kb.snapshot.articles import ArticleStore
from kb.snapshot.cards import Card
from kb.snapshot.partition import ARTICLE

Counts = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Outline:
    """What an article says in few words."""

    symptoms: tuple[str, ...]
    errors: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]  # anchor, heading; of each section


class Passages:
    """The (article row, passage) pairs of all articles, in order; made while iterating."""

    def __init__(self, articles: Sequence[Article], counts: Counts) -> None:
        self._articles = articles
        self._counts = counts

    def __len__(self) -> int:
        return int(self._counts.sum())

    def __iter__(self) -> Iterator[tuple[int, Passage]]:
        for row, article in enumerate(self._articles):
            yield from ((row, passage) for passage in split_passages(article))


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything a partition is made of; rows are positions in these sequences."""

    audience: Audience
    site: Site
    articles: Sequence[Article]  # each read when asked for: pass over those whose digest is known
    cards: Sequence[Card]
    outlines: Sequence[Outline]
    digests: tuple[str, ...]  # of each article as this audience reads it: sha256, hex
    section_counts: Counts  # shape (articles,)
    passage_counts: Counts  # shape (articles,)
    synonyms: tuple[SynonymLine, ...] = ()

    @property
    def sections(self) -> int:
        """How many sections the articles have."""
        return int(self.section_counts.sum())

    @property
    def passages(self) -> Passages:
        """The passages of all articles; iterating reads every article."""
        return Passages(self.articles, self.passage_counts)

    def passages_of(self, row: int) -> tuple[Passage, ...]:
        """The passages of one article."""
        return tuple(split_passages(self.articles[row]))


class StoredArticles(Sequence[Article]):
    """Articles read from a store one by one."""

    def __init__(self, store: ArticleStore) -> None:
        self._store = store

    def __len__(self) -> int:
        return len(self._store.records)

    @overload
    def __getitem__(self, row: int) -> Article: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Article, ...]: ...
    def __getitem__(self, row: int | slice) -> Article | tuple[Article, ...]:
        if isinstance(row, slice):
            return tuple(self[at] for at in range(*row.indices(len(self))))
        return ARTICLE.validate_json(self._store.body(row))


class StoredOutlines(Sequence[Outline]):
    """Outlines put together when they are asked for."""

    def __init__(self, store: ArticleStore, rows: Sequence[Row]) -> None:
        self._store = store
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, row: int) -> Outline: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Outline, ...]: ...
    def __getitem__(self, row: int | slice) -> Outline | tuple[Outline, ...]:
        if isinstance(row, slice):
            return tuple(self[at] for at in range(*row.indices(len(self))))
        note = self._rows[row].note
        return Outline(note.symptoms, note.errors, self._store.headings(row))


def stored_documents(folder: Path, rows: Sequence[Row], library: Catalogue, audience: Audience) -> Documents:
    """Documents of the articles in the store of the partition under `folder`."""
    store = ArticleStore(folder)
    cards = tuple(row.card for row in rows)
    return Documents(
        audience=audience,
        site=visible_site(library.site, cards),
        articles=StoredArticles(store),
        cards=cards,
        outlines=StoredOutlines(store, rows),
        digests=tuple(row.digest for row in rows),
        section_counts=np.array([len(row.sections) for row in rows], np.int32),
        passage_counts=np.array([len(row.passages) for row in rows], np.int32),
        synonyms=library.synonyms,
    )


def make_documents(articles: Sequence[Article], site: Site, audience: Audience) -> Documents:
    """Documents of articles in memory, with the site cut down to what this audience has."""
    cards = tuple(card_of(article) for article in articles)
    return Documents(
        audience=audience,
        site=visible_site(site, cards),
        articles=tuple(articles),
        cards=cards,
        outlines=tuple(_outline(article) for article in articles),
        digests=tuple(digest_article(article) for article in articles),
        section_counts=np.array([len(article.sections) for article in articles], np.int32),
        passage_counts=np.array([sum(1 for _ in split_passages(article)) for article in articles], np.int32),
    )


def visible_site(site: Site, cards: Iterable[Card]) -> Site:
    """The site's settings without a word about topics and articles that this audience cannot read."""
    shown = list(cards)
    ids = {card.id for card in shown}
    used = {card.topic for card in shown}

    def readable(named: Iterable[str]) -> tuple[str, ...]:
        return tuple(id for id in named if id in ids)

    def visible(topic: Topic) -> Topic:
        groups = tuple(TopicGroup(group.title, kept) for group in topic.groups if (kept := readable(group.articles)))
        return replace(topic, featured=readable(topic.featured), groups=groups)

    topics = tuple(visible(topic) for topic in site.topics if topic.id in used)
    return replace(site, topics=topics, most_needed=readable(site.most_needed))


def _outline(article: Article) -> Outline:
    note = make_note(article)
    return Outline(note.symptoms, note.errors, tuple((section.anchor, section.heading) for section in article.sections))
