"""Whoosh (Reloaded) with its own BM25F and matchers; hybrid by rank fusion with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from whoosh import fields, index, query, scoring
from whoosh.analysis import StemmingAnalyzer

from bench.peers.rank_fusion import RankFusionPeer
from bench.peers.types import Document


class WhooshPeer(RankFusionPeer):
    """Title and text as two fields, any word may match."""

    packages = ("whoosh-reloaded", "numpy")

    def __init__(self, folder: Path) -> None:
        """Index into this empty folder."""
        self._folder = folder
        self._analyzer = StemmingAnalyzer()

    def _write(self, documents: Sequence[Document]) -> None:
        """Write one segment."""
        schema = fields.Schema(title=fields.TEXT(self._analyzer), text=fields.TEXT(self._analyzer))
        written = index.create_in(str(self._folder), schema)
        writer = written.writer(limitmb=256)
        for document in documents:
            writer.add_document(title=document.title, text=document.text)
        writer.commit(optimize=True)
        self._searcher = written.searcher(weighting=scoring.BM25F())

    def _rows(self, text: str, count: int) -> list[int]:
        words = [token.text for token in self._analyzer(text)]
        wanted = query.Or([query.Term(field, word) for word in words for field in ("title", "text")])
        return [hit.docnum for hit in self._searcher.search(wanted, limit=count)]
