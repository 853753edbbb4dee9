"""Writes a partition's Whoosh indexes; `kb/search/keyword.py` reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from whoosh import fields
from whoosh.filedb.filestore import FileStorage

from indexer.documents import Documents
from indexer.progress import Progress
from kb.content.types import Article
from kb.search.keyword import ARTICLES_INDEX, FIELD_WEIGHTS, PASSAGES_INDEX, articles_schema, passages_schema

_WRITER_MEGABYTES = 256  # what Whoosh may hold before it spills to disk; a partition is one segment


def write_keyword(folder: Path, documents: Documents, progress: Progress) -> None:
    """Write both indexes into a new folder, their document numbers being the documents' rows."""
    folder.mkdir()
    progress.begin(f"Indexing the {documents.audience} words", "sections", documents.sections)
    _write(folder, ARTICLES_INDEX, articles_schema(), _article_rows(documents, progress))
    _write(folder, PASSAGES_INDEX, passages_schema(), ({"words": passage.text} for _, passage in documents.passages))


def _write(folder: Path, name: str, schema: fields.Schema, rows: Iterable[dict[str, str]]) -> None:
    index = FileStorage(str(folder)).create_index(schema, indexname=name)
    writer = index.writer(limitmb=_WRITER_MEGABYTES)
    for row in rows:
        writer.add_document(**row)
    writer.commit(optimize=True)
    index.close()


def _article_rows(documents: Documents, progress: Progress) -> Iterable[dict[str, str]]:
    for article in documents.articles:
        texts = field_texts(article)
        words = "\n".join(texts[name] for name, weight in FIELD_WEIGHTS.items() for _ in range(weight))
        yield {"words": words, "codes": texts["errors"], **texts}
        progress.advance(len(article.sections))


def field_texts(article: Article) -> dict[str, str]:
    """The text of each field of an article, lines being separate statements."""
    return {
        "title": "\n".join(part for part in (article.title, article.also_titled) if part),
        "heading": "\n".join(section.heading for section in article.sections),
        "summary": article.summary,
        "symptoms": "\n".join(article.symptoms),
        "errors": "\n".join(article.errors),
        "body": "\n".join(section.text for section in article.sections),
    }
