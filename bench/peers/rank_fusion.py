"""A keyword engine completed with exact vector search in numpy: both sides' ranks are fused."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from bench.peers.fusion import best_rows, fuse_ranks
from bench.peers.types import CANDIDATES, HITS, Document
from kb.search.types import Scores


class RankFusionPeer(ABC):
    """What such peers share; each writes documents and finds rows in its own way."""

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Index the documents; row for row their vectors."""
        self._ids = [document.id for document in documents]
        self._vectors = vectors
        self._write(documents)

    def keyword(self, query: str) -> list[str]:
        """The ids of the ten best documents by words alone."""
        return self._named(self._rows(query, HITS))

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """The ids of the ten best documents by the ranks of both sides."""
        sides = (self._rows(query, CANDIDATES), best_rows(self._vectors @ vector, CANDIDATES))
        return self._named(fuse_ranks(sides, HITS))

    def _named(self, rows: Sequence[int]) -> list[str]:
        return [self._ids[row] for row in rows]

    @abstractmethod
    def _write(self, documents: Sequence[Document]) -> None:
        """Make documents findable by their words."""

    @abstractmethod
    def _rows(self, text: str, count: int) -> Sequence[int]:
        """The rows of the best documents by words, best first."""
