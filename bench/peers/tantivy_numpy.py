"""tantivy, a search library in Rust, with its own BM25; hybrid by rank fusion with numpy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import tantivy

from bench.peers.fusion import best_rows, fuse_ranks
from bench.peers.types import CANDIDATES, HITS, Document
from kb.search.types import Scores

_OPERATORS = re.compile(r"[^\w\s]")
_FIELDS = ["title", "text"]


class TantivyPeer:
    """Title and text as two fields, stemmed, any word may match."""

    packages = ("tantivy", "numpy")

    def __init__(self, folder: Path) -> None:
        """Index into this empty folder."""
        schema = tantivy.SchemaBuilder()
        for field in _FIELDS:
            schema.add_text_field(field, stored=False, tokenizer_name="en_stem")
        schema.add_integer_field("row", stored=True)
        self._index = tantivy.Index(schema.build(), path=str(folder))

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Write with one thread, so that there is one segment."""
        self._ids = [document.id for document in documents]
        self._vectors = vectors
        writer = self._index.writer(heap_size=512_000_000, num_threads=1)
        for row, document in enumerate(documents):
            writer.add_document(tantivy.Document(row=row, title=document.title, text=document.text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def keyword(self, query: str) -> list[str]:
        """By BM25."""
        return [self._ids[row] for row in self._rows(query, HITS)]

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By the ranks of both sides."""
        sides = (self._rows(query, CANDIDATES), best_rows(self._vectors @ vector, CANDIDATES))
        return [self._ids[row] for row in fuse_ranks(sides, HITS)]

    def _rows(self, text: str, count: int) -> list[int]:
        wanted = self._index.parse_query(_OPERATORS.sub(" ", text).lower(), _FIELDS)
        return [self._searcher.doc(address)["row"][0] for _, address in self._searcher.search(wanted, count).hits]
