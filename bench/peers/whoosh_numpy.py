"""Whoosh (Reloaded) with its own BM25F and matchers; hybrid by rank fusion with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from whoosh import fields, index, query, scoring
from whoosh.analysis import StemmingAnalyzer

from bench.peers.fusion import best_rows, fuse_ranks
from bench.peers.types import CANDIDATES, HITS, Document
from kb.search.types import Scores


class WhooshPeer:
    """Title and text as two fields, any word may match."""

    packages = ("whoosh-reloaded", "numpy")

    def __init__(self, folder: Path) -> None:
        """Index into this empty folder."""
        self._folder = folder
        self._analyzer = StemmingAnalyzer()

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Write one segment."""
        self._ids = [document.id for document in documents]
        self._vectors = vectors
        schema = fields.Schema(title=fields.TEXT(self._analyzer), text=fields.TEXT(self._analyzer))
        written = index.create_in(str(self._folder), schema)
        writer = written.writer(limitmb=256)
        for document in documents:
            writer.add_document(title=document.title, text=document.text)
        writer.commit(optimize=True)
        self._searcher = written.searcher(weighting=scoring.BM25F())

    def keyword(self, query: str) -> list[str]:
        """By BM25F."""
        return [self._ids[row] for row in self._rows(query, HITS)]

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By the ranks of both sides."""
        sides = (self._rows(query, CANDIDATES), best_rows(self._vectors @ vector, CANDIDATES))
        return [self._ids[row] for row in fuse_ranks(sides, HITS)]

    def _rows(self, text: str, count: int) -> list[int]:
        words = [token.text for token in self._analyzer(text)]
        wanted = query.Or([query.Term(field, word) for word in words for field in ("title", "text")])
        return [hit.docnum for hit in self._searcher.search(wanted, limit=count)]
