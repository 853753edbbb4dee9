"""Writes the articles of a partition: records into packs, and the tables of where each piece stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

import numpy as np

from indexer.records import Note, StoredArticle
from indexer.sharing import share
from kb.snapshot.articles import PACKS_FOLDER, PASSAGES_FILE, RECORDS_FILE, SECTIONS_FILE, Table
from kb.snapshot.cards import Card, write_cards

# Each build adds at most one pack; with more than this, all but the largest are written anew as
# one. At most half of a pack that is kept may be records that no article uses any more.
MOST_PACKS = 8
_MOST_WASTE = 0.5


class Where(NamedTuple):
    """Where a record lies."""

    pack: Path
    offset: int
    text_size: int
    body_size: int

    @property
    def size(self) -> int:
        """Bytes of the record."""
        return self.text_size + self.body_size


@dataclass(frozen=True, slots=True)
class Row:
    """One article of a partition, stored."""

    digest: str
    card: Card
    note: Note
    where: Where
    sections: Table  # shape (sections, 4)
    passages: Table  # shape (passages, 3)


class StoreWriter:
    """Adds records to one new pack, and takes over packs that others have written."""

    def __init__(self, folder: Path, pack: str) -> None:
        """Write below `folder`, a partition's; `pack` is a name that no other pack has."""
        self._folder = folder / PACKS_FOLDER
        self._folder.mkdir()
        self._file = self._folder / f"{pack}.pack"
        self._stream: BinaryIO = self._file.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()

    def add(self, article: StoredArticle, note: Note) -> Row:
        """Store a new article."""
        where = Where(self._file, self._stream.tell(), len(article.text), len(article.body))
        self._stream.write(article.text)
        self._stream.write(article.body)
        return Row(article.digest, article.card, note, where, article.sections, article.passages)

    def finish(self, rows: Sequence[Row]) -> list[Row]:
        """Bring the packs of all rows into the folder; the rows come back, some of them from another pack."""
        self._stream.flush()
        anew = _packs_to_write_anew([row.where for row in rows], self._file)
        placed = [self._copy(row) if row.where.pack in anew else row for row in rows]
        self._stream.close()
        for pack in {row.where.pack for row in placed} - {self._file}:
            share(pack, self._folder / pack.name)
        if not self._file.stat().st_size:
            self._file.unlink()
        return placed

    def _copy(self, row: Row) -> Row:
        with row.where.pack.open("rb") as stream:
            stream.seek(row.where.offset)
            record = stream.read(row.where.size)
        where = row.where._replace(pack=self._file, offset=self._stream.tell())
        self._stream.write(record)
        return replace(row, where=where)


def write_tables(folder: Path, rows: Sequence[Row]) -> None:
    """Write the cards and the tables of a partition whose packs are in place."""
    names = sorted(pack.name for pack in (folder / PACKS_FOLDER).iterdir())
    numbers = {pack: names.index(pack.name) for pack in {row.where.pack for row in rows}}
    records = [
        (
            numbers[row.where.pack],
            row.where.offset,
            row.where.text_size,
            row.where.body_size,
            len(row.sections),
            len(row.passages),
        )
        for row in rows
    ]
    owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.passages) for row in rows])
    passages = _stack((row.passages for row in rows), 3)
    np.save(folder / RECORDS_FILE, np.array(records, np.int64).reshape(-1, 6), allow_pickle=False)
    np.save(folder / SECTIONS_FILE, _stack((row.sections for row in rows), 4), allow_pickle=False)
    np.save(folder / PASSAGES_FILE, np.column_stack((owners, passages)).astype(np.int32, copy=False), allow_pickle=False)
    write_cards(folder, (row.card for row in rows))


def _stack(tables: Iterable[Table], columns: int) -> Table:
    return np.concatenate([np.zeros((0, columns), np.int32), *tables])


def _packs_to_write_anew(places: Iterable[Where], own: Path) -> set[Path]:
    """The packs that hold too much that nobody uses, and the small ones where there are too many."""
    used: Counter[Path] = Counter()
    for where in places:
        used[where.pack] += where.size
    others = [pack for pack, _ in used.most_common() if pack != own]
    anew = {pack for pack in others if used[pack] < pack.stat().st_size * _MOST_WASTE}
    kept = [pack for pack in others if pack not in anew]
    return anew if len(kept) < MOST_PACKS else anew | set(kept[1:])
