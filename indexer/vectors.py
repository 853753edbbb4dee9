"""Writes a partition's vectors; what was embedded before comes from the cache."""

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

from indexer.documents import Documents
from indexer.neighbours import find_neighbours
from indexer.progress import Progress
from indexer.scanning import write_scan
from kb.search.neighbours import NEIGHBOURS_FILE
from kb.search.passages import whole_text
from kb.search.semantic import (
    ARTICLES_FILE,
    FIRST_FILE,
    MEANS_FILE,
    MOMENTS_FILE,
    PASSAGE_SCALES_FILE,
    PASSAGES_FILE,
    SCALES_FILE,
    SCAN_FILE,
    STEPS,
    Components,
)
from kb.search.types import Encoder, Rows, Scores

_T = TypeVar("_T")

_BATCH = 256  # texts between two signs of progress; each batch is kept, so a killed build goes on from there
_LOOKUP = 5_000  # keys a query, to bound the memory of one answer
_KEY = 32  # hex digits of a text's sha256
_BLOCK = 4_096  # vectors taken as float64 at a time

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


def write_vectors(folder: Path, documents: Documents, encoder: CachedEncoder, progress: Progress) -> None:
    """Write the vectors of articles and passages, in the documents' order, into a new folder."""
    texts = [whole_text(article) for article in documents.articles] + [passage.text for _, passage in documents.passages]
    progress.begin(f"Embedding the {documents.audience} passages", "passages", len(texts))
    vectors = encoder.encode(texts, progress)
    count = len(documents.articles)
    owner = np.array([row for row, _ in documents.passages], np.int32)
    save_vectors(folder, vectors[:count], vectors[count:], owner)


def save_vectors(folder: Path, articles: Scores, passages: Scores, owner: Rows) -> None:
    """Write what `SemanticIndex` maps; `owner`, ascending, is the article row of each passage."""
    folder.mkdir()
    first = np.searchsorted(owner, np.arange(len(articles) + 1)).astype(np.int32)
    whole, whole_scales = _shorten(articles)
    means, means_scales = _shorten(_means(passages, first))
    parts, parts_scales = _shorten(passages)
    for name, array in (
        (ARTICLES_FILE, np.ascontiguousarray(whole.T)),
        (MEANS_FILE, np.ascontiguousarray(means.T)),
        (SCALES_FILE, np.vstack([whole_scales, means_scales])),
        (PASSAGES_FILE, parts),
        (PASSAGE_SCALES_FILE, parts_scales),
        (FIRST_FILE, first),
        (MOMENTS_FILE, _moments(parts, parts_scales)),
        (NEIGHBOURS_FILE, find_neighbours(articles)),
    ):
        np.save(folder / name, array, allow_pickle=False)
    write_scan(folder / SCAN_FILE)


def _shorten(vectors: Scores) -> tuple[Components, Scores]:
    """Vectors as whole numbers, int8, and the scale of each, float32: what 1 stands for in it."""
    greatest = np.abs(vectors).max(axis=1)
    scales = np.where(greatest > 0, greatest / STEPS, 1).astype(np.float32)
    return np.rint(vectors / scales[:, np.newaxis]).astype(np.int8), scales


def _means(passages: Scores, first: Rows) -> Scores:
    """The mean of each article's passages at length 1, shape (articles, d); zeros without a passage."""
    counts = np.diff(first)
    means = np.zeros((len(counts), passages.shape[1]), np.float32)
    filled = counts > 0
    if filled.any():
        means[filled] = np.add.reduceat(passages, first[:-1][filled], axis=0)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    np.divide(means, lengths, out=means, where=lengths > 0)
    return means


def _moments(stored: Components, scales: Scores) -> Scores:
    """Mean and covariance of vectors as they are stored, shape (1 + d, d), float32."""
    size = stored.shape[1]
    total, products = np.zeros(size), np.zeros((size, size))
    for start in range(0, len(stored), _BLOCK):
        block = stored[start : start + _BLOCK] * scales[start : start + _BLOCK, np.newaxis].astype(np.float64)
        total += block.sum(axis=0)
        products += block.T @ block
    count = max(len(stored), 1)
    mean = total / count
    return np.vstack([mean, products / count - np.outer(mean, mean)]).astype(np.float32)


def _batches(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
