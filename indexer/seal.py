"""Seals a snapshot: every file durable, ours alone to write, and its digest in the manifest."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

from indexer.plan import Plan
from indexer.previous import Previous
from kb.snapshot.folder import sync_folder
from kb.snapshot.manifest import MANIFEST, Counts, Manifest, file_digest, files_below, write_manifest

_Identity = tuple[int, int, int, int]  # device, inode, size, last written (ns)


def seal(aside: Path, plan: Plan, counts: Mapping[str, Counts], previous: Previous | None) -> None:
    """Make every file durable and ours alone to write, then write the manifest over them.

    A file that is linked to was made durable when it was first built, and its digest is known.
    """
    folders = [aside, *(place for place in aside.rglob("*") if place.is_dir())]
    for path in folders:
        path.chmod(0o755)
    digests = _known_digests(previous)
    files: dict[str, str] = {}
    for name in files_below(aside):
        identity = _identify(aside / name)
        if identity not in digests:
            _make_durable(aside / name)
            digests[identity] = file_digest(aside / name)
        files[name] = digests[identity]
    manifest = Manifest(
        id=plan.id,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        fingerprints=plan.fingerprints,
        partitions=counts,
        files=files,
    )
    write_manifest(aside, manifest)
    _make_durable(aside / MANIFEST)
    for path in reversed(folders):
        sync_folder(path)


def _known_digests(previous: Previous | None) -> dict[_Identity, str]:
    if previous is None:
        return {}
    return {_identify(previous.folder / name): digest for name, digest in previous.manifest.files.items()}


def _identify(file: Path) -> _Identity:
    status = file.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _make_durable(file: Path) -> None:
    file.chmod(0o644)
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
