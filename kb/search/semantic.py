"""The semantic side: cosines with every article, and with the passages of those that may answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.search.evidence import Evidence, PassageScores, SemanticEvidence, Spread, spread_of
from kb.search.types import Rows, Scores

Components = npt.NDArray[np.int8]

SCAN_FILE = "scan.onnx"  # the integer product of one query with many vectors, as ONNX Runtime reads it
ARTICLES_FILE = "articles.npy"  # int8, shape (d, articles): whole articles
MEANS_FILE = "means.npy"  # int8, shape (d, articles): the mean of an article's passages
PASSAGES_FILE = "passages.npy"  # int8, shape (passages, d)
FIRST_FILE = "first.npy"  # int32, shape (articles + 1,): the row of each article's first passage
SCALES_FILE = "scales.npy"  # float32, shape (2, articles): what 1 stands for in each of `articles` and `means`
PASSAGE_SCALES_FILE = "passage-scales.npy"  # float32, shape (passages,)
MOMENTS_FILE = "moments.npy"  # float32, shape (1 + d, d): mean and covariance of the passages

# The greatest whole number of a stored vector. With a scale for each vector a cosine is off by
# .0004 (standard deviation), and the best passage is the same for every one of 160 questions.
STEPS = 127
# The same for a query: with these, no pair of products passes 16 bits, where processors
# without VNNI instructions add them up and would clip.
QUERY_STEPS = 63

# Passages that a query is compared with one by one: 150,000 take 10 ms on one core. On 13,337 articles MRR@10 is the
# same with 1,200, 2,000, 4,000 and 20,000.
PASSAGES_COMPARED = 1_200
ARTICLES_COMPARED = 120  # what those come to in articles of ten passages; the order of more need not be known
COMPARED_IN_FULL = 4_000  # passages of a partition: in less than 1 ms
_BLOCK = 256  # rows made float32 at a time: they stay in the core's cache, twice as fast as all at once


class SemanticIndex:
    """The vectors of a partition, memory-mapped read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Map the vectors under `folder`, a verified part of a snapshot."""
        scan = open_scan(folder / SCAN_FILE)
        articles, means = _map(folder / SCALES_FILE)
        self._articles = _Scanned(scan, _map(folder / ARTICLES_FILE), articles)
        self._means = _Scanned(scan, _map(folder / MEANS_FILE), means)
        self._passages: Components = _map(folder / PASSAGES_FILE)
        self._scales: Scores = _map(folder / PASSAGE_SCALES_FILE)
        self._first: Rows = _map(folder / FIRST_FILE)
        self._counts: Rows = np.diff(self._first)
        self._moments: Scores = _map(folder / MOMENTS_FILE)

    def evidence(self, vector: Scores, also: Rows | None = None) -> SemanticEvidence:
        """Cosines of a unit vector, shape (d,), with all articles, and with the passages of the most similar.

        The passages of the article rows `also` are compared in any case. How alike an article is
        before its passages are seen is the better of the whole of it and its passages' mean.
        """
        articles = self._articles.cosines(vector)
        coarse = np.maximum(articles, self._means.cosines(vector))
        passages = self._compare(vector, self._candidates(coarse, also))
        return SemanticEvidence(articles, passages, spread_of(articles), self._passage_spread(vector))

    def exhaustive(self, vector: Scores) -> Evidence:
        """Cosines of a unit vector, shape (d,), with every article and every passage: slow where there are many."""
        return Evidence(self._articles.cosines(vector), _products(self._passages, vector) * self._scales)

    def _candidates(self, coarse: Scores, also: Rows | None) -> Rows:
        """The rows of the articles whose passages are to be compared, ascending; none without a passage."""
        if len(self._passages) <= COMPARED_IN_FULL:
            return np.asarray(np.flatnonzero(self._counts), np.int32)
        count = min(ARTICLES_COMPARED, len(coarse))
        best = np.argpartition(coarse, len(coarse) - count)[-count:]
        best = best[np.argsort(-coarse[best], kind="stable")]
        counts = self._counts[best]
        wanted = best[np.cumsum(counts) - counts < PASSAGES_COMPARED]
        rows = np.union1d(wanted, also) if also is not None else np.sort(wanted)
        return np.asarray(rows[self._counts[rows] > 0], np.int32)

    def _compare(self, vector: Scores, articles: Rows) -> PassageScores:
        def score(rows: Rows) -> Scores:
            return _products(self._passages.take(rows, axis=0), vector) * self._scales[rows]

        return PassageScores.of(articles, self._first, score)

    def _passage_spread(self, vector: Scores) -> Spread:
        """Exact for all passages without looking at them: the mean is m·v, the variance v·C·v."""
        mean, covariance = self._moments[0], self._moments[1:]
        variance = max(float(vector @ (covariance @ vector)), 0.0)
        return Spread(float(mean @ vector), math.sqrt(variance))


class _Scanned:
    """Vectors stored column by column, all of which every query is compared with."""

    def __init__(self, scan: Any, vectors: Components, scales: Scores) -> None:
        self._scan = scan
        self._vectors = vectors
        self._scales = scales
        self._shift = QUERY_STEPS * vectors.sum(axis=0, dtype=np.int32)

    def cosines(self, vector: Scores) -> Scores:
        """Cosines of a unit vector with all; as whole numbers, so within about .001."""
        step = max(float(np.abs(vector).max()), 1e-9) / QUERY_STEPS
        query = (np.rint(vector / step) + QUERY_STEPS).astype(np.uint8)
        products = self._scan.run(None, {"query": query[np.newaxis], "vectors": self._vectors})[0][0]
        return np.asarray((products - self._shift) * (self._scales * np.float32(step)), np.float32)


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


def _map(file: Path) -> Any:
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))
