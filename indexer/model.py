"""Prepares the embedding model: exported once to int8 ONNX, and checked against the original before it is used."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer.model_export import Original, quantise
from indexer.progress import Progress
from kb.config import HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.encoder import OnnxEncoder
from kb.search.model_files import (
    GRAPH_FILE,
    RECIPE,
    RECIPE_FILE,
    RECIPE_VERSION,
    SOURCE_FILE,
    TOKENIZER_FILE,
    ModelFiles,
    Recipe,
    exports_folder,
    file_digest,
    model_fingerprint,
    model_folder,
    read_export,
    source_stamps,
)
from kb.snapshot.folder import sync_folder

# The cosine that every sentence's vector must have with the original's. all-MiniLM-L6-v2 has
# .991 at worst and .995 on average, and ranks the judged collections like the original.
LOWEST_COSINE = 0.98

_SENTENCES = Path(__file__).parent / "data" / "check_sentences.txt"
_PREPARING = ".preparing-"  # what an interrupted export leaves behind begins like this
_STEPS = 4  # loading, exporting, quantising, checking


def prepare_model(model: str, data: Path, progress: Progress) -> str:
    """Have the model ready to be loaded from the data folder, and return its fingerprint.

    Takes milliseconds once done. Raises `EncoderError` when the model is missing, is not the one
    it should be, cannot be exported, or says something else after the export; nothing is left then.
    """
    fingerprint = model_fingerprint(model, data)
    if model in (HASHING_MODEL, NO_MODEL):
        return fingerprint
    folder = exports_folder(data) / fingerprint
    try:
        read_export(model, data)
    except EncoderError:
        _export_aside(model_folder(model), folder, progress)
    _remember_source(model_folder(model), folder)
    return fingerprint


def _export_aside(source: Path, folder: Path, progress: Progress) -> None:
    """Export next to the place where the export belongs, then put it there by one rename."""
    for leftover in folder.parent.glob(f"{_PREPARING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    aside = folder.with_name(f"{_PREPARING}{folder.name}-{os.getpid()}")
    aside.mkdir(parents=True)
    try:
        _export(source, aside, progress)
        shutil.rmtree(folder, ignore_errors=True)  # there, but not usable, or it would not be made again
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    sync_folder(folder.parent)


def _export(source: Path, folder: Path, progress: Progress) -> None:
    progress.begin("Preparing the embedding model", "steps", _STEPS)
    original = Original(source)
    progress.advance()
    graph = folder / "float32.onnx"
    try:
        original.export(graph)
        progress.advance()
        quantise(graph, folder / GRAPH_FILE)
        original.save_tokenizer(folder / TOKENIZER_FILE)
    except Exception as error:  # whatever PyTorch or the quantiser brings up
        raise EncoderError(f"The embedding model in {source} cannot be exported: {error}") from error
    graph.unlink()
    progress.advance()
    recipe = _check(original, folder)
    (folder / RECIPE_FILE).write_bytes(RECIPE.dump_json(recipe, indent=1))
    progress.advance()


def _check(original: Original, folder: Path) -> Recipe:
    """Compare the export with the original; raises `EncoderError` where it says something else."""
    sentences = _SENTENCES.read_text(encoding="utf-8").splitlines()
    expected = original.encode(sentences)
    files = {name: file_digest(folder / name) for name in (GRAPH_FILE, TOKENIZER_FILE)}
    recipe = Recipe(RECIPE_VERSION, original.max_tokens, expected.shape[1], files)
    cosines = np.sum(OnnxEncoder(ModelFiles(folder, recipe)).encode(sentences) * expected, axis=1)
    lowest, mean = float(cosines.min()), float(cosines.mean())
    if not lowest >= LOWEST_COSINE:
        raise EncoderError(
            f"The exported embedding model is not close enough to the original (cosine {lowest:.3f}, "
            f"needed {LOWEST_COSINE}): {sentences[int(cosines.argmin())]!r}. Choose another KB_MODEL."
        )
    return replace(recipe, lowest_cosine=round(lowest, 4), mean_cosine=round(mean, 4))


def _remember_source(source: Path, folder: Path) -> None:
    """Note the sizes and times of the model's files, so that serving need not read them to know them."""
    stamps = source_stamps(source)
    file = folder / SOURCE_FILE
    if file.is_file() and file.read_bytes() == stamps:
        return
    aside = file.with_name(f".{SOURCE_FILE}.{os.getpid()}")
    aside.write_bytes(stamps)
    aside.rename(file)
