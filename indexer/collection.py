"""Opens a judged collection as if its documents were published articles."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from indexer.documents import make_documents
from indexer.model import prepare_model
from indexer.progress import Progress
from indexer.publish import VECTOR_CACHE, publish
from indexer.snapshot import write_partition
from indexer.vectors import CachedEncoder
from kb.access import Audience, Viewer
from kb.config import Settings
from kb.content.types import Article, Section, Site
from kb.evaluation.judgments import Collection, Document
from kb.search.encoder import load_encoder
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.snapshot.partition import Partition

LIBRARIES = "evaluation"  # below KB_DATA: the snapshots of libraries that were evaluated
_NAME = 16  # hex digits


@contextmanager
def open_collection(collection: Collection, settings: Settings, progress: Progress) -> Iterator[Engine]:
    """Yield an engine over a collection's documents.

    A library of Markdown articles is published as it would be for agents, who read all of it, into a
    folder of its own that is kept; other documents become a temporary partition. Raises `EncoderError`.
    """
    if collection.library:
        yield _open_library(collection.library, settings, progress)
        return
    model = prepare_model(settings.model, settings.data, progress)
    encoder = load_encoder(settings.model, settings.data)
    cached = CachedEncoder(settings.data / VECTOR_CACHE, model, lambda: encoder)
    articles = [_article(document) for document in collection.documents]
    with tempfile.TemporaryDirectory() as place:
        partition = Path(place) / collection.name
        write_partition(partition, make_documents(articles, Site(), Audience.PUBLIC), cached, progress)
        yield Engine(Partition(partition, Audience.PUBLIC, collection.name), lambda: encoder)


def _open_library(library: Path, settings: Settings, progress: Progress) -> Engine:
    name = hashlib.sha256(str(library.resolve()).encode()).hexdigest()[:_NAME]
    own = replace(settings, articles=library.resolve(), data=settings.data / LIBRARIES / name)
    publish(own, progress)
    serving = Serving(own)
    serving.refresh()
    serving.load_model()
    return serving.engine(Viewer(Audience.AGENTS))


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
