"""What a build takes over: every file is the one that a build from nothing would have written."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.carried import Base, find_carried
from indexer.documents import Documents, make_documents
from indexer.progress import Silence
from indexer.records import make_note, make_record
from indexer.store import StoreWriter, write_tables
from indexer.suggestions import write_suggestions
from indexer.vectors import CachedEncoder, write_vectors
from indexer.words import write_words
from kb.access import Audience
from kb.config import HASHING_MODEL
from kb.content.types import Article, Section, Site
from kb.search.encoder import load_encoder
from kb.snapshot.manifest import file_digest, files_below
from kb.snapshot.partition import LANGUAGE_FOLDER, SUGGESTIONS_FOLDER, VECTORS_FOLDER

WORDS = ("router", "routers", "light", "wi-fi", "the", "Error", "651", "reset", "naïve", "DNS_PROBE", "0x80", "authentication")

texts = st.lists(st.sampled_from(WORDS), max_size=120).map(" ".join)  # some are longer than a passage
versions = st.dictionaries(st.sampled_from("abcdefghij"), st.tuples(texts, texts, texts), min_size=1, max_size=10)


def article(id: str, title: str, heading: str, body: str) -> Article:
    return Article(
        id=id, title=title, summary="", topic="", audience=Audience.PUBLIC, products=(), platforms=(), symptoms=(heading,),
        errors=(heading,), also_titled="", sections=(Section("h", heading, 2, "", body),), related=(), redirect_from=(),
        media=(), updated=None, words=0,
    )  # fmt: skip


def write(folder: Path, documents: Documents, base: Base | None) -> Base:
    """Write a partition but for its keyword side, which has tests of its own."""
    folder.mkdir()
    with StoreWriter(folder, folder.name) as writer:
        rows = writer.finish([writer.add(make_record(article), make_note(article)) for article in documents.articles])
    write_tables(folder, rows)
    carried = find_carried(base, documents) if base else None
    encoder = CachedEncoder(folder / "cache", HASHING_MODEL, lambda: load_encoder(HASHING_MODEL, folder))
    write_words(folder / LANGUAGE_FOLDER, documents, carried)
    write_suggestions(folder / SUGGESTIONS_FOLDER, documents, carried)
    write_vectors(folder / VECTORS_FOLDER, documents, encoder, Silence(), carried)
    return Base(folder, documents.digests, documents.passage_counts)


def contents(folder: Path) -> dict[str, str]:
    written = [folder / name for name in (LANGUAGE_FOLDER, SUGGESTIONS_FOLDER, VECTORS_FOLDER)]
    return {f"{part.name}/{name}": file_digest(part / name) for part in written for name in files_below(part)}


@settings(max_examples=20, deadline=None)
@given(history=st.lists(versions, min_size=2, max_size=4))
def test_after_any_edits_words_suggestions_and_vectors_are_those_of_a_build_from_nothing(
    history: list[dict[str, tuple[str, str, str]]],
) -> None:
    with tempfile.TemporaryDirectory() as place:
        base: Base | None = None
        for number, version in enumerate(history):
            articles = [article(id, *version[id]) for id in sorted(version)]
            documents = make_documents(articles, Site(), Audience.PUBLIC)
            base = write(Path(place) / f"grown{number}", documents, base)
            whole = write(Path(place) / f"whole{number}", documents, None)
            assert contents(base.folder) == contents(whole.folder)
