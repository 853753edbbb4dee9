"""Writes the arrays that `kb/search/postings.py` maps: the vocabulary, and BM25 worked out for every entry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.counts import Counts
from kb.search import forward
from kb.search.postings import (
    BUCKET_STARTS_FILE,
    BUCKET_TERMS_FILE,
    BUCKETS_A_TERM,
    DOCUMENTS_FILE,
    FREQUENCIES_FILE,
    FREQUENT_FILE,
    FREQUENT_IMPACTS_FILE,
    IMPACTS_FILE,
    LENGTHS_FILE,
    MOMENTS_FILE,
    STARTS_FILE,
    TERM_STARTS_FILE,
    TERMS_FILE,
    hash_of,
    inverse_frequency,
)
from kb.search.types import Scores

K1 = 1.2  # BM25's usual saturation and length normalisation (Robertson and Zaragoza, 2009)
B = 0.75
# Of all documents: a term in more of them also has a row of all impacts, which is added faster than so many
# entries. A sixteenth is no faster on 151,190 passages, and takes twice the room.
_FREQUENT = 1 / 8
_BLOCK = 32_768  # entries whose scores are worked out at a time: they stay in the core's cache


def write_vocabulary(folder: Path, terms: Sequence[bytes]) -> None:
    """Write terms, which come sorted, and the hash table over them."""
    buckets = max(1, len(terms) * BUCKETS_A_TERM)
    bucket = (np.fromiter(map(hash_of, terms), np.uint32, len(terms)) % np.uint32(buckets)).astype(np.int64)
    _save(folder / TERMS_FILE, np.frombuffer(b"".join(terms), np.uint8))
    _save(folder / TERM_STARTS_FILE, _starts(np.fromiter(map(len, terms), np.int64, len(terms))))
    _save(folder / BUCKET_STARTS_FILE, _starts(np.bincount(bucket, minlength=buckets)).astype(np.int32))
    _save(folder / BUCKET_TERMS_FILE, np.argsort(bucket, kind="stable").astype(np.int32))


def write_postings(folder: Path, counts: Counts, terms: int, lengths: Sequence[int]) -> None:
    """Write counts over so many terms into a new folder.

    `lengths` are those that a document may have, ascending: each counts as the next of them, as Whoosh rounds.
    """
    folder.mkdir()
    frequencies = np.bincount(counts.terms, minlength=terms)
    starts = _starts(frequencies)
    impacts = _impacts(counts, frequencies, np.asarray(lengths))
    documents = len(counts.lengths)
    frequent = np.flatnonzero(frequencies > documents * _FREQUENT)
    rows = np.zeros((len(frequent), documents), np.float32)
    for row, term in zip(rows, frequent, strict=True):
        entries = slice(starts[term], starts[term + 1])
        row[counts.documents[entries]] = impacts[entries]
    _save(folder / MOMENTS_FILE, _moments(impacts, starts, documents))
    _save(folder / STARTS_FILE, starts)
    _save(folder / DOCUMENTS_FILE, counts.documents)
    _save(folder / FREQUENCIES_FILE, counts.frequencies)
    _save(folder / LENGTHS_FILE, counts.lengths)
    _save(folder / IMPACTS_FILE, impacts)
    _save(folder / FREQUENT_FILE, frequent.astype(np.int32))
    _save(folder / FREQUENT_IMPACTS_FILE, rows)


def write_forward(folder: Path, counts: Counts) -> None:
    """Write counts by document into a new folder, for `ForwardIndex`."""
    folder.mkdir()
    smallest = np.min_scalar_type(len(counts.lengths))  # numbers of 16 bits are sorted in a quarter of the time
    order = np.argsort(counts.documents.astype(smallest), kind="stable")
    _save(folder / forward.STARTS_FILE, _starts(np.bincount(counts.documents, minlength=len(counts.lengths))))
    _save(folder / forward.TERMS_FILE, counts.terms[order].astype(np.int32))
    _save(folder / forward.FREQUENCIES_FILE, counts.frequencies[order])


def _impacts(counts: Counts, frequencies: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Scores:
    """BM25 as Whoosh computes it, entry by entry; shape (entries,)."""
    documents = len(counts.lengths)
    average = counts.lengths.sum() / max(documents, 1) or 1
    rounded = lengths[np.minimum(np.searchsorted(lengths, counts.lengths), len(lengths) - 1)]
    norms = K1 * ((1 - B) + B * rounded / average)
    distinct, places = np.unique(frequencies, return_inverse=True)
    greatest = np.array([inverse_frequency(documents, frequency) * (K1 + 1) for frequency in distinct.tolist()])[places]
    impacts = np.empty(len(counts.terms), np.float32)
    for start in range(0, len(impacts), _BLOCK):
        block = slice(start, start + _BLOCK)
        often = counts.frequencies[block].astype(np.float64)
        impacts[block] = greatest[counts.terms[block]] * often / (norms[counts.documents[block]] + often)
    return impacts


def _moments(impacts: Scores, starts: npt.NDArray[np.int64], documents: int) -> Scores:
    """The mean and variance of each term's impact over so many documents, in most of which it is 0; shape (2, terms)."""
    filled = np.flatnonzero(np.diff(starts))
    sums = np.zeros((2, len(starts) - 1))
    if len(filled):
        sums[0, filled] = np.add.reduceat(impacts, starts[filled], dtype=np.float64)
        sums[1, filled] = np.add.reduceat(impacts * impacts, starts[filled], dtype=np.float64)
    means, squares = sums / max(documents, 1)
    return np.vstack([means, np.maximum(squares - means**2, 0)]).astype(np.float32)


def _starts(sizes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _save(file: Path, array: npt.NDArray[np.generic]) -> None:
    np.save(file, array, allow_pickle=False)
