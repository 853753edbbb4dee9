"""Stored vectors: the vectors of articles and passages as a partition holds them, made from new ones and those it has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from indexer.counts import GONE, Renumbering
from kb.search.semantic import (
    ARTICLES_FILE,
    MOMENTS_FILE,
    PASSAGE_SCALES_FILE,
    PASSAGES_FILE,
    SCALES_FILE,
    STEPS,
    Components,
)
from kb.search.types import Scores
from kb.snapshot.arrays import open_array

TOTALS_FILE = "totals.npy"  # float64, shape (1 + d, d): what `Totals` holds; only the next build reads it

_BLOCK = 4_096  # vectors taken as float64 at a time
# Steps of 1 that totals are made of. 151,190 products of two such numbers add up to less than the 53
# bits of a float64, so that totals are exact and what was added can be taken away again.
_TOTAL_STEPS = 2.0**17

_Item = TypeVar("_Item", bound=np.generic)
Totals = npt.NDArray[np.float64]  # the sum of vectors, and the sum of their outer products


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Vectors as whole numbers, and what 1 stands for in each of them."""

    articles: Components  # shape (articles, d)
    scales: Scores  # shape (articles,)
    passages: Components  # shape (passages, d)
    passage_scales: Scores  # shape (passages,)
    totals: Totals  # shape (1 + d, d): of the passages


def store_vectors(articles: Scores, passages: Scores) -> StoredVectors:
    """Vectors of articles and of their passages as they are stored."""
    parts, scales = _shorten(passages)
    return StoredVectors(*_shorten(articles), parts, scales, _add_up(parts, scales))


def merge_vectors(new: StoredVectors, before: StoredVectors, articles: Renumbering, passages: Renumbering) -> StoredVectors:
    """New vectors in the places that those carried over leave free."""
    gone = passages.documents == GONE
    return StoredVectors(
        _place(new.articles, before.articles, articles),
        _place(new.scales, before.scales, articles),
        _place(new.passages, before.passages, passages),
        _place(new.passage_scales, before.passage_scales, passages),
        before.totals + new.totals - _add_up(before.passages[gone], before.passage_scales[gone]),
    )


def save_stored(folder: Path, stored: StoredVectors) -> None:
    """Write vectors as `SemanticIndex` maps them."""
    for name, array in (
        (ARTICLES_FILE, np.ascontiguousarray(stored.articles.T)),
        (SCALES_FILE, stored.scales),
        (PASSAGES_FILE, stored.passages),
        (PASSAGE_SCALES_FILE, stored.passage_scales),
        (MOMENTS_FILE, _moments(stored.totals, len(stored.passages))),
        (TOTALS_FILE, stored.totals),
    ):
        np.save(folder / name, array, allow_pickle=False)


def read_stored(folder: Path) -> StoredVectors:
    """Map what `save_stored` wrote."""
    return StoredVectors(
        open_array(folder / ARTICLES_FILE).T,
        open_array(folder / SCALES_FILE),
        open_array(folder / PASSAGES_FILE),
        open_array(folder / PASSAGE_SCALES_FILE),
        open_array(folder / TOTALS_FILE),
    )


def _place(new: npt.NDArray[_Item], before: npt.NDArray[_Item], moves: Renumbering) -> npt.NDArray[_Item]:
    stays = moves.documents != GONE
    placed = np.empty((moves.total, *before.shape[1:]), before.dtype)
    is_free = np.ones(moves.total, np.bool_)
    is_free[moves.documents[stays]] = False
    placed[moves.documents[stays]] = before[stays]
    placed[is_free] = new
    return placed


def _shorten(vectors: Scores) -> tuple[Components, Scores]:
    """Vectors as whole numbers, int8, and the scale of each, float32: what 1 stands for in it."""
    greatest = np.abs(vectors).max(axis=1, initial=0)
    scales = np.where(greatest > 0, greatest / STEPS, 1).astype(np.float32)
    return np.rint(vectors / scales[:, np.newaxis]).astype(np.int8), scales


def _add_up(stored: Components, scales: Scores) -> Totals:
    size = stored.shape[1]
    totals = np.zeros((1 + size, size))
    for start in range(0, len(stored), _BLOCK):
        scaled = stored[start : start + _BLOCK] * (scales[start : start + _BLOCK, np.newaxis] * _TOTAL_STEPS)
        block = np.rint(scaled).astype(np.float64)  # in single precision their products would be rounded
        totals[0] += block.sum(axis=0)
        totals[1:] += block.T @ block
    return totals


def _moments(totals: Totals, count: int) -> Scores:
    """Mean and covariance of so many vectors, shape (1 + d, d), float32."""
    mean = totals[0] / _TOTAL_STEPS / max(count, 1)
    products = totals[1:] / _TOTAL_STEPS**2 / max(count, 1)
    return np.vstack([mean, products - np.outer(mean, mean)]).astype(np.float32)
