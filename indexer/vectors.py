"""Writes a partition's vectors; what was embedded before comes from the cache."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer.documents import Documents
from indexer.progress import Progress
from kb.search.passages import whole_text
from kb.search.semantic import ARTICLES_FILE, PASSAGES_FILE
from kb.search.types import Encoder, Scores

_T = TypeVar("_T")

_BATCH = 64  # texts between two signs of progress; each batch is kept, so a killed build goes on from there
_LOOKUP = 5_000  # keys a query, to bound the memory of one answer

_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vector (model TEXT, text TEXT, vector BLOB NOT NULL, PRIMARY KEY (model, text)) WITHOUT ROWID"
)


_RECALL = "SELECT text, vector FROM vector WHERE model = ? AND text IN (SELECT value FROM json_each(?))"


class CachedEncoder:
    """An encoder that remembers, by model and text, what it has encoded; loads the model only if it must."""

    def __init__(self, file: Path, model: str, load: Callable[[], Encoder]) -> None:
        """Use the cache in `file` for the model with this fingerprint."""
        self._file = file
        self._model = model
        self._load = load
        self._encoder: Encoder | None = None

    def encode(self, texts: Sequence[str], progress: Progress) -> Scores:
        """Unit vectors, shape (len(texts), dimensions), float32, telling the progress of each text."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, isolation_level=None, timeout=60)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(_SCHEMA)
            keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
            known = self._recall(db, keys)
            progress.advance(sum(key in known for key in keys))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            for batch in _batches(sorted(missing.items(), key=lambda item: len(item[1])), _BATCH):
                known |= self._encode_new(db, batch)
                progress.advance(sum(keys.count(key) for key, _ in batch))
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, 0), np.float32)

    def _encode_new(self, db: sqlite3.Connection, batch: Sequence[tuple[str, str]]) -> dict[str, Scores]:
        self._encoder = self._encoder or self._load()
        vectors = self._encoder.encode([text for _, text in batch])
        rows = [(self._model, key, vector.tobytes()) for (key, _), vector in zip(batch, vectors, strict=True)]
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT OR REPLACE INTO vector VALUES (?, ?, ?)", rows)
        db.execute("COMMIT")
        return {key: vector for (key, _), vector in zip(batch, vectors, strict=True)}

    def _recall(self, db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, Scores]:
        found: dict[str, Scores] = {}
        for batch in _batches(sorted(set(keys)), _LOOKUP):
            rows = db.execute(_RECALL, (self._model, json.dumps(batch)))
            found |= {key: np.frombuffer(vector, np.float32) for key, vector in rows}
        return found


def write_vectors(folder: Path, documents: Documents, encoder: CachedEncoder, progress: Progress) -> None:
    """Write the vectors of articles and passages, in the documents' order, into a new folder."""
    folder.mkdir()
    texts = [whole_text(article) for article in documents.articles] + [passage.text for _, passage in documents.passages]
    progress.begin(f"Embedding the {documents.audience} passages", "passages", len(texts))
    vectors = encoder.encode(texts, progress)
    np.save(folder / ARTICLES_FILE, vectors[: len(documents.articles)], allow_pickle=False)
    np.save(folder / PASSAGES_FILE, vectors[len(documents.articles) :], allow_pickle=False)


def _batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
