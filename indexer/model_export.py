"""The export of a SentenceTransformer folder to int8 ONNX; the one module that runs PyTorch."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import EncoderError
from kb.search.types import Scores

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

_OPSET = 17  # the newest that the TorchScript exporter and the quantiser both handle without conversion
_LONGEST = 512  # tokens, for a model that names no limit
_POOLING = ("mean", "cls")
_PARTS = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])

_QUIET_AND_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TQDM_DISABLE": "1",
}


class Original:
    """A SentenceTransformer as it came, to export and to compare the export with."""

    def __init__(self, folder: Path) -> None:
        """Load the model; raises `EncoderError` when it cannot be, or is of a kind that cannot be exported."""
        # Set before the import, which reads them: nothing is ever fetched or reported.
        os.environ.update(_QUIET_AND_OFFLINE)
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds and half a gigabyte

            # The other kinds of attention do not survive tracing.
            eager = {"attn_implementation": "eager"}
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs=eager)
        except Exception as error:  # whatever PyTorch or the model's own files bring up
            raise EncoderError(f"The embedding model in {folder} cannot be loaded: {error}") from error
        self._pooling = _check_parts(self._model, folder)

    @property
    def max_tokens(self) -> int:
        """How much of a text the model reads."""
        return int(self._model.max_seq_length or _LONGEST)

    def encode(self, texts: Sequence[str]) -> Scores:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def save_tokenizer(self, file: Path) -> None:
        """Write the tokeniser as the `tokenizers` library reads it."""
        self._model.tokenizer.backend_tokenizer.save(str(file))

    def export(self, file: Path) -> None:
        """Write a float32 ONNX graph from one text's token ids, shape (1, tokens), to its unit vector, (1, d)."""
        import torch  # noqa: PLC0415 - as above

        example = self._model.tokenizer(["A text of some words"], return_tensors="pt")
        with _quiet(), torch.no_grad():
            torch.onnx.export(
                _embedder(self._model[0], self._pooling),
                (example["input_ids"],),
                str(file),
                input_names=["tokens"],
                output_names=["vectors"],
                dynamic_axes={"tokens": {1: "tokens"}},
                opset_version=_OPSET,
                dynamo=False,  # ONNX Runtime fuses the attention of this exporter's graphs, and needs no onnxscript
            )


def quantise(source: Path, target: Path) -> None:
    """Write a graph with int8 weights, one scale for each channel: a quarter of the size and twice the speed."""
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - pulls in the onnx package

    with _quiet():
        quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)


def _check_parts(model: SentenceTransformer, folder: Path) -> str:
    """The kind of pooling of a model that we know how to export."""
    parts = [type(part).__name__ for part in model]
    pooling = str(getattr(model[1], "pooling_mode", "")) if len(parts) > 1 else ""
    if parts not in _PARTS or pooling not in _POOLING:
        raise EncoderError(
            f"The embedding model in {folder} is made of {', '.join(parts) or 'nothing'}"
            f"{f' ({pooling})' if pooling else ''}; only a Transformer with mean or cls pooling can be used."
        )
    return pooling


def _embedder(part: Any, pooling: str) -> torch.nn.Module:
    """The transformer with pooling and normalising behind it, as one module to trace."""
    import torch  # noqa: PLC0415 - as above

    class Embedder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = part.auto_model

        def forward(self, tokens: Any) -> Any:
            hidden = self.transformer(input_ids=tokens, attention_mask=torch.ones_like(tokens)).last_hidden_state
            pooled = hidden[:, 0] if pooling == "cls" else hidden.mean(1)
            return torch.nn.functional.normalize(pooled, dim=1)

    return Embedder().eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's and the quantiser's advice to developers."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
