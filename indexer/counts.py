"""Counts: how often each document holds each term, counted from analysed texts and kept from a build to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.search.postings import DOCUMENTS_FILE, FREQUENCIES_FILE, LENGTHS_FILE, STARTS_FILE, open_array

Numbers = npt.NDArray[np.int64]
_Packed = npt.NDArray[np.uint64]  # a term, a document and a frequency in one sortable number

_DOCUMENT_BITS = np.uint64(24)  # 16 million passages, and as many terms
_FREQUENCY_BITS = np.uint64(16)
_MAX_FREQUENCY = 2**16 - 1  # above, BM25 has long saturated: what is lost is below float precision
GONE = -1  # the new number of what is no longer there


@dataclass(frozen=True, slots=True)
class Counts:
    """The entries of a sparse matrix in order of term, then document, and the documents' lengths."""

    terms: Numbers  # shape (entries,)
    documents: Numbers
    frequencies: Numbers
    lengths: Numbers  # shape (documents,): terms in each, counted as often as they stand there

    def used(self, terms: int) -> npt.NDArray[np.bool_]:
        """Which of so many terms stand in a document."""
        return np.bincount(self.terms, minlength=terms) > 0


@dataclass(frozen=True, slots=True)
class Renumbering:
    """New numbers for old ones, or `GONE`, and how many documents there are now."""

    documents: Numbers
    total: int


def count(texts: Sequence[Sequence[int]]) -> Counts:
    """Count term numbers, document by document."""
    lengths = np.array([len(text) for text in texts], np.int64)
    terms = np.fromiter((term for text in texts for term in text), np.uint64, int(lengths.sum()))
    documents = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    entries, frequencies = np.unique((terms << _DOCUMENT_BITS) | documents, return_counts=True)
    return Counts(
        (entries >> _DOCUMENT_BITS).astype(np.int64),
        (entries & _mask(_DOCUMENT_BITS)).astype(np.int64),
        np.minimum(frequencies, _MAX_FREQUENCY),
        lengths,
    )


def read_counts(folder: Path) -> Counts:
    """The counts that a folder of postings was written from."""
    starts = open_array(folder / STARTS_FILE)
    return Counts(
        np.repeat(np.arange(len(starts) - 1), np.diff(starts)),
        open_array(folder / DOCUMENTS_FILE).astype(np.int64),
        open_array(folder / FREQUENCIES_FILE).astype(np.int64),
        open_array(folder / LENGTHS_FILE).astype(np.int64),
    )


def move_documents(counts: Counts, renumbering: Renumbering) -> Counts:
    """The same counts under the documents' new numbers, without those that are gone; out of order."""
    documents = renumbering.documents[counts.documents]
    kept = documents != GONE
    lengths = np.zeros(renumbering.total, np.int64)
    stays = renumbering.documents != GONE
    lengths[renumbering.documents[stays]] = counts.lengths[stays]
    return Counts(counts.terms[kept], documents[kept], counts.frequencies[kept], lengths)


def rename_terms(counts: Counts, numbers: Numbers) -> Counts:
    """The same counts under the terms' new numbers; out of order."""
    return replace(counts, terms=numbers[counts.terms])


def join(parts: Sequence[Counts]) -> Counts:
    """The counts of sets of documents that share none but are numbered as one, put in order."""
    packed = np.concatenate([_pack(part) for part in parts])
    packed.sort()
    rest = packed >> _FREQUENCY_BITS
    return Counts(
        (rest >> _DOCUMENT_BITS).astype(np.int64),
        (rest & _mask(_DOCUMENT_BITS)).astype(np.int64),
        (packed & _mask(_FREQUENCY_BITS)).astype(np.int64),
        np.sum([part.lengths for part in parts], axis=0),
    )


def _pack(counts: Counts) -> _Packed:
    terms, documents, frequencies = (part.astype(np.uint64) for part in (counts.terms, counts.documents, counts.frequencies))
    return (((terms << _DOCUMENT_BITS) | documents) << _FREQUENCY_BITS) | frequencies


def _mask(bits: np.uint64) -> np.uint64:
    return np.uint64((1 << int(bits)) - 1)
