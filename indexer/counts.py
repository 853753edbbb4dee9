"""Counts: how often each document holds each term, counted from analysed texts and kept from a build to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.search.postings import DOCUMENTS_FILE, FREQUENCIES_FILE, LENGTHS_FILE, STARTS_FILE
from kb.snapshot.arrays import open_array

Numbers = npt.NDArray[np.int32]
Frequencies = npt.NDArray[np.uint16]

GONE = -1  # the new number of what is no longer there

_DOCUMENT_BITS = np.uint64(24)  # 16 million passages, and as many terms
_DOCUMENT_MASK = np.uint64(2**24 - 1)
_FREQUENCY_BITS = np.uint64(16)
_FEW = 20_000  # entries that are put in their places one by one; more are sorted in
_MAX_FREQUENCY = 2**16 - 1  # above, BM25 has long saturated: what is lost is below float precision


@dataclass(frozen=True, slots=True)
class Counts:
    """The entries of a sparse matrix in order of term, then document, and the documents' lengths."""

    terms: Numbers  # shape (entries,)
    documents: Numbers  # shape (entries,)
    frequencies: Frequencies  # shape (entries,)
    lengths: Numbers  # shape (documents,): terms in each, counted as often as they stand there


@dataclass(frozen=True, slots=True)
class Renumbering:
    """New numbers for old ones, or `GONE`, and how many documents there are now."""

    documents: Numbers
    total: int


def count(texts: Sequence[Sequence[int]], rows: Sequence[int], total: int) -> Counts:
    """Count the term numbers of texts, which are documents `rows` of so many."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    terms = np.fromiter((term for text in texts for term in text), np.uint64, int(sizes.sum()))
    lengths = np.zeros(total, np.int32)
    lengths[list(rows)] = sizes
    documents = np.repeat(np.array(rows, np.uint64), sizes)
    entries, frequencies = np.unique((terms << _DOCUMENT_BITS) | documents, return_counts=True)
    return Counts(*_split(entries), np.minimum(frequencies, _MAX_FREQUENCY).astype(np.uint16), lengths)


def read_counts(folder: Path) -> Counts:
    """The counts that a folder of postings was written from; the entries are memory-mapped but for their terms."""
    starts = open_array(folder / STARTS_FILE)
    return Counts(
        np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts)),
        open_array(folder / DOCUMENTS_FILE),
        open_array(folder / FREQUENCIES_FILE),
        open_array(folder / LENGTHS_FILE),
    )


def move_documents(counts: Counts, renumbering: Renumbering) -> Counts:
    """The same counts under the documents' new numbers, without those that are gone."""
    stays = renumbering.documents != GONE
    lengths = np.zeros(renumbering.total, np.int32)
    lengths[renumbering.documents[stays]] = counts.lengths[stays]
    gone = np.flatnonzero(~stays[counts.documents])
    documents = renumbering.documents[np.delete(counts.documents, gone)]
    moved = Counts(np.delete(counts.terms, gone), documents, np.delete(counts.frequencies, gone), lengths)
    return moved if _is_ascending(renumbering.documents) else _sort([moved], lengths)


def rename_terms(counts: Counts, numbers: Numbers) -> Counts:
    """The same counts under the terms' new numbers; none of a term that has gone."""
    renamed = replace(counts, terms=numbers[counts.terms])
    return renamed if _is_ascending(numbers) else _sort([renamed], counts.lengths)


def join(counts: Counts, fresh: Counts) -> Counts:
    """The counts of two sets of documents that share none but are numbered as one."""
    lengths = counts.lengths + fresh.lengths
    if len(fresh.terms) > _FEW:
        return _sort([counts, fresh], lengths)
    starts = np.searchsorted(counts.terms, fresh.terms, "left").tolist()
    ends = np.searchsorted(counts.terms, fresh.terms, "right").tolist()
    spans = zip(starts, ends, fresh.documents.tolist(), strict=True)
    places = np.array([start + np.searchsorted(counts.documents[start:end], row) for start, end, row in spans], np.int64)
    return Counts(
        np.insert(counts.terms, places, fresh.terms),
        np.insert(counts.documents, places, fresh.documents),
        np.insert(counts.frequencies, places, fresh.frequencies),
        lengths,
    )


def _is_ascending(numbers: Numbers) -> bool:
    """Whether what moves to new numbers, and is not gone, stays in its order."""
    return bool((np.diff(numbers[numbers != GONE]) > 0).all())


def _sort(parts: Sequence[Counts], lengths: Numbers) -> Counts:
    packed = np.concatenate([_pack(part) for part in parts])
    packed.sort(kind="stable")  # merges what comes in order
    frequencies = packed.astype(np.uint16)  # the lowest bits
    packed >>= _FREQUENCY_BITS
    return Counts(*_split(packed), frequencies, lengths)


def _pack(counts: Counts) -> npt.NDArray[np.uint64]:
    """Term, document and frequency as one number that sorts."""
    packed = counts.terms.astype(np.uint64)
    packed <<= _DOCUMENT_BITS
    packed |= counts.documents.astype(np.uint64)
    packed <<= _FREQUENCY_BITS
    packed |= counts.frequencies
    return packed


def _split(entries: npt.NDArray[np.uint64]) -> tuple[Numbers, Numbers]:
    return (entries >> _DOCUMENT_BITS).astype(np.int32), (entries & _DOCUMENT_MASK).astype(np.int32)
