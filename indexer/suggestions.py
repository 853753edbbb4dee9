"""What of the articles may be suggested while typing: titles, symptoms, errors and headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.carried import Carried, fresh_rows
from indexer.documents import Documents, Outline
from indexer.suggestion_tables import merge_tables
from kb.content.addresses import article_url
from kb.search.suggest_tables import Entry, Kind, compile_tables, open_tables, write_tables
from kb.search.types import Suggestion
from kb.snapshot.cards import Card
from kb.snapshot.partition import SUGGESTIONS_FOLDER


def write_suggestions(folder: Path, documents: Documents, carried: Carried | None = None) -> None:
    """Compile the suggestions of a partition into a new folder; their pages are its articles, row by row."""
    topics = {topic.id: topic.title for topic in documents.site.topics}
    pages = [Suggestion(card.title, article_url(card.id), topics.get(card.topic, "")) for card in documents.cards]
    rows = fresh_rows(len(documents.cards), carried.articles if carried else None)
    entries = (entry for row in rows for entry in find_entries(row, documents.cards[row], documents.outlines[row]))
    tables = compile_tables(() if carried else pages, entries)
    if carried:
        tables = merge_tables(tables, open_tables(carried.folder / SUGGESTIONS_FOLDER), carried.articles.documents, pages)
    write_tables(folder, tables)


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
