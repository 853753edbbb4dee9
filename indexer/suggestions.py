"""What of the articles may be suggested while typing: titles, symptoms, errors and headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.documents import Documents, Outline
from kb.content.addresses import article_url
from kb.search.suggest_tables import Entry, Kind, compile_tables, write_tables
from kb.search.types import Suggestion
from kb.snapshot.cards import Card


def write_suggestions(folder: Path, documents: Documents) -> None:
    """Compile the suggestions of a partition into a new folder; their pages are its articles, row by row."""
    topics = {topic.id: topic.title for topic in documents.site.topics}
    pages = [Suggestion(card.title, article_url(card.id), topics.get(card.topic, "")) for card in documents.cards]
    pairs = zip(documents.cards, documents.outlines, strict=True)
    entries = (entry for row, (card, outline) in enumerate(pairs) for entry in find_entries(row, card, outline))
    write_tables(folder, compile_tables(pages, entries))


def find_entries(row: int, card: Card, outline: Outline) -> Iterator[Entry]:
    """What the article in a row is suggested for."""
    page = article_url(card.id)
    yield Entry(row, Kind.TITLE, card.title)
    for said in (*outline.symptoms, *outline.errors):
        yield Entry(row, Kind.SYMPTOM, said)
    for anchor, heading in outline.headings:
        if heading:
            fragment = article_url(card.id, anchor).removeprefix(page)
            yield Entry(row, Kind.HEADING, heading, card.title, fragment)
