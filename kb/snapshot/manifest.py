"""The manifest of a snapshot: what it was built from, what it holds, and the digest of every file."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kb.errors import BrokenSnapshotError, OutdatedSnapshotError

MANIFEST = "manifest.json"
SNAPSHOT_ID = re.compile(r"[0-9a-f]{16}")

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a partition holds."""

    articles: int
    sections: int
    passages: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The head of a snapshot; `id` is a digest of everything it was built from."""

    id: str
    created: str  # ISO 8601, UTC; not part of the id
    fingerprints: Mapping[str, str]  # format, analysis, model, content -> digest or version
    partitions: Mapping[str, Counts]  # audience -> counts
    files: Mapping[str, str]  # path inside the snapshot -> sha256, hex


_ADAPTER = TypeAdapter(Manifest)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest into a snapshot that is being built."""
    (folder / MANIFEST).write_bytes(_ADAPTER.dump_json(manifest, indent=1))


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest; raises `BrokenSnapshotError`."""
    try:
        manifest = _ADAPTER.validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise BrokenSnapshotError(f"The snapshot {folder.name} has no readable manifest: run `make index`. ({error})") from error
    if manifest.id != folder.name:
        raise BrokenSnapshotError(f"The snapshot in {folder} says that it is {manifest.id}: run `make index`.")
    return manifest


def verify(folder: Path, manifest: Manifest) -> None:
    """Check that every file is there, unchanged, and ours alone to write; raises `BrokenSnapshotError`, naming the file."""
    refuse_foreign(folder, manifest.files)
    verify_files(folder, manifest.files)


def refuse_foreign(folder: Path, names: Iterable[str]) -> None:
    """Check that a folder and files in it are there and ours alone to write; raises `BrokenSnapshotError`, naming the file.

    Whoosh reads parts of its files with pickle, so a snapshot that somebody else could have
    written is refused.
    """
    for place in (folder.parent, folder, *(folder / name for name in names)):
        _refuse_foreign(place)


def verify_files(folder: Path, digests: Mapping[str, str]) -> None:
    """Check files against their digests; raises `BrokenSnapshotError`, naming the file."""
    for name, digest in digests.items():
        if file_digest(folder / name) != digest:
            raise BrokenSnapshotError(f"{folder / name} is not what was built: run `make index`.")


def check_fingerprints(manifest: Manifest, running: Mapping[str, str]) -> None:
    """Raise `OutdatedSnapshotError` where the running code or model differs from the builder's."""
    different = sorted(name for name, value in running.items() if manifest.fingerprints.get(name) != value)
    if different:
        raise OutdatedSnapshotError(
            f"The snapshot {manifest.id} was built with another {' and '.join(different)} than is running: run `make index`."
        )


def files_below(folder: Path) -> Iterator[str]:
    """The files of a snapshot but for its manifest, as sorted relative paths."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            yield path.relative_to(folder).as_posix()


def file_digest(file: Path) -> str:
    """The sha256 of a file, hex; raises `BrokenSnapshotError` when it cannot be read."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise BrokenSnapshotError(f"{file} cannot be read: run `make index`. ({error.strerror})") from error


def _refuse_foreign(place: Path) -> None:
    try:
        status = place.lstat()
    except OSError as error:
        raise BrokenSnapshotError(f"{place} is missing: run `make index`.") from error
    if stat.S_ISLNK(status.st_mode):
        raise BrokenSnapshotError(f"{place} is a link, which no snapshot holds: run `make index`.")
    if status.st_mode & _WRITABLE_BY_OTHERS or status.st_uid not in (0, os.geteuid()):
        raise BrokenSnapshotError(
            f"{place} can be written by others than the user running Fixline: run `chmod go-w {place}` and `make index`."
        )
