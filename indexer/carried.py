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


def find_carried(previous: Path, documents: Documents) -> Carried:
    """Find the articles that stand unchanged in the keyword folder `previous`."""
    rows = {digest: row for row, digest in enumerate(documents.digests)}
    digests = open_array(previous / DIGESTS_FILE).astype(str).tolist()
    articles = np.array([rows.pop(digest, GONE) for digest in digests], np.int32)  # each row once, should two be alike
    passages = _move_blocks(articles, open_array(previous / PASSAGE_COUNTS_FILE), documents.passage_counts)
    return Carried(
        previous,
        Renumbering(articles, len(documents.articles)),
        Renumbering(passages, len(documents.passages)),
    )


def fresh_rows(total: int, renumbering: Renumbering | None) -> list[int]:
    """Which of so many documents are new, ascending; all of them where nothing is carried over."""
    fresh = np.ones(total, np.bool_)
    if renumbering:
        fresh[renumbering.documents[renumbering.documents != GONE]] = False
    return np.flatnonzero(fresh).tolist()


def write_digests(folder: Path, documents: Documents) -> None:
    """Record what a keyword folder was written from, for the build after."""
    np.save(folder / DIGESTS_FILE, np.array(documents.digests, "S64"), allow_pickle=False)
    np.save(folder / PASSAGE_COUNTS_FILE, documents.passage_counts, allow_pickle=False)


def _move_blocks(articles: Numbers, old_sizes: Numbers, new_sizes: Numbers) -> Numbers:
    """New rows of old passages, which move with their article as one block."""
    gone = np.repeat(articles == GONE, old_sizes)
    shifts = np.append(_starts(new_sizes), 0)[articles] - _starts(old_sizes)  # what stands for `GONE` is overwritten
    moved = np.arange(len(gone), dtype=np.int32) + np.repeat(shifts, old_sizes)
    return np.where(gone, GONE, moved).astype(np.int32)


def _starts(sizes: Numbers) -> Numbers:
    return (np.cumsum(sizes) - sizes).astype(np.int32)
