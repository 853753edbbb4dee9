"""Part `exchange`: writes what peers index and are asked, so that all have the same documents, queries and vectors."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from bench.corpus import judged_queries
from bench.opened import articles_of, open_cached_encoder, open_encoder, open_engine
from bench.part import main_of
from bench.peers.types import DOCUMENTS_FILE, QUERIES_FILE, QUERY_VECTORS_FILE, VECTORS_FILE
from bench.plan import Plan
from indexer.progress import Silence
from kb.content.types import Article
from kb.search.passages import whole_text

PART = "exchange"


def measure(plan: Plan) -> dict[str, Any]:
    """Write documents (title and plain text), queries, and a unit vector for each of them."""
    articles = articles_of(open_engine(plan).partition)
    encoder = open_encoder(plan)
    queries = [query.text for query in judged_queries(plan)]
    plan.exchange.mkdir(exist_ok=True)
    _write_lines(plan.exchange / DOCUMENTS_FILE, map(_document, articles))
    _write_lines(plan.exchange / QUERIES_FILE, queries)
    began = time.perf_counter()
    # The model reads 256 tokens of the whole text; the build has embedded the same text, so most come from its cache.
    cached = open_cached_encoder(plan)
    np.save(plan.exchange / VECTORS_FILE, cached.encode([whole_text(article) for article in articles], Silence()))
    np.save(plan.exchange / QUERY_VECTORS_FILE, np.vstack([encoder.encode([text]) for text in queries]))
    return {"documents": len(articles), "queries": len(queries), "vectors_seconds": round(time.perf_counter() - began, 1)}


def _document(article: Article) -> dict[str, str]:
    parts = (part for section in article.sections for part in (section.heading, section.text) if part)
    return {"id": article.id, "title": article.title, "text": "\n".join((article.summary, *parts))}


def _write_lines(file: Path, rows: Iterable[object]) -> None:
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(row)}\n" for row in rows)


if __name__ == "__main__":
    main_of(PART, measure)
