"""Verification of a snapshot, in full once on each machine and by what the file system says from then on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kb.errors import BrokenSnapshotError
from kb.snapshot.manifest import MANIFEST, Manifest, refuse_foreign, verify_files

# Their readers only ever take numbers and text from them. Other files may hold pickles, as
# Whoosh's do, and are held against their digests each time.
_PLAIN_ENDINGS = (".npy", ".json", ".pack")

_Stamp = tuple[int, int, int]  # size, last written (ns), inode


@dataclass(frozen=True, slots=True)
class _Verified:
    """The files of a snapshot as they were when all their digests were right."""

    manifest: str  # sha256 of the manifest
    files: Mapping[str, _Stamp]


_ADAPTER = TypeAdapter(_Verified)


@dataclass(frozen=True, slots=True)
class VerifiedFolder:
    """Remembers which snapshots have been verified in full: `<KB_DATA>/verified/<id>.json`.

    A file of a snapshot is never written again, so one that is ours alone to write and has kept
    its size, date and inode is still what was verified. What is remembered is believed only where
    nobody else could have written it, as a snapshot itself is.
    """

    root: Path

    def verify(self, folder: Path, manifest: Manifest) -> None:
        """Check that every file is there, unchanged, and ours alone to write; raises `BrokenSnapshotError`, naming the file."""
        refuse_foreign(folder, manifest.files)
        known = self._known(manifest.id)
        is_known = known is not None and known == _look(folder, manifest)
        verify_files(folder, {name: digest for name, digest in manifest.files.items() if not (is_known and _is_plain(name))})

    def remember(self, folder: Path, manifest: Manifest) -> None:
        """Note that all of a snapshot has just been verified, or written."""
        self.root.mkdir(mode=0o755, exist_ok=True)
        aside = self.root / f".{manifest.id}.{os.getpid()}"
        aside.write_bytes(_ADAPTER.dump_json(_look(folder, manifest)))
        aside.chmod(0o644)
        aside.rename(self._file(manifest.id))

    def forget_all_but(self, snapshots: Iterable[str]) -> None:
        """Forget snapshots that are gone, and what was left half-written."""
        kept = {self._file(snapshot) for snapshot in snapshots}
        for file in self.root.glob("*"):
            if file not in kept:
                file.unlink(missing_ok=True)

    def is_known(self, folder: Path, manifest: Manifest) -> bool:
        """Whether a snapshot was verified in full and is still the same."""
        return self._known(manifest.id) == _look(folder, manifest)

    def _known(self, snapshot: str) -> _Verified | None:
        file = self._file(snapshot)
        try:
            refuse_foreign(self.root, [file.name])
            return _ADAPTER.validate_json(file.read_bytes())
        except (BrokenSnapshotError, OSError, ValidationError):
            return None

    def _file(self, snapshot: str) -> Path:
        return self.root / f"{snapshot}.json"


def _look(folder: Path, manifest: Manifest) -> _Verified:
    written = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    return _Verified(written, {name: _stamp(folder / name) for name in manifest.files})


def _stamp(file: Path) -> _Stamp:
    status = file.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _is_plain(name: str) -> bool:
    return name.endswith(_PLAIN_ENDINGS)
