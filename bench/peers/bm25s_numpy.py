"""bm25s, eager sparse BM25 in numpy; hybrid by rank fusion, or by half and half of the scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from bench.peers.fusion import best_rows, fuse_ranks, fuse_scores
from bench.peers.types import CANDIDATES, HITS, Document
from kb.search.types import Scores


class Bm25sPeer:
    """One field of title and text, stemmed, stop words dropped."""

    packages = ("bm25s", "numpy", "PyStemmer")

    def __init__(self, _folder: Path) -> None:
        """Everything stays in memory."""
        self._stemmer = Stemmer.Stemmer("english")

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Compile the scores of every word in every document."""
        self._ids = [document.id for document in documents]
        self._vectors = vectors
        self._index = bm25s.BM25()
        self._index.index(self._tokens([f"{document.title}\n{document.text}" for document in documents]), show_progress=False)

    def keyword(self, query: str) -> list[str]:
        """By BM25."""
        return self._named(best_rows(self._scores(query), HITS))

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By the ranks of both sides."""
        sides = (best_rows(self._scores(query), CANDIDATES), best_rows(self._vectors @ vector, CANDIDATES))
        return self._named(fuse_ranks(sides, HITS))

    def _named(self, rows: Sequence[int]) -> list[str]:
        return [self._ids[row] for row in rows]

    def _scores(self, text: str) -> Scores:
        tokens = self._tokens([text])[0]
        if not tokens:  # it raises for a query of digits alone
            return np.zeros(len(self._ids), np.float32)
        return np.asarray(self._index.get_scores(tokens), np.float32)

    def _tokens(self, texts: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return tokens


class Bm25sConvexPeer(Bm25sPeer):
    """The same words, fused by score."""

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """By half and half of both sides' scores."""
        return self._named(fuse_scores(self._scores(query), np.asarray(self._vectors @ vector), HITS))
