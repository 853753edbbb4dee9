"""What of the articles may be suggested while typing: titles, symptoms, errors and headings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.documents import Documents
from kb.content.addresses import article_url
from kb.content.types import Article
from kb.search.suggest_tables import Entry, Kind, compile_tables, write_tables
from kb.search.types import Suggestion


def write_suggestions(folder: Path, documents: Documents) -> None:
    """Compile the suggestions of a partition into a new folder; their pages are its articles, row by row."""
    topics = {topic.id: topic.title for topic in documents.site.topics}
    pages = [Suggestion(article.title, article_url(article.id), topics.get(article.topic, "")) for article in documents.articles]
    entries = (entry for row, article in enumerate(documents.articles) for entry in find_entries(row, article))
    write_tables(folder, compile_tables(pages, entries))


def find_entries(row: int, article: Article) -> Iterator[Entry]:
    """What the article in a row is suggested for."""
    page = article_url(article.id)
    yield Entry(row, Kind.TITLE, article.title)
    for said in (*article.symptoms, *article.errors):
        yield Entry(row, Kind.SYMPTOM, said)
    for section in article.sections:
        if section.heading:
            fragment = article_url(article.id, section.anchor).removeprefix(page)
            yield Entry(row, Kind.HEADING, section.heading, article.title, fragment)
