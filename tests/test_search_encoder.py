"""Encoders: unit vectors, the same from every thread, and loudly missing when they are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from kb.config import BUNDLED_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.encoder import HashingEncoder, QueryVectors, load_encoder
from kb.search.model_files import read_export
from kb.search.types import Encoder, Scores

ROOT = Path(__file__).parent.parent

SERVE_ONE_QUERY = """
import sys
from kb.access import Audience, Viewer
from kb.config import load_settings
from kb.search.serving import Serving
from kb.search.types import Query
import os, web
serving = Serving(load_settings(os.environ))
serving.refresh()
serving.load_model()
results = serving.engine(Viewer(Audience.PUBLIC)).search(Query("red light on the box"))
assert results.mode == "hybrid" and results.hits, results
print(*(name for name in ("torch", "transformers", "sentence_transformers", "onnx", "onnxruntime") if name in sys.modules))
"""


class Counting:
    """The stand-in encoder, which also remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Scores:
        self.asked += texts
        return HashingEncoder().encode(texts)


@pytest.fixture(scope="module")
def bundled(prepared: Path) -> Encoder:
    return load_encoder(BUNDLED_MODEL, prepared)


def test_the_stand_in_is_deterministic_and_gives_unit_vectors() -> None:
    one, other = HashingEncoder().encode(["red light", "red light"])
    assert (one == other).all()
    assert np.linalg.norm(one) == pytest.approx(1)


def test_the_stand_in_gives_zeros_for_nothing() -> None:
    assert not HashingEncoder().encode([""]).any()


def test_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="KB_MODEL"):
        load_encoder(NO_MODEL, tmp_path)


def test_a_model_that_was_not_prepared_says_how(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="make index"):
        load_encoder(BUNDLED_MODEL, tmp_path)


def test_a_query_asked_again_is_not_encoded_again() -> None:
    counting = Counting()
    vectors = QueryVectors(counting)
    first, again = vectors.encode(["red light"]), vectors.encode(["red light"])
    assert counting.asked == ["red light"]
    assert (first == again).all()


def test_the_query_asked_longest_ago_is_forgotten_first() -> None:
    counting = Counting()
    vectors = QueryVectors(counting, size=2)
    for text in ("one", "two", "one", "three", "one", "two"):
        vectors.encode([text])
    assert counting.asked == ["one", "two", "three", "two"]


def test_remembered_vectors_cannot_be_changed_by_who_asked() -> None:
    vectors = QueryVectors(HashingEncoder())
    vectors.encode(["red light"])[:] = 0
    assert vectors.encode(["red light"]).any()


@pytest.mark.model
def test_the_bundled_model_knows_meaning(bundled: Encoder) -> None:
    asked, same, other = bundled.encode(["there is no signal in the bedroom", "weak Wi-Fi in some rooms", "how to pay a bill"])
    assert asked @ same > asked @ other + 0.1
    assert np.linalg.norm([asked, same, other], axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_a_text_has_the_same_vector_alone_and_among_others_of_any_length(bundled: Encoder) -> None:
    texts = ["", "wifi", "🙂", "a " * 3, "x" * 5_000, *(f"the red light number {n} " * n for n in range(1, 30))]
    together = bundled.encode(texts)
    alone = np.vstack([bundled.encode([text]) for text in texts])
    assert together.shape == (len(texts), 384)
    assert (together == alone).all()


@pytest.mark.model
def test_what_stands_beyond_the_models_length_changes_nothing(bundled: Encoder) -> None:
    words = "router " * 300
    one, other = bundled.encode([words])[0], bundled.encode([words + "and a very long tail " * 100_000])[0]
    assert (one == other).all()


@pytest.mark.model
def test_threads_share_one_encoder(bundled: Encoder) -> None:
    texts = [f"red light {number}" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        shared = list(threads.map(lambda text: bundled.encode([text])[0], texts))
    assert all((vector == bundled.encode([text])[0]).all() for vector, text in zip(shared, texts, strict=True))


@pytest.mark.model
@pytest.mark.parametrize("damage", ["changed", "cut short", "missing"])
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "recipe.json"])
def test_a_damaged_export_is_an_error_of_ours(prepared: Path, tmp_path: Path, name: str, damage: str) -> None:
    data = Path(shutil.copytree(prepared, tmp_path / "data"))
    file = read_export(BUNDLED_MODEL, data).folder / name
    content = file.read_bytes()
    file.unlink()
    if damage == "changed":
        file.write_bytes(content[:100] + b"\x00" + content[101:])
    elif damage == "cut short":
        file.write_bytes(content[: len(content) // 2])
    with pytest.raises(EncoderError, match="make index"):
        load_encoder(BUNDLED_MODEL, data)


@pytest.mark.model
def test_serving_a_query_loads_no_pytorch(prepared: Path, library_root: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(prepared, tmp_path / "data"))
    environ = os.environ | {"KB_ARTICLES": str(library_root), "KB_DATA": str(data)}
    subprocess.run([sys.executable, "-m", "kb", "index"], cwd=ROOT, env=environ, check=True, capture_output=True)
    served = subprocess.run(
        [sys.executable, "-c", SERVE_ONE_QUERY], cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    )
    assert served.stdout.split() == ["onnxruntime"]
