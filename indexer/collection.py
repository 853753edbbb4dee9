"""Opens a judged collection as if its documents were published articles."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer.documents import make_documents
from indexer.model import prepare_model
from indexer.progress import Progress
from indexer.publish import VECTOR_CACHE
from indexer.snapshot import write_partition
from indexer.vectors import CachedEncoder
from kb.access import Audience
from kb.config import Settings
from kb.content.types import Article, Section, Site
from kb.evaluation.judgments import Collection, Document, load_collection
from kb.search.encoder import load_encoder
from kb.search.engine import Engine
from kb.snapshot.partition import Partition


@contextmanager
def open_collection(folder: Path, settings: Settings, progress: Progress) -> Iterator[tuple[Collection, Engine]]:
    """Yield a collection and an engine over a temporary partition of its documents.

    Raises `CollectionError` and `EncoderError`.
    """
    collection = load_collection(folder)
    model = prepare_model(settings.model, settings.data, progress)
    encoder = load_encoder(settings.model, settings.data)
    cached = CachedEncoder(settings.data / VECTOR_CACHE, model, lambda: encoder)
    articles = [_article(document) for document in collection.documents]
    with tempfile.TemporaryDirectory() as place:
        partition = Path(place) / collection.name
        write_partition(partition, make_documents(articles, Site(), Audience.PUBLIC), cached, progress)
        yield collection, Engine(Partition(partition, Audience.PUBLIC, collection.name), lambda: encoder)


def _article(document: Document) -> Article:
    return Article(
        id=document.id,
        title=document.title,
        summary="",
        topic="",
        audience=Audience.PUBLIC,
        products=(),
        platforms=(),
        symptoms=(),
        errors=(),
        also_titled="",
        sections=(Section("", "", 1, "", document.text),),
        related=(),
        redirect_from=(),
        media=(),
        updated=None,
        words=len(document.text.split()),
    )
