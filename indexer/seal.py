"""Seals a snapshot: every file durable, ours alone to write, and its digest in the manifest."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from indexer.plan import Plan
from indexer.previous import Previous
from kb.snapshot.folder import sync_folder
from kb.snapshot.manifest import MANIFEST, Counts, Manifest, file_digest, files_below, write_manifest

_AT_ONCE = 8  # files on their way to the disk, which writes many in the time of a few

_Identity = tuple[int, int, int, int]  # device, inode, size, last written (ns)


def seal(aside: Path, plan: Plan, counts: Mapping[str, Counts], previous: Previous | None) -> None:
    """Make every file durable and ours alone to write, then write the manifest over them.

    A file that is linked to was made durable when it was first built, and its digest is known.
    """
    folders = [aside, *(place for place in aside.rglob("*") if place.is_dir())]
    for path in folders:
        path.chmod(0o755)
    identities = {name: _identify(aside / name) for name in files_below(aside)}
    digests = _known_digests(previous)
    unknown = {identity: aside / name for name, identity in identities.items() if identity not in digests}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        digests.update(zip(unknown, pool.map(_settle, unknown.values()), strict=True))
    manifest = Manifest(
        id=plan.id,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        fingerprints=plan.fingerprints,
        partitions=counts,
        files={name: digests[identity] for name, identity in identities.items()},
    )
    write_manifest(aside, manifest)
    _make_durable(aside / MANIFEST)
    for path in reversed(folders):
        sync_folder(path)


def _known_digests(previous: Previous | None) -> dict[_Identity, str]:
    if previous is None:
        return {}
    return {_identify(previous.folder / name): digest for name, digest in previous.manifest.files.items()}


def _settle(file: Path) -> str:
    """Make a file durable; its digest."""
    _make_durable(file)
    return file_digest(file)


def _identify(file: Path) -> _Identity:
    status = file.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _make_durable(file: Path) -> None:
    file.chmod(0o644)
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
