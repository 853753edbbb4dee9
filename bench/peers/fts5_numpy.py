"""SQLite FTS5 with its own bm25(); hybrid by rank fusion with numpy."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from bench.peers.rank_fusion import RankFusionPeer
from bench.peers.types import Document

_WORD = re.compile(r"\w+")
_SCHEMA = "CREATE VIRTUAL TABLE document USING fts5(title, text, tokenize = 'porter unicode61')"
_FIND = "SELECT rowid FROM document WHERE document MATCH ? ORDER BY rank LIMIT ?"


class Fts5Peer(RankFusionPeer):
    """Title and text as two columns, stemmed, any word may match."""

    packages = ("numpy",)  # SQLite's own version is reported by itself

    def __init__(self, folder: Path) -> None:
        """Keep the database in this empty folder."""
        self._db = sqlite3.connect(folder / "documents.sqlite")

    def _write(self, documents: Sequence[Document]) -> None:
        """Insert everything, then merge the index into one segment."""
        rows = ((row, document.title, document.text) for row, document in enumerate(documents))
        with self._db:
            self._db.execute(_SCHEMA)
            self._db.executemany("INSERT INTO document (rowid, title, text) VALUES (?, ?, ?)", rows)
            self._db.execute("INSERT INTO document (document) VALUES ('optimize')")

    def _rows(self, text: str, count: int) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        return [row for (row,) in self._db.execute(_FIND, (wanted, count))] if wanted else []
