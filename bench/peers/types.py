"""What a peer is: the documents it is given, and the three things it must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kb.search.types import Scores

DOCUMENTS_FILE = "documents.jsonl"
VECTORS_FILE = "vectors.npy"  # shape (documents, dimensions), float32, unit length
QUERIES_FILE = "queries.jsonl"
QUERY_VECTORS_FILE = "query-vectors.npy"  # shape (queries, dimensions)

HITS = 10  # what is asked of every peer
CANDIDATES = 100  # hits of each side that rank fusion takes


@dataclass(frozen=True, slots=True)
class Document:
    """One article as peers get it."""

    id: str
    title: str
    text: str


class Peer(Protocol):
    """A search engine that is measured; a new one is made for each run, with an empty folder."""

    packages: Sequence[str]  # distributions whose versions are reported

    def build(self, documents: Sequence[Document], vectors: Scores) -> None:
        """Index the documents; row for row their vectors."""
        ...

    def keyword(self, query: str) -> list[str]:
        """The ids of the ten best documents by words alone."""
        ...

    def hybrid(self, query: str, vector: Scores) -> list[str]:
        """The ids of the ten best documents by words and the query's vector."""
        ...
