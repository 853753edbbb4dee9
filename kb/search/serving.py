"""Serving: follows the current snapshot and holds the model, one for each process."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from kb.access import Audience, Viewer
from kb.config import NO_MODEL, Settings
from kb.errors import EncoderError, ExpiredCursorError, NoSnapshotError, SnapshotError
from kb.search.encoder import QueryVectors, load_encoder
from kb.search.engine import Engine
from kb.search.model_files import model_fingerprint
from kb.search.types import Encoder, Reason
from kb.snapshot.fingerprints import code_fingerprints
from kb.snapshot.folder import SnapshotFolder
from kb.snapshot.manifest import check_fingerprints, read_manifest
from kb.snapshot.partition import Partition
from kb.snapshot.verification import VerifiedFolder
from kb.store.database import DATABASE_FILE, Database
from kb.store.questions import Questions

_log = logging.getLogger(__name__)

WATCH_SECONDS = 1.0  # between looks at the pointer; one small read
TAKE_UP_SECONDS = 60.0  # between looks at what people have asked; nobody waits for it
_KEPT_OPEN = 2  # older snapshots held open for people who are paging through results


@dataclass(frozen=True, slots=True)
class ServingStatus:
    """What a probe or an operator wants to know."""

    snapshot: str | None
    articles: int  # in the public partition
    model: str  # the setting
    degraded: bool
    reason: Reason | None
    ready: bool  # there is a snapshot, and the model is loaded or known to be missing


@dataclass(frozen=True, slots=True)
class Opened:
    """A verified snapshot with an engine for each audience."""

    snapshot: str
    engines: Mapping[Audience, Engine]


class Serving:
    """Hands out engines of the current snapshot; a broken new one leaves the old one serving."""

    def __init__(self, settings: Settings) -> None:
        """Remember the settings; nothing is opened or loaded yet."""
        self._settings = settings
        self.questions = Questions(Database(settings.data / DATABASE_FILE))
        self._folder = SnapshotFolder(settings.data)
        self._current: Opened | None = None
        self._kept: OrderedDict[str, Opened] = OrderedDict()
        self._refused = (-1, "")  # when the pointer was written that named it, and its id
        self._encoder: Encoder | Reason = "model-unavailable" if settings.model == NO_MODEL else "model-loading"
        self._opening = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Open the current snapshot, then load the model and watch for new snapshots in the background."""
        self.refresh()
        for work in (self.load_model, self._watch):
            threading.Thread(target=work, name=f"serving-{work.__name__}", daemon=True).start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()

    def load_model(self) -> None:
        """Load the model in this thread; without one, search answers from keywords."""
        if self._settings.model == NO_MODEL:
            return
        try:
            encoder = load_encoder(self._settings.model, self._settings.data)
            encoder.encode(["warm up"])  # the first call costs more
        except EncoderError as error:
            _log.warning("%s Search answers from keywords only.", error)
            self._encoder = "model-unavailable"
        else:
            self._encoder = QueryVectors(encoder)

    def refresh(self) -> None:
        """Look at the pointer, and open what it names if that is new; what cannot be used is refused."""
        with self._opening:
            written, wanted = self._folder.pointed_at(), self._folder.current()
            current = self._current
            if wanted is None or self._refused == (written, wanted) or (current and current.snapshot == wanted):
                return
            opened = self._try(wanted)
            if opened is None:
                self._refused = (written, wanted)
            if opened is None and current is None:
                opened = self._newest_usable(wanted)
            if opened and current:
                self._keep(current)
            self._current = opened or current
        self.take_up_questions()

    def take_up_questions(self) -> None:
        """Let the current engines suggest what people have asked by now."""
        current, today = self._current, dt.datetime.now(dt.UTC).date()
        for audience, engine in current.engines.items() if current else ():
            engine.take_up(self.questions.popular(audience, today), self.questions.opened(audience, today))

    def engine(self, viewer: Viewer, snapshot: str | None = None) -> Engine:
        """The engine of the viewer's partition.

        With a snapshot's id, that snapshot's, for as long as it is kept: raises `ExpiredCursorError`
        when it is gone. Raises `NoSnapshotError` when nothing is being served yet.
        """
        current = self._current
        if current is None:
            raise NoSnapshotError("The articles have not been prepared yet: run `make index`.")
        if snapshot is None or snapshot == current.snapshot:
            return current.engines[viewer.audience]
        return self._older(snapshot).engines[viewer.audience]

    def status(self) -> ServingStatus:
        """The state of this process."""
        current = self._current
        encoder = self._encoder
        reason: Reason | None = encoder if isinstance(encoder, str) else None
        articles = len(current.engines[Audience.PUBLIC].partition.cards) if current else 0
        return ServingStatus(
            snapshot=current.snapshot if current else None,
            articles=articles,
            model=self._settings.model,
            degraded=reason is not None,
            reason=reason,
            ready=current is not None and reason != "model-loading",
        )

    def _try(self, snapshot: str) -> Opened | None:
        try:
            return self.open(snapshot)
        except (SnapshotError, OSError) as error:
            _log.error("Snapshot %s is refused. %s", snapshot, error)
            return None

    def _newest_usable(self, refused: str) -> Opened | None:
        """After a restart, an older snapshot is better than none."""
        others = (snapshot for snapshot in self._folder.ids() if snapshot != refused)
        return next((opened for snapshot in others if (opened := self._try(snapshot))), None)

    def open(self, snapshot: str) -> Opened:
        """Open a snapshot, whether or not it is the current one. Raises `SnapshotError` if it cannot be used."""
        folder = self._folder.path(snapshot)
        manifest = read_manifest(folder)
        VerifiedFolder(self._folder.verified).verify(folder, manifest)
        check_fingerprints(manifest, self._running_fingerprints())
        engines = {
            audience: Engine(Partition(folder / audience, audience, snapshot), lambda: self._encoder) for audience in Audience
        }
        return Opened(snapshot, engines)

    def _running_fingerprints(self) -> dict[str, str]:
        running = code_fingerprints()
        try:
            if self._settings.model != NO_MODEL:
                running["model"] = model_fingerprint(self._settings.model, self._settings.data)
        except EncoderError:
            return running  # keywords need no model, and the vectors will not be asked
        return running

    def _older(self, snapshot: str) -> Opened:
        with self._opening:
            if snapshot in self._kept:
                self._kept.move_to_end(snapshot)
                return self._kept[snapshot]
            try:
                opened = self.open(snapshot)
            except (SnapshotError, OSError) as error:
                raise ExpiredCursorError("The articles have changed since this page; search again.") from error
            self._keep(opened)
            return opened

    def _keep(self, opened: Opened) -> None:
        self._kept[opened.snapshot] = opened
        while len(self._kept) > _KEPT_OPEN:
            self._kept.popitem(last=False)

    def _watch(self) -> None:
        taken_up = time.monotonic()
        while not self._stopped.wait(WATCH_SECONDS):
            self.refresh()
            if time.monotonic() - taken_up >= TAKE_UP_SECONDS:
                self.take_up_questions()
                taken_up = time.monotonic()
