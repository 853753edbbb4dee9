"""Encoders: texts to unit vectors, by an exported model in ONNX Runtime or a deterministic stand-in."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from kb.config import HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.analysis import terms
from kb.search.model_files import GRAPH_FILE, TOKENIZER_FILE, ModelFiles, read_export
from kb.search.types import Encoder, Scores

_CHARACTERS_A_TOKEN = 32  # a text is cut at this many for each token it may have: real words have 4 to 6
_HASHING_DIMENSIONS = 256
_REMEMBERED = 4_096  # query vectors; 6 MB of 384 dimensions


class OnnxEncoder:
    """An exported model; safe to share between threads, each of which computes for itself."""

    def __init__(self, files: ModelFiles) -> None:
        """Load the export; raises `EncoderError` when it cannot be."""
        # Imported here, as a process that serves keywords only needs neither.
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the caller's thread: many at once share one session, and none spins
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors
        try:
            self._tokenizer = Tokenizer.from_file(str(files.folder / TOKENIZER_FILE))
            self._session = onnxruntime.InferenceSession(
                str(files.folder / GRAPH_FILE), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # neither library has a class for its errors
            raise EncoderError(f"The prepared model in {files.folder} cannot be loaded: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(files.recipe.max_tokens)
        self._characters = files.recipe.max_tokens * _CHARACTERS_A_TOKEN
        self._dimensions = files.recipe.dimensions

    def encode(self, texts: Sequence[str]) -> Scores:
        """Return unit vectors, shape (len(texts), dimensions), float32; many texts are spread over all cores."""
        if len(texts) == 1:
            return self._encode_one(texts[0])
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
            return np.concatenate([np.empty((0, self._dimensions), np.float32), *threads.map(self._encode_one, texts)])

    def _encode_one(self, text: str) -> Scores:
        """One text at a time, as batches gained nothing: 77 texts of 117 tokens a second of one core with 1 to 8, 63 with 32.

        So the graph needs no mask, a twentieth of its time, and a vector depends on its text alone:
        the range over which activations are quantised is that of a batch, where a short text among
        long ones came out at a cosine of .96.
        """
        tokens = np.array([self._tokenizer.encode(text[: self._characters]).ids], np.int64)
        vectors: Scores = self._session.run(None, {"tokens": tokens})[0]
        return vectors


class HashingEncoder:
    """Hashes terms into a fixed number of buckets: the whole path runs without a model."""

    def encode(self, texts: Sequence[str]) -> Scores:
        """Return unit vectors, shape (len(texts), 256), float32; zeros for a text without terms."""
        vectors = np.zeros((len(texts), _HASHING_DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                vectors[row, hashlib.sha256(term.encode()).digest()[0]] += 1.0
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors


class QueryVectors:
    """An encoder that remembers the vectors of the latest queries; safe to share between threads."""

    def __init__(self, encoder: Encoder, size: int = _REMEMBERED) -> None:
        """Remember the vectors of at most `size` queries."""
        self._encoder = encoder
        self._size = size
        self._known: OrderedDict[str, Scores] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> Scores:
        """Return unit vectors, shape (len(texts), dimensions), float32."""
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> Scores:
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        vector: Scores = self._encoder.encode([text])[0]  # outside the lock: other queries do not wait for this one
        with self._lock:
            self._known[text] = vector
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return vector


def load_encoder(model: str, data: Path) -> Encoder:
    """Load the encoder that `KB_MODEL` names from its export in the data folder; raises `EncoderError`."""
    if model == NO_MODEL:
        raise EncoderError("KB_MODEL is none, so there is no embedding model.")
    return HashingEncoder() if model == HASHING_MODEL else OnnxEncoder(read_export(model, data))
