"""txtai with its own BM25, its own vector index and its own fusion; only the vectors are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from txtai import Embeddings

from bench.peers.types import HITS, Document
from kb.search.types import Scores


class TxtaiPeer:
    """One text of title and text; the defaults of a sparse and of a hybrid index."""

    packages = ("txtai", "faiss-cpu", "numpy")

    def __init__(self, _folder: Path) -> None:
        """Everything stays in memory."""
        self._known: dict[str, Scores] = {}
        # A lambda, as txtai would call a method to make a function of it.
        self._hybrid = Embeddings({"method": "external", "transform": lambda texts: self._transform(texts), "hybrid": True})  # noqa: PLW0108
        self._sparse = Embeddings({"keyword": True})

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Index twice: with vectors, and without for the words alone."""
        texts = [f"{document.title}\n{document.text}" for document in documents]
        self._known = dict(zip(texts, vectors, strict=True))
        rows = [(document.id, text, None) for document, text in zip(documents, texts, strict=True)]
        self._hybrid.index(rows)
        self._sparse.index(rows)
        self._known = {}

    def keyword(self, query: str) -> list[str]:
        """By the sparse index."""
        return [id for id, _ in self._sparse.search(query, HITS)]

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By the hybrid index, which weighs both sides alike."""
        self._known = {query: vector}
        return [id for id, _ in self._hybrid.search(query, HITS)]

    def _transform(self, texts: Sequence[str]) -> Scores:
        return np.stack([self._known[text] for text in texts])
