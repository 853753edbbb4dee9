"""tantivy, a search library in Rust, with its own BM25; hybrid by rank fusion with numpy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import tantivy

from bench.peers.rank_fusion import RankFusionPeer
from bench.peers.types import Document

_OPERATORS = re.compile(r"[^\w\s]")
_FIELDS = ["title", "text"]


class TantivyPeer(RankFusionPeer):
    """Title and text as two fields, stemmed, any word may match."""

    packages = ("tantivy", "numpy")

    def __init__(self, folder: Path) -> None:
        """Index into this empty folder."""
        schema = tantivy.SchemaBuilder()
        for field in _FIELDS:
            schema.add_text_field(field, stored=False, tokenizer_name="en_stem")
        schema.add_integer_field("row", stored=True)
        self._index = tantivy.Index(schema.build(), path=str(folder))

    def _write(self, documents: Sequence[Document]) -> None:
        """Write with one thread, so that there is one segment."""
        writer = self._index.writer(heap_size=512_000_000, num_threads=1)
        for row, document in enumerate(documents):
            writer.add_document(tantivy.Document(row=row, title=document.title, text=document.text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _rows(self, text: str, count: int) -> list[int]:
        wanted = self._index.parse_query(_OPERATORS.sub(" ", text).lower(), _FIELDS)
        return [self._searcher.doc(address)["row"][0] for _, address in self._searcher.search(wanted, count).hits]
