"""Finds the nearest neighbours of every article, which `kb/search/neighbours.py` reads.

Products of whole numbers are exact, however they are added up, and of articles equally near the
first counts: so neighbours that are carried over are those that would be found anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.counts import GONE, Numbers, Renumbering
from kb.search.neighbours import NEAREST, NEIGHBOURS_FILE
from kb.search.semantic import Components
from kb.search.types import Rows, Scores
from kb.snapshot.arrays import open_array

CLOSENESS_FILE = "closeness.npy"  # float32, as `Nearest.closeness`; only the next build reads it

_BLOCK = 256  # articles compared with all others at a time, to bound the memory of what they come to


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest others of each article, the nearest first."""

    rows: Rows  # shape (articles, at most `NEAREST`)
    closeness: Scores  # of the same shape: the cosine over the article's own scale


@dataclass(frozen=True, slots=True)
class Stored:
    """Vectors of articles as they are stored."""

    vectors: Components  # shape (articles, d)
    scales: Scores  # shape (articles,)


def find_neighbours(stored: Stored) -> Nearest:
    """The nearest other articles of each."""
    count = min(NEAREST, max(len(stored.vectors) - 1, 0))
    every = np.arange(len(stored.vectors), dtype=np.int32)
    return _find(stored, every, every, count)


def update_neighbours(stored: Stored, before: Nearest, moves: Renumbering) -> Nearest:
    """The same, from those of other articles, of which some have gone and some have come since.

    An article that has lost a neighbour looks at all others again; the rest look at what has come.
    """
    count = min(NEAREST, max(len(stored.vectors) - 1, 0))
    if before.rows.shape[1] != count:
        return find_neighbours(stored)
    stays = moves.documents != GONE
    rows = np.full((moves.total, count), GONE, np.int32)
    closeness = np.zeros((moves.total, count), np.float32)
    rows[moves.documents[stays]] = moves.documents[before.rows[stays]]
    closeness[moves.documents[stays]] = before.closeness[stays]
    is_whole = (rows != GONE).all(axis=1)
    every = np.arange(moves.total, dtype=np.int32)
    whole, lost = every[is_whole], every[~is_whole]
    come = np.setdiff1d(every, moves.documents[stays])
    anew = _find(stored, lost, every, count)
    rows[lost], closeness[lost] = anew.rows, anew.closeness
    merged = _merge(Nearest(rows[whole], closeness[whole]), _find(stored, whole, come, min(count, len(come))))
    rows[whole], closeness[whole] = merged.rows, merged.closeness
    return Nearest(rows, closeness)


def save_neighbours(folder: Path, nearest: Nearest) -> None:
    """Write neighbours into a folder."""
    np.save(folder / NEIGHBOURS_FILE, nearest.rows, allow_pickle=False)
    np.save(folder / CLOSENESS_FILE, nearest.closeness, allow_pickle=False)


def read_neighbours(folder: Path) -> Nearest:
    """Read what `save_neighbours` wrote."""
    return Nearest(open_array(folder / NEIGHBOURS_FILE), open_array(folder / CLOSENESS_FILE))


def _find(stored: Stored, articles: Numbers, others: Numbers, count: int) -> Nearest:
    """The nearest of some others, ascending, of each of some articles."""
    rows = np.zeros((len(articles), count), np.int32)
    closeness = np.zeros((len(articles), count), np.float32)
    columns = stored.vectors[others].T.astype(np.float32)  # which holds whole numbers of up to 24 bits
    for start in range(0, len(articles) if count else 0, _BLOCK):
        block = articles[start : start + _BLOCK]
        products = stored.vectors[block].astype(np.float32) @ columns * stored.scales[others]
        products[block[:, np.newaxis] == others] = -np.inf  # no article is its own neighbour
        best = _choose(products, count)
        rows[start : start + _BLOCK] = others[best]
        closeness[start : start + _BLOCK] = np.take_along_axis(products, best, axis=1)
    return Nearest(rows, closeness)


def _choose(closeness: Scores, count: int) -> Numbers:
    """The columns of the greatest in each row, the greatest first, of equal ones the first."""
    least = np.partition(closeness, -count, axis=1)[:, -count, np.newaxis]
    rows, columns = np.nonzero(closeness >= least)
    order = np.lexsort((columns, -closeness[rows, columns], rows))
    starts = np.searchsorted(rows, np.arange(len(closeness)))
    return np.asarray(columns[order[starts[:, np.newaxis] + np.arange(count)]], np.int32)


def _merge(nearest: Nearest, others: Nearest) -> Nearest:
    """The nearest of two choices; as many as the first has."""
    rows = np.concatenate([nearest.rows, others.rows], axis=1)
    closeness = np.concatenate([nearest.closeness, others.closeness], axis=1)
    best = np.lexsort((rows, -closeness), axis=1)[:, : nearest.rows.shape[1]]
    return Nearest(np.take_along_axis(rows, best, axis=1), np.take_along_axis(closeness, best, axis=1))
