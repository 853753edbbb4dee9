"""What a build takes over from a partition on disk: articles known again by their digests, under their new rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.counts import GONE, Numbers, Renumbering
from indexer.documents import Documents, StoredArticles
from kb.content.types import Article
from kb.snapshot.articles import ArticleStore


@dataclass(frozen=True, slots=True)
class Base:
    """A partition on disk, built by the same code and model, that another can be built from. It is only read and linked to."""

    folder: Path
    digests: tuple[str, ...]
    passage_counts: Numbers  # shape (articles,)


@dataclass(frozen=True, slots=True)
class Carried:
    """The unchanged articles of a base, and their passages."""

    folder: Path  # the base's
    articles: Renumbering
    passages: Renumbering

    @property
    def changes(self) -> int:
        """How many articles are new or gone."""
        kept = int((self.articles.documents != GONE).sum())
        return self.articles.total + len(self.articles.documents) - 2 * kept

    def gone(self) -> Iterator[Article]:
        """The articles of the base that are no longer there, or no longer the same."""
        rows = np.flatnonzero(self.articles.documents == GONE).tolist()
        if rows:
            articles = StoredArticles(ArticleStore(self.folder))
            yield from (articles[row] for row in rows)


def find_carried(base: Base, documents: Documents) -> Carried:
    """Find the articles that stand unchanged in a base."""
    rows = {digest: row for row, digest in enumerate(documents.digests)}
    articles = np.array([rows.pop(digest, GONE) for digest in base.digests], np.int32)  # each row once, should two be alike
    passages = _move_blocks(articles, base.passage_counts, documents.passage_counts)
    return Carried(
        base.folder,
        Renumbering(articles, len(documents.articles)),
        Renumbering(passages, len(documents.passages)),
    )


def fresh_rows(total: int, renumbering: Renumbering | None) -> list[int]:
    """Which of so many documents are new, ascending; all of them where nothing is carried over."""
    fresh = np.ones(total, np.bool_)
    if renumbering:
        fresh[renumbering.documents[renumbering.documents != GONE]] = False
    return np.flatnonzero(fresh).tolist()


def _move_blocks(articles: Numbers, old_sizes: Numbers, new_sizes: Numbers) -> Numbers:
    """New rows of old passages, which move with their article as one block."""
    gone = np.repeat(articles == GONE, old_sizes)
    shifts = np.append(_starts(new_sizes), 0)[articles] - _starts(old_sizes)  # what stands for `GONE` is overwritten
    moved = np.arange(len(gone), dtype=np.int32) + np.repeat(shifts, old_sizes)
    return np.where(gone, GONE, moved).astype(np.int32)


def _starts(sizes: Numbers) -> Numbers:
    return (np.cumsum(sizes) - sizes).astype(np.int32)
