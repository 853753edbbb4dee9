"""What a build takes over from the one before: articles known again by their digests, under their new rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.counts import GONE, Numbers, Renumbering
from indexer.documents import Documents
from kb.search.postings import open_array

DIGESTS_FILE = "digests.npy"  # S64, shape (articles,): what the folder was written from
PASSAGE_COUNTS_FILE = "passage_counts.npy"  # int32, shape (articles,): how many passages each has


@dataclass(frozen=True, slots=True)
class Carried:
    """The unchanged articles of a keyword folder, and their passages."""

    folder: Path
    articles: Renumbering
    passages: Renumbering

    @property
    def rows(self) -> frozenset[int]:
        """The rows, as they are now, of the articles that need not be analysed again."""
        return frozenset(self.articles.documents.tolist()) - {GONE}


def find_carried(previous: Path, documents: Documents) -> Carried:
    """Find the articles that stand unchanged in the keyword folder `previous`."""
    rows = {digest: row for row, digest in enumerate(documents.digests)}
    digests = open_array(previous / DIGESTS_FILE).astype(str).tolist()
    articles = np.array([rows.pop(digest, GONE) for digest in digests], np.int64)  # each row once, should two be alike
    new_sizes = _passage_counts(documents)
    passages = _move_blocks(articles, open_array(previous / PASSAGE_COUNTS_FILE).astype(np.int64), new_sizes)
    return Carried(
        previous,
        Renumbering(articles, len(documents.articles)),
        Renumbering(passages, len(documents.passages)),
    )


def write_digests(folder: Path, documents: Documents) -> None:
    """Record what a keyword folder was written from, for the build after."""
    np.save(folder / DIGESTS_FILE, np.array(documents.digests, "S64"), allow_pickle=False)
    np.save(folder / PASSAGE_COUNTS_FILE, _passage_counts(documents).astype(np.int32), allow_pickle=False)


def _passage_counts(documents: Documents) -> Numbers:
    owners = np.fromiter((row for row, _ in documents.passages), np.int64, len(documents.passages))
    return np.asarray(np.bincount(owners, minlength=len(documents.articles)), np.int64)


def _move_blocks(articles: Numbers, old_sizes: Numbers, new_sizes: Numbers) -> Numbers:
    """New rows of old passages, which move with their article as one block."""
    old_starts = np.cumsum(old_sizes) - old_sizes
    new_starts = np.cumsum(new_sizes) - new_sizes
    shift = new_starts[articles] - old_starts if len(new_starts) else old_starts
    moved = np.arange(old_sizes.sum()) + np.repeat(shift, old_sizes)
    moved[np.repeat(articles == GONE, old_sizes)] = GONE
    return moved
