"""The publisher: builds a snapshot if anything has changed, and makes it current."""

from __future__ import annotations

import fcntl
import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from indexer.model import prepare_model
from indexer.plan import Plan, content_fingerprint, make_plan
from indexer.previous import find_previous
from indexer.progress import Progress, Silence
from indexer.snapshot import BUILDING, build_aside
from indexer.vectors import CachedEncoder
from kb.config import NO_MODEL, Settings
from kb.content.catalogue import load_catalogue
from kb.content.catalogue_cache import CatalogueCache
from kb.content.types import Problem, sort_problems
from kb.errors import SettingError, SnapshotError
from kb.search.encoder import load_encoder
from kb.snapshot.folder import SnapshotFolder
from kb.snapshot.manifest import Manifest, read_manifest
from kb.snapshot.verification import VerifiedFolder

VECTOR_CACHE = Path("cache") / "vectors.sqlite"
CATALOGUE = Path("cache") / "catalogue.json"

_OBJECTS_BETWEEN_COLLECTIONS = 2_000_000  # Python's own 700 is made for programs that keep little


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing."""

    manifest: Manifest
    built: bool  # False when the snapshot was there already
    problems: tuple[Problem, ...]  # found while reading; empty when nothing was built


def publish(settings: Settings, progress: Progress | None = None) -> Published:
    """Make a snapshot of the articles as they are now current, building only what is not there.

    Raises `EncoderError` when the model is missing, `SettingError` when the data folder cannot be
    written, `SnapshotError` when another build is running.
    """
    return _publish(settings, progress or Silence(), make_current=True)


def prepare(settings: Settings, progress: Progress | None = None) -> Published:
    """Make sure that there is a snapshot of the articles as they are now, to look at before it is published.

    What is served stays as it is. Raises what `publish` raises.
    """
    return _publish(settings, progress or Silence(), make_current=False)


def _publish(settings: Settings, told: Progress, *, make_current: bool) -> Published:
    folder = SnapshotFolder(settings.data)
    with _data_folder(settings), _collecting_rarely():
        model = prepare_model(settings.model, settings.data, told)
        library = load_catalogue(settings.articles, CatalogueCache(settings.data / CATALOGUE, content_fingerprint()))
        plan = make_plan(library, model)
        ready = _usable(folder, plan.id)
        problems: tuple[Problem, ...] = ()
        if not ready:
            problems = _build(settings, folder, plan, told)
        manifest = read_manifest(folder.path(plan.id))
        VerifiedFolder(folder.verified).remember(folder.path(plan.id), manifest)
        if make_current:
            folder.make_current(plan.id)
        _clean_up(folder, settings.keep_snapshots, plan.id)
    return Published(manifest, not ready, problems)


def _build(settings: Settings, folder: SnapshotFolder, plan: Plan, progress: Progress) -> tuple[Problem, ...]:
    previous = find_previous(folder, plan.fingerprints)
    found = build_aside(folder, plan, previous, _encoder(settings, plan), progress)
    return sort_problems([*plan.library.problems, *found])


def _encoder(settings: Settings, plan: Plan) -> CachedEncoder | None:
    if settings.model == NO_MODEL:
        return None
    load = partial(load_encoder, settings.model, settings.data)
    return CachedEncoder(settings.data / VECTOR_CACHE, plan.fingerprints["model"], load)


def _usable(folder: SnapshotFolder, snapshot: str) -> bool:
    place = folder.path(snapshot)
    if not place.is_dir():
        return False
    try:
        VerifiedFolder(folder.verified).verify(place, read_manifest(place))
    except SnapshotError:
        return False
    return True


def _clean_up(folder: SnapshotFolder, keep: int, newest: str) -> None:
    """Remove what interrupted builds left, and the oldest snapshots beyond those to keep; `newest` is in use."""
    for leftover in folder.root.glob(f"{BUILDING}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    in_use = (folder.current(), newest)
    others = [snapshot for snapshot in folder.ids() if snapshot not in in_use]
    for snapshot in others[keep - 1 :]:
        shutil.rmtree(folder.path(snapshot), ignore_errors=True)
    VerifiedFolder(folder.verified).forget_all_but(folder.ids())


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    """Fewer looks for garbage: most objects of a build stay to its end, and looking at them takes a fifth of a rebuild."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _data_folder(settings: Settings) -> Iterator[None]:
    """The data folder, made if missing and ours alone for the time of a build."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)  # the agents' partition is nobody else's to read
        SnapshotFolder(settings.data).root.mkdir(exist_ok=True, mode=0o755)
        lock = (settings.data / ".lock").open("w")
    except OSError as error:
        raise SettingError("KB_DATA", f"names {settings.data}, which cannot be written: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SnapshotError(f"Another build is using {settings.data}; wait for it to end.") from error
        yield
