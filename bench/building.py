"""Part `building`: the first full build of the corpus, and the rebuild after one article has changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.memory import disk_megabytes
from bench.part import main_of
from bench.plan import Plan
from indexer.publish import CATALOGUE, publish
from kb.config import Settings
from kb.snapshot.folder import SnapshotFolder

PART = "building"

_KEPT = ("models", "cache")  # below KB_DATA: what embedding leaves there
_CHANGE = "\n\nThe benchmark added this sentence and takes it away again.\n"


def measure(plan: Plan) -> dict[str, Any]:
    """Build into an empty data folder, change one article and build again, then take the change back."""
    settings = plan.settings()
    _empty(settings.data, kept=_KEPT if plan.keep_vectors else ())
    full = _publish(settings)
    built = SnapshotFolder(settings.data)
    snapshot = built.path(built.current() or "")
    figures = {
        "full_build_with_known_vectors_seconds" if plan.keep_vectors else "full_build_seconds": full,
        "rebuild_seconds": _rebuild(settings),
        "snapshot_megabytes": disk_megabytes(snapshot),
        "partition_megabytes": {path.name: disk_megabytes(path) for path in sorted(snapshot.iterdir()) if path.is_dir()},
        "data_megabytes": disk_megabytes(settings.data),
    }
    _publish(settings)  # the unchanged library's snapshot is kept, and only made current again
    return figures


def _empty(folder: Path, kept: Sequence[str]) -> None:
    for path in [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []:
        if path.relative_to(folder).parts[0] not in kept or path.name == CATALOGUE.name:
            path.unlink()


def _rebuild(settings: Settings) -> float:
    article = _middle(settings.articles)
    before = article.read_bytes()
    article.write_bytes(before + _CHANGE.encode())
    try:
        return _publish(settings)
    finally:
        article.write_bytes(before)


def _middle(library: Path) -> Path:
    """An article of middling size: the change costs neither the least nor the most there is."""
    by_size = sorted(library.rglob("*.md"), key=lambda path: (path.stat().st_size, path))
    return by_size[len(by_size) // 2]


def _publish(settings: Settings) -> float:
    began = time.perf_counter()
    publish(settings)
    return round(time.perf_counter() - began, 2)


if __name__ == "__main__":
    main_of(PART, measure)
