"""What of the articles may be suggested while typing: titles, symptoms, errors and headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.documents import Documents, Outline
from kb.content.addresses import article_url
from kb.search.suggest import Entry
from kb.search.types import Suggestion
from kb.snapshot.cards import Card
from kb.snapshot.partition import ENTRIES


def write_suggestions(file: Path, documents: Documents) -> None:
    """Write the suggestions of a partition."""
    topics = {topic.id: topic.title for topic in documents.site.topics}
    pairs = zip(documents.cards, documents.outlines, strict=True)
    entries = tuple(entry for card, outline in pairs for entry in _entries(card, outline, topics.get(card.topic, "")))
    file.write_bytes(ENTRIES.dump_json(entries))


def _entries(card: Card, outline: Outline, topic: str) -> Iterator[Entry]:
    whole = Suggestion(card.title, article_url(card.id), topic)
    yield Entry(whole, card.title, 0)
    for said in (*outline.symptoms, *outline.errors):
        yield Entry(whole, said, 1)
    for anchor, heading in outline.headings:
        if heading:
            part = Suggestion(f"{card.title}: {heading}", article_url(card.id, anchor), topic)
            yield Entry(part, f"{heading} {card.title}", 2)
