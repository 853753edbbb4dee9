"""The semantic side: cosines with every article, and with the passages of those that may answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.search.evidence import Spread
from kb.search.types import Rows, Scores
from kb.snapshot.arrays import open_array

Components = npt.NDArray[np.int8]

SCAN_FILE = "scan.onnx"  # the integer product of one query with many vectors, as ONNX Runtime reads it
ARTICLES_FILE = "articles.npy"  # int8, shape (d, articles): whole articles
PASSAGES_FILE = "passages.npy"  # int8, shape (passages, d)
SCALES_FILE = "scales.npy"  # float32, shape (articles,): what 1 stands for in each of them
PASSAGE_SCALES_FILE = "passage-scales.npy"  # float32, shape (passages,)
MOMENTS_FILE = "moments.npy"  # float32, shape (1 + d, d): mean and covariance of the passages

# The greatest whole number of a stored vector. With a scale for each vector a cosine is off by
# .0004 (standard deviation), and the best passage is the same for every one of 160 questions.
STEPS = 127
# The same for a query: with these, no pair of products passes 16 bits, where processors
# without VNNI instructions add them up and would clip.
QUERY_STEPS = 63

_BLOCK = 256  # rows made float32 at a time: they stay in the core's cache, twice as fast as all at once


class SemanticIndex:
    """The vectors of a partition, memory-mapped read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Map the vectors under `folder`, a verified part of a snapshot."""
        self._scan = open_scan(folder / SCAN_FILE)
        self._articles: Components = open_array(folder / ARTICLES_FILE)
        self._article_scales: Scores = open_array(folder / SCALES_FILE)
        self._shift = QUERY_STEPS * self._articles.sum(axis=0, dtype=np.int32)
        self._passages: Components = open_array(folder / PASSAGES_FILE)
        self._passage_scales: Scores = open_array(folder / PASSAGE_SCALES_FILE)
        self._moments: Scores = open_array(folder / MOMENTS_FILE)

    def articles(self, vector: Scores) -> Scores:
        """Cosines of a unit vector, shape (d,), with all articles; as whole numbers, so within about .001."""
        step = max(float(np.abs(vector).max()), 1e-9) / QUERY_STEPS
        query = (np.rint(vector / step) + QUERY_STEPS).astype(np.uint8)
        products = self._scan.run(None, {"query": query[np.newaxis], "vectors": self._articles})[0][0]
        return np.asarray((products - self._shift) * (self._article_scales * np.float32(step)), np.float32)

    def passages(self, vector: Scores, rows: Rows) -> Scores:
        """Cosines of a unit vector, shape (d,), with some passages, shape (r,)."""
        return _products(self._passages.take(rows, axis=0), vector) * self._passage_scales[rows]

    def spread(self, vector: Scores) -> Spread:
        """How the cosines of all passages lie, exactly and without looking at them: the mean is m·v, the variance v·C·v."""
        mean, covariance = self._moments[0], self._moments[1:]
        variance = max(float(vector @ (covariance @ vector)), 0.0)
        return Spread(float(mean @ vector), math.sqrt(variance))


def open_scan(file: Path) -> Any:
    """The integer product in ONNX Runtime: a sixth of the time that NumPy takes."""
    import onnxruntime  # noqa: PLC0415 - a process that serves keywords only does not need it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the caller's thread
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _products(passages: Components, vector: Scores) -> Scores:
    """The products of stored passages, shape (r, d), with a vector of full precision, shape (r,)."""
    products = np.empty(len(passages), np.float32)
    block = np.empty((_BLOCK, len(vector)), np.float32)
    for start in range(0, len(passages), _BLOCK):
        rows = passages[start : start + _BLOCK]
        filled = block[: len(rows)]
        np.copyto(filled, rows)
        np.dot(filled, vector, out=products[start : start + _BLOCK])
    return products
