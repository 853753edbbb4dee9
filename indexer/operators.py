"""Writes the Whoosh index that answers operators; `kb/search/operators.py` reads it.

The index is many small segments. Those of the build before of whose articles none has changed are
copied as they are, the others written anew, so that a file never holds what was withdrawn. An
array says which article each of Whoosh's document numbers stands for.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.util.numeric import byte_to_length

from indexer.carried import Carried
from indexer.counts import GONE, Numbers
from indexer.progress import Progress
from kb.search.operators import INDEX, ROWS_FILE, operators_schema
from kb.snapshot.arrays import open_array
from kb.snapshot.partition import KEYWORD_FOLDER

Places = Mapping[str, Sequence[int]]  # term -> where it stands, ascending

LENGTHS = tuple(map(byte_to_length, range(256)))  # the document lengths that Whoosh can hold, in one byte
_COMPRESSION = 1  # of zlib: as small as 3 and a tenth faster to build, and a quarter smaller than none
SEGMENT = 64  # articles, which one change makes us write anew: .2 s


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own files, without what only scores would need, and quick to write."""

    length_stats = False  # looked up for every posting

    def __init__(self) -> None:
        super().__init__(compression=_COMPRESSION)


def write_operators(
    folder: Path, articles: int, read: Callable[[int], Mapping[str, Places]], carried: Carried | None, progress: Progress
) -> None:
    """Write the index of so many articles into a new folder; `read` gives the fields of one by its row."""
    index, kept = _take_over(folder, carried, articles) if carried else _begin(folder)
    added = np.setdiff1d(np.arange(articles), kept)
    progress.begin("Indexing their phrases", "articles", len(added))
    for start in range(0, len(added), SEGMENT):
        writer = index.writer(codec=_Codec())
        for row in added[start : start + SEGMENT].tolist():
            writer.add_document(**read(row))
            progress.advance()
        writer.commit(merge=False)
    index.close()
    np.save(folder / ROWS_FILE, np.concatenate([kept, added]).astype(np.int32), allow_pickle=False)


def _begin(folder: Path) -> tuple[Any, Numbers]:
    folder.mkdir()
    return FileStorage(str(folder)).create_index(operators_schema(), indexname=INDEX), np.zeros(0, np.int32)


def _take_over(folder: Path, carried: Carried, articles: int) -> tuple[Any, Numbers]:
    """A copy of the index of the build before, without segments to write anew, and the rows of its articles."""
    before = carried.folder / KEYWORD_FOLDER / folder.name
    shutil.copytree(before, folder, ignore=shutil.ignore_patterns(ROWS_FILE))
    index = FileStorage(str(folder)).open_index(INDEX, schema=operators_schema())
    rows = carried.articles.documents[open_array(before / ROWS_FILE)]
    writer = index.writer(codec=_Codec())
    bounds = np.cumsum([0, *(segment.doc_count_all() for segment in writer.segments)])
    held = [rows[start:stop] for start, stop in pairwise(bounds)]
    kept = _choose(held, articles)
    writer.commit(mergetype=lambda _, segments: [segments[number] for number in kept])
    return index, np.concatenate([rows[:0], *(held[number] for number in kept)])


def _choose(held: Sequence[Numbers], articles: int) -> list[int]:
    """The segments to keep, by what articles they hold: those of which none has changed.

    One that fits into the last new segment joins it, so that no two segments left could be one.
    """
    kept = [number for number, rows in enumerate(held) if not (rows == GONE).any()]
    to_write = articles - sum(len(held[number]) for number in kept)
    for number in sorted(kept, key=lambda number: len(held[number])):
        if to_write and (to_write - 1) % SEGMENT + 1 + len(held[number]) <= SEGMENT:
            to_write += len(held[number])
            kept.remove(number)
    return kept
