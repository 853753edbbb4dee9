"""Part `encoding`: how fast passages are encoded, against the bare runtime on the same tokens."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from bench.opened import articles_of, open_encoder, open_engine
from bench.part import main_of
from bench.plan import Plan
from kb.config import HASHING_MODEL, NO_MODEL
from kb.search.model_files import GRAPH_FILE, TOKENIZER_FILE, ModelFiles, read_export
from kb.search.passages import split_passages

PART = "encoding"

_WARM_UP = 8  # texts
_ROUNDS = 3

Tokens = dict[str, npt.NDArray[np.int64]]


def measure(plan: Plan) -> dict[str, Any]:
    """Passages a second of both, on all cores, medians of the rounds; the runtime is given tokens, a text at a time."""
    if plan.model in (NO_MODEL, HASHING_MODEL):
        return {"ratio": None}
    texts = _passages(plan)
    encoder = open_encoder(plan)
    encoder.encode(texts[:_WARM_UP])
    ours = _rate(lambda: encoder.encode(texts), len(texts))
    bare = _bare(read_export(plan.model, plan.settings().data), texts)
    return {"passages_per_second": ours, "bare_passages_per_second": bare, "ratio": round(ours / bare, 3)}


def _passages(plan: Plan) -> list[str]:
    """An even sample of the corpus' passages."""
    articles = articles_of(open_engine(plan).partition)
    texts = [passage.text for article in articles for passage in split_passages(article)]
    return texts[:: max(1, len(texts) // plan.throughput_passages)][: plan.throughput_passages]


def _bare(files: ModelFiles, texts: Sequence[str]) -> float:
    """One session, a thread for each core, each text computed by one of them."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(files.folder / GRAPH_FILE), options, providers=["CPUExecutionProvider"])
    tokens = _tokens(files, texts)
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        return _rate(lambda: list(threads.map(lambda one: session.run(None, one), tokens)), len(texts))


def _tokens(files: ModelFiles, texts: Sequence[str]) -> list[Tokens]:
    tokenizer = Tokenizer.from_file(str(files.folder / TOKENIZER_FILE))
    tokenizer.enable_truncation(files.recipe.max_tokens)
    tokenizer.no_padding()
    return [{"tokens": np.array([encoding.ids], np.int64)} for encoding in tokenizer.encode_batch(list(texts))]


def _rate(work: Callable[[], object], count: int) -> float:
    taken = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return round(count / float(np.median(taken)), 1)


if __name__ == "__main__":
    main_of(PART, measure)
