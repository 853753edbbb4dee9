"""The semantic side: exact cosine similarity with every article and passage."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kb.search.types import Encoder, Evidence, Rows, Scores

ARTICLES_FILE = "articles.npy"
PASSAGES_FILE = "passages.npy"

# Cosine below which nothing is said to be found. With all-MiniLM-L6-v2, a question and a text
# on another subject lie between -0.1 and 0.25.
FOUND = 0.30


class SemanticIndex:
    """The vectors of a partition, memory-mapped read-only."""

    def __init__(self, articles: Scores, passages: Scores, owner: Rows) -> None:
        """Take unit vectors, shapes (articles, d) and (passages, d), and each passage's article row."""
        self._articles = articles
        self._passages = passages
        self._owner = owner

    @classmethod
    def open(cls, folder: Path, owner: Rows) -> SemanticIndex:
        """Map the vectors under `folder`, a verified part of a snapshot."""
        articles, passages = (
            np.load(folder / name, mmap_mode="r", allow_pickle=False) for name in (ARTICLES_FILE, PASSAGES_FILE)
        )
        return cls(articles, passages, owner)

    def evidence(self, encoder: Encoder, text: str) -> Evidence:
        """Cosine of the text with every article and passage."""
        vector = encoder.encode([text])[0]
        articles = np.asarray(self._articles @ vector, np.float32)
        passages = np.asarray(self._passages @ vector, np.float32)
        best = np.maximum(articles, best_per_article(passages, self._owner, len(articles)))
        return Evidence(articles, passages, best >= FOUND)


def best_per_article(passages: Scores, owner: Rows, articles: int) -> Scores:
    """The highest passage score of each article, shape (articles,); -inf where it has no passage."""
    best = np.full(articles, -np.inf, np.float32)
    np.maximum.at(best, owner, passages)
    return best
