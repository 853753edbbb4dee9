"""The previous snapshot: what a new one can take over from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter

from indexer.carried import Base
from indexer.records import Note
from indexer.store import Row, Where
from kb.access import Audience
from kb.errors import SnapshotError
from kb.snapshot.articles import ArticleStore
from kb.snapshot.cards import Cards, read_cards
from kb.snapshot.folder import SnapshotFolder
from kb.snapshot.manifest import Manifest, read_manifest
from kb.snapshot.verification import VerifiedFolder

NOTES_FOLDER = "notes"  # beside the partitions: no reader is served from it


@dataclass(frozen=True, slots=True)
class PartitionNotes:
    """What a build leaves for the next one to know of a partition, by row."""

    surroundings: str  # digest of everything but the articles' own files that a rendition may depend on
    digests: tuple[str, ...]
    notes: tuple[Note, ...]


_NOTES = TypeAdapter(PartitionNotes)


class PreviousPartition:
    """A partition of the previous snapshot, opened."""

    def __init__(self, snapshot: Path, audience: Audience) -> None:
        """Open a partition of the snapshot in a folder that has been verified."""
        self.folder = snapshot / audience
        self.notes = _NOTES.validate_json((snapshot / NOTES_FOLDER / f"{audience}.json").read_bytes())
        self._cards: Cards = read_cards(self.folder)
        self._store = ArticleStore(self.folder)
        self._rows = {id: row for row, id in enumerate(self._cards.columns.ids)}

    @property
    def base(self) -> Base:
        """What another partition can be built from."""
        return Base(self.folder, self.notes.digests, self._store.records[:, 5].astype(np.int32))

    def note(self, id: str) -> Note | None:
        """What is known of an article; `None` if there was none of this id."""
        row = self._rows.get(id)
        return None if row is None else self.notes.notes[row]

    def row(self, id: str) -> Row:
        """An article as it is stored there."""
        row = self._rows[id]
        pack, offset, text_size, body_size, *_ = self._store.record(row)
        return Row(
            digest=self.notes.digests[row],
            card=self._cards[row],
            note=self.notes.notes[row],
            where=Where(self._store.packs[pack], offset, text_size, body_size),
            sections=self._store.sections_of(row),
            passages=self._store.passages_of(row)[:, 1:],
        )


@dataclass(frozen=True)
class Previous:
    """A whole and verified snapshot that was built by the same code with the same model."""

    folder: Path
    manifest: Manifest

    @cached_property
    def partitions(self) -> Mapping[Audience, PreviousPartition]:
        """Its partitions."""
        return {audience: PreviousPartition(self.folder, audience) for audience in Audience}


def find_previous(folder: SnapshotFolder, fingerprints: Mapping[str, str]) -> Previous | None:
    """The current snapshot, if what these fingerprints stand for can take over parts of it.

    One that is damaged counts as none, so that no damage is handed on.
    """
    current = folder.current()
    if current is None:
        return None
    place = folder.path(current)
    try:
        manifest = read_manifest(place)
        if manifest.fingerprints != fingerprints:
            return None
        VerifiedFolder(folder.verified).verify(place, manifest)
    except SnapshotError:
        return None
    return Previous(place, manifest)


def write_notes(snapshot: Path, audience: Audience, surroundings: str, rows: Sequence[Row]) -> None:
    """Leave what the next build must know of a partition."""
    folder = snapshot / NOTES_FOLDER
    folder.mkdir(exist_ok=True)
    notes = PartitionNotes(surroundings, tuple(row.digest for row in rows), tuple(row.note for row in rows))
    (folder / f"{audience}.json").write_bytes(_NOTES.dump_json(notes))
