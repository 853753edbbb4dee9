"""The forward index: which terms each article holds, memory-mapped; the postings, read the other way round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.snapshot.arrays import open_array

STARTS_FILE = "starts.npy"  # int64, shape (articles + 1,): where each article's entries begin
TERMS_FILE = "terms.npy"  # int32, shape (entries,): the terms' numbers in the partition's vocabulary
FREQUENCIES_FILE = "frequencies.npy"  # uint16, shape (entries,)


class ForwardIndex:
    """The terms of every article; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the arrays in `folder`, which must be a verified part of a snapshot."""
        self._starts = open_array(folder / STARTS_FILE)
        self._terms: npt.NDArray[np.int32] = open_array(folder / TERMS_FILE)
        self._frequencies: npt.NDArray[np.uint16] = open_array(folder / FREQUENCIES_FILE)

    def terms(self, article: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]:
        """The numbers of an article's terms, and how often it holds each, weighted by field."""
        entries = slice(int(self._starts[article]), int(self._starts[article + 1]))
        return self._terms[entries], self._frequencies[entries]
