"""Writes a partition's vectors; those of articles that have not changed come from the build before, others from a cache."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import numpy as np

from indexer.carried import Carried, fresh_rows
from indexer.documents import Documents
from indexer.neighbours import Nearest, Stored, find_neighbours, read_neighbours, save_neighbours, update_neighbours
from indexer.progress import Progress
from indexer.scanning import write_scan
from indexer.stored_vectors import StoredVectors, merge_vectors, read_stored, save_stored, store_vectors
from kb.search.passages import split_passages, whole_text
from kb.search.semantic import SCAN_FILE
from kb.search.types import Encoder, Scores
from kb.snapshot.partition import VECTORS_FOLDER

_T = TypeVar("_T")

_BATCH = 256  # texts between two signs of progress; each batch is kept, so a killed build goes on from there
_LOOKUP = 5_000  # keys a query, to bound the memory of one answer
_KEY = 32  # hex digits of a text's sha256

# Half precision: a cosine changes by .0003 at most, and the cache is half as large.
_SCHEMA = "CREATE TABLE IF NOT EXISTS half (model TEXT, text TEXT, vector BLOB NOT NULL, PRIMARY KEY (model, text)) WITHOUT ROWID"
_KEEP = "INSERT OR REPLACE INTO half VALUES (?, ?, ?)"
_RECALL = "SELECT text, vector FROM half WHERE model = ? AND text IN (SELECT value FROM json_each(?))"


class CachedEncoder:
    """An encoder that remembers, by model and text, what it has encoded; loads the model only if it must."""

    def __init__(self, file: Path, model: str, load: Callable[[], Encoder]) -> None:
        """Use the cache in `file` for the model with this fingerprint."""
        self._file = file
        self._model = model
        self._load = load
        self._encoder: Encoder | None = None

    def encode(self, texts: Sequence[str], progress: Progress) -> Scores:
        """Unit vectors in half precision, new or not, shape (len(texts), dimensions), float32; tells each text's progress."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, isolation_level=None, timeout=60)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute(_SCHEMA)
            keys = [hashlib.sha256(text.encode()).hexdigest()[:_KEY] for text in texts]
            times = Counter(keys)
            known = self._recall(db, sorted(times))
            progress.advance(sum(times[key] for key in known))
            missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            for batch in _batches(list(missing.items()), _BATCH):
                known |= self._encode_new(db, batch)
                progress.advance(sum(times[key] for key, _ in batch))
        if not keys:
            return np.zeros((0, 0), np.float32)
        return np.frombuffer(b"".join(known[key] for key in keys), np.float16).reshape(len(keys), -1).astype(np.float32)

    def _encode_new(self, db: sqlite3.Connection, batch: Sequence[tuple[str, str]]) -> dict[str, bytes]:
        self._encoder = self._encoder or self._load()
        vectors = self._encoder.encode([text for _, text in batch]).astype(np.float16)
        new = {key: vector.tobytes() for (key, _), vector in zip(batch, vectors, strict=True)}
        db.execute("BEGIN IMMEDIATE")
        db.executemany(_KEEP, [(self._model, key, vector) for key, vector in new.items()])
        db.execute("COMMIT")
        return new

    def _recall(self, db: sqlite3.Connection, keys: Sequence[str]) -> dict[str, bytes]:
        """What is known of these keys; sorted, they are met in the order in which the table holds them."""
        found: dict[str, bytes] = {}
        for batch in _batches(keys, _LOOKUP):
            found.update(db.execute(_RECALL, (self._model, json.dumps(batch))))
        return found


def write_vectors(
    folder: Path, documents: Documents, encoder: CachedEncoder, progress: Progress, carried: Carried | None = None
) -> None:
    """Write the vectors of articles and passages, in the documents' order, into a new folder; reads new articles only."""
    rows = fresh_rows(len(documents.articles), carried.articles if carried else None)
    wholes: list[str] = []
    parts: list[str] = []
    for row in rows:
        article = documents.articles[row]
        wholes.append(whole_text(article))
        parts += [passage.text for passage in split_passages(article)]
    progress.begin(f"Embedding the {documents.audience} passages", "passages", len(wholes) + len(parts))
    vectors = encoder.encode([*wholes, *parts], progress)
    if carried is None:
        save_vectors(folder, vectors[: len(rows)], vectors[len(rows) :])
        return
    folder.mkdir()
    before = carried.folder / VECTORS_FOLDER
    stored = read_stored(before)
    vectors = vectors.reshape(len(vectors), stored.passages.shape[1])  # also where there are none
    new = store_vectors(vectors[: len(rows)], vectors[len(rows) :])
    stored = merge_vectors(new, stored, carried.articles, carried.passages)
    _save(folder, stored, update_neighbours(_articles_of(stored), read_neighbours(before), carried.articles))


def save_vectors(folder: Path, articles: Scores, passages: Scores) -> None:
    """Write what `SemanticIndex` maps into a new folder; the passages are those of each article in turn."""
    folder.mkdir()
    stored = store_vectors(articles, passages)
    _save(folder, stored, find_neighbours(_articles_of(stored)))


def _save(folder: Path, stored: StoredVectors, nearest: Nearest) -> None:
    save_stored(folder, stored)
    save_neighbours(folder, nearest)
    write_scan(folder / SCAN_FILE)


def _articles_of(stored: StoredVectors) -> Stored:
    return Stored(stored.articles, stored.scales)


def _batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
