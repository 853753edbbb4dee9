"""SQLite FTS5 with its own bm25(); hybrid by rank fusion with numpy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.peers.fusion import best_rows, fuse_ranks
from bench.peers.types import CANDIDATES, HITS, Document
from kb.search.types import Scores

_WORD = re.compile(r"\w+")
_SCHEMA = "CREATE VIRTUAL TABLE document USING fts5(title, text, tokenize = 'porter unicode61')"
_FIND = "SELECT rowid FROM document WHERE document MATCH ? ORDER BY rank LIMIT ?"


class Fts5Peer:
    """Title and text as two columns, stemmed, any word may match."""

    packages = ("numpy",)  # SQLite's own version is reported by itself

    def __init__(self, folder: Path) -> None:
        """Keep the database in this empty folder."""
        self._db = sqlite3.connect(folder / "documents.sqlite")

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Insert everything, then merge the index into one segment."""
        self._ids = [document.id for document in documents]
        self._vectors = vectors
        rows = ((row, document.title, document.text) for row, document in enumerate(documents))
        with self._db:
            self._db.execute(_SCHEMA)
            self._db.executemany("INSERT INTO document (rowid, title, text) VALUES (?, ?, ?)", rows)
            self._db.execute("INSERT INTO document (document) VALUES ('optimize')")

    def keyword(self, query: str) -> list[str]:
        """By bm25()."""
        return [self._ids[row] for row in self._rows(query, HITS)]

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By the ranks of both sides."""
        sides = (self._rows(query, CANDIDATES), best_rows(self._vectors @ vector, CANDIDATES))
        return [self._ids[row] for row in fuse_ranks(sides, HITS)]

    def _rows(self, text: str, count: int) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        return [row for (row,) in self._db.execute(_FIND, (wanted, count))] if wanted else []
