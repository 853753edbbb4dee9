"""The semantic side: exact cosine similarity with every article and passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb.search.types import Encoder, Evidence, Rows, Scores

ARTICLES_FILE = "articles.npy"
PASSAGES_FILE = "passages.npy"


class SemanticIndex:
    """The vectors of a partition, memory-mapped read-only."""

    def __init__(self, articles: Scores, passages: Scores) -> None:
        """Take unit vectors, shapes (articles, d) and (passages, d)."""
        self._articles = articles
        self._passages = passages

    @classmethod
    def open(cls, folder: Path) -> SemanticIndex:
        """Map the vectors under `folder`, a verified part of a snapshot."""
        articles, passages = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (ARTICLES_FILE, PASSAGES_FILE)
        )
        return cls(articles, passages)

    def evidence(self, encoder: Encoder, text: str) -> Evidence:
        """Cosine of the text with every article and passage."""
        vector = encoder.encode([text])[0]
        articles = np.asarray(self._articles @ vector, np.float32)
        passages = np.asarray(self._passages @ vector, np.float32)
        return Evidence(articles, passages)


def best_per_article(passages: Scores, owner: Rows, articles: int) -> Scores:
    """The highest passage score of each article, shape (articles,); -inf where it has no passage."""
    best = np.full(articles, -np.inf, np.float32)
    np.maximum.at(best, owner, passages)
    return best
