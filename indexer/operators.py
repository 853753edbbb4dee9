"""Writes the Whoosh index that answers operators; `kb/search/operators.py` reads it.

Whoosh's segments never change once written: those of the build before are copied as they are,
changed articles are struck out of them, and what is new goes into a segment of its own. An array
says which article each of Whoosh's document numbers stands for.
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
from kb.search.postings import open_array

Places = Mapping[str, Sequence[int]]  # term -> where it stands, ascending

LENGTHS = tuple(map(byte_to_length, range(256)))  # the document lengths that Whoosh can hold, in one byte
_COMPRESSION = 1  # of zlib: as small as 3 and a tenth faster to build, and a quarter smaller than none
_WRITER_MEGABYTES = 1024  # what Whoosh may hold before it sorts on disk; 13,337 articles take 700


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own files, without what only scores would need, and quick to write."""

    length_stats = False  # looked up for every posting

    def __init__(self) -> None:
        super().__init__(compression=_COMPRESSION)


def write_operators(
    folder: Path, articles: int, read: Callable[[int], Mapping[str, Places]], carried: Carried | None, progress: Progress
) -> None:
    """Write the index of so many articles into a new folder; `read` gives the fields of one by its row."""
    if carried:
        shutil.copytree(carried.folder / folder.name, folder, ignore=shutil.ignore_patterns(ROWS_FILE))
        rows = _renumber(open_array(carried.folder / folder.name / ROWS_FILE), carried.articles.documents)
        index = FileStorage(str(folder)).open_index(INDEX, schema=operators_schema())
    else:
        folder.mkdir()
        rows = np.zeros(0, np.int32)
        index = FileStorage(str(folder)).create_index(operators_schema(), indexname=INDEX)
    writer = index.writer(limitmb=_WRITER_MEGABYTES, codec=_Codec())
    kept, kept_rows = _keep_segments(writer.segments, rows, articles)
    added = np.setdiff1d(np.arange(articles), kept_rows)
    progress.begin("Indexing their phrases", "articles", len(added))
    for row in added.tolist():
        writer.add_document(**read(row))
        progress.advance()
    writer.commit(mergetype=lambda _writer, _segments: kept)
    index.close()
    np.save(folder / ROWS_FILE, np.concatenate([kept_rows, added]).astype(np.int32), allow_pickle=False)


def _renumber(rows: Numbers, articles: Numbers) -> Numbers:
    """The rows of Whoosh's documents as they are now; what was gone stays gone."""
    return np.where(rows == GONE, GONE, articles[rows]).astype(np.int32)


def _keep_segments(segments: Sequence[Any], rows: Numbers, articles: int) -> tuple[list[Any], Numbers]:
    """Strike out of the segments what is gone; return those worth keeping, and the rows of their documents.

    A segment no larger than what is to be written is written anew together with it, as is one
    that has lost half its articles: so there are never more segments than the binary digits of
    the number of articles, and each article is seldom written again.
    """
    bounds = np.cumsum([0, *(segment.doc_count_all() for segment in segments)])
    held = [rows[start:stop] for start, stop in pairwise(bounds)]
    living = [int(np.count_nonzero(part != GONE)) for part in held]
    to_write = articles - sum(living)
    kept: set[int] = set()
    for number in sorted(range(len(segments)), key=lambda number: living[number]):
        if living[number] <= to_write or 2 * living[number] < len(held[number]):
            to_write += living[number]
        else:
            kept.add(number)
    for number in kept:
        _strike_out(segments[number], held[number])
    return [segments[number] for number in sorted(kept)], np.concatenate([rows[:0], *(held[number] for number in sorted(kept))])


def _strike_out(segment: Any, rows: Numbers) -> None:
    for document in np.flatnonzero(rows == GONE).tolist():
        if not segment.is_deleted(document):
            segment.delete_document(document)
