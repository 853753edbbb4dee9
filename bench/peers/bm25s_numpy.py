"""bm25s, eager sparse BM25 in numpy; hybrid by rank fusion, or by half and half of the scores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import Stemmer

from bench.peers.fusion import best_rows, fuse_scores
from bench.peers.rank_fusion import RankFusionPeer
from bench.peers.types import HITS, Document
from kb.search.types import Scores


class Bm25sPeer(RankFusionPeer):
    """One field of title and text, stemmed, stop words dropped."""

    packages = ("bm25s", "numpy", "PyStemmer")

    def __init__(self, _folder: Path) -> None:
        """Everything stays in memory."""
        self._stemmer = Stemmer.Stemmer("english")

    def _write(self, documents: Sequence[Document]) -> None:
        """Compile the scores of every word in every document."""
        self._index = bm25s.BM25()
        self._index.index(self._tokens([f"{document.title}\n{document.text}" for document in documents]), show_progress=False)

    def _rows(self, text: str, count: int) -> list[int]:
        return best_rows(self._scores(text), count)

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
