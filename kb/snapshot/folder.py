"""The folder that holds the snapshots, and the pointer to the current one."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kb.snapshot.manifest import SNAPSHOT_ID


@dataclass(frozen=True, slots=True)
class SnapshotFolder:
    """`<KB_DATA>/snapshots/<id>/` for each snapshot, and `<KB_DATA>/CURRENT` naming one."""

    data: Path

    @property
    def root(self) -> Path:
        """Where the snapshots lie."""
        return self.data / "snapshots"

    @property
    def verified(self) -> Path:
        """Where it is remembered which snapshots were verified in full."""
        return self.data / "verified"

    @property
    def pointer(self) -> Path:
        """The file that names the current snapshot."""
        return self.data / "CURRENT"

    def current(self) -> str | None:
        """The id that the pointer names; `None` when there is none, or it names nothing sensible."""
        try:
            name = self.pointer.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if SNAPSHOT_ID.fullmatch(name) else None

    def pointed_at(self) -> int:
        """When the pointer was last written, in ns; it is written anew by every publish. 0 without one."""
        try:
            return self.pointer.stat().st_mtime_ns
        except OSError:
            return 0

    def path(self, snapshot: str) -> Path:
        """The folder of one snapshot; raises `ValueError` for what is not an id."""
        if not SNAPSHOT_ID.fullmatch(snapshot):
            raise ValueError(f"{snapshot!r} is not a snapshot id")
        return self.root / snapshot

    def ids(self) -> list[str]:
        """The snapshots on disk, the newest first."""
        if not self.root.is_dir():
            return []
        found = [path for path in self.root.iterdir() if SNAPSHOT_ID.fullmatch(path.name)]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)]

    def make_current(self, snapshot: str) -> None:
        """Point at a snapshot that is complete on disk, by one atomic rename."""
        aside = self.pointer.with_name(f".CURRENT.{os.getpid()}")
        with aside.open("w", encoding="ascii") as stream:
            stream.write(f"{snapshot}\n")
            stream.flush()
            os.fsync(stream.fileno())
        aside.rename(self.pointer)
        sync_folder(self.data)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
