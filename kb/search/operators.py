"""Operators: which articles hold a phrase, or a word in a field, by Whoosh.

Everything that knows Whoosh is here and in `indexer/operators.py`. The index holds the text fields
of articles with the places of their terms, and no scores: those are in the postings.
"""

from __future__ import annotations

import mmap
import os
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile

from kb.search.analysis import Token, tokenise
from kb.search.types import TEXT_FIELDS, Mask, Rows
from kb.snapshot.arrays import open_array

INDEX = "articles"
ROWS_FILE = "rows.npy"  # int32, shape (Whoosh's documents,): the article of each


class Places(formats.Positions):  # type: ignore[misc]
    """Whoosh's format for places, as plain 32-bit numbers instead of pickles."""

    def encode(self, poslist: Sequence[int]) -> bytes:
        """The bytes that stand for ascending places."""
        return array("I", poslist).tobytes()

    def decode_positions(self, valuestring: bytes) -> list[int]:
        """The places that some bytes stand for."""
        return array("I", valuestring).tolist()

    def decode_frequency(self, valuestring: bytes) -> int:
        """How many places some bytes stand for."""
        return len(valuestring) // array("I").itemsize


class AnalysedField(fields.FieldType):  # type: ignore[misc]
    """A field whose values come analysed: terms and their places."""

    def __init__(self) -> None:
        super().__init__(format=Places(), analyzer=None)

    def index(self, value: Mapping[str, Sequence[int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield what Whoosh writes of each term."""
        for term, places in value.items():
            yield term.encode("utf-8"), len(places), 1.0, self.format.encode(places)  # nothing is scored


class _View:
    """Reads a part of a mapped file as if it were one, and copies only what is read."""

    def __init__(self, part: memoryview) -> None:
        self._part = part
        self._place = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; all that are left for a size below 0."""
        read = bytes(self._part[self._place : self._place + size if size >= 0 else None])
        self._place += len(read)
        return read

    def readline(self) -> bytes:
        """The next bytes up to the end of a line."""
        line, end, left = self.read().partition(b"\n")
        self._place -= len(left)
        return line + end

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: len(self._part)}[whence]
        self._place = origin + offset
        return self._place

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._place

    def close(self) -> None:
        """Nothing to close: the map ends with what looks at it."""


class _MappedFile(BufferFile):  # type: ignore[misc]
    """A file of Whoosh's; its own copies each part that it opens, which comes to the whole index in every process."""

    def __init__(self, part: memoryview, name: str) -> None:
        StructFile.__init__(self, _View(part), name)
        self._buf = part

    def subset(self, position: int, length: int, name: str = "") -> _MappedFile:
        """A part of it, such as a file within a segment."""
        return _MappedFile(self._buf[position : position + length], name)


class _MappedStorage(FileStorage):  # type: ignore[misc]
    """A folder whose files are mapped into memory."""

    def open_file(self, name: str, **_: Any) -> _MappedFile:
        """Map a file."""
        with Path(self.folder, name).open("rb") as stream:
            return _MappedFile(memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)), name)


def operators_schema() -> fields.Schema:
    """The fields of the index."""
    return fields.Schema(**{name: AnalysedField() for name in TEXT_FIELDS})


class Operators:
    """The index of a partition, opened on first use; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Name the folder, which must be a verified part of a snapshot."""
        self._folder = folder
        self._lock = threading.Lock()  # Whoosh's readers seek in shared files

    def phrase(self, names: Iterable[str], text: str, holding: Mask) -> Mask:
        """Which articles have the parts of a text in a row in one of these fields; shape (articles,).

        Stop words match any word; a text without parts matches every article. `holding` says which
        articles hold all the parts somewhere: no others are looked at.
        """
        mask = np.zeros(len(holding), np.bool_)
        parts = [token for token in tokenise(text) if not token.is_whole]
        if not parts:
            return ~mask
        with self._lock:
            for searcher, offset in self._searcher.leaf_searchers():
                rows = self._rows[offset : offset + searcher.doc_count_all()]
                documents = np.flatnonzero(holding[rows] & (rows >= 0)).tolist()
                for name in names if documents else ():
                    mask[rows[list(_find(searcher.reader(), name, parts, documents))]] = True
        return mask

    @cached_property
    def _searcher(self) -> Any:
        # The schema is given, so that Whoosh does not unpickle the stored one.
        return _MappedStorage(str(self._folder), readonly=True).open_index(INDEX, schema=operators_schema()).searcher()

    @cached_property
    def _rows(self) -> Rows:
        return open_array(self._folder / ROWS_FILE)


def _find(reader: Any, name: str, parts: Sequence[Token], documents: Iterable[int]) -> Iterator[int]:
    """Which of some documents, ascending, have the parts at their distances from each other in a field."""
    terms = list(dict.fromkeys(part.term for part in parts))
    if not all((name, term) in reader for term in terms):
        return
    postings = {term: reader.postings(name, term) for term in terms}
    for document in documents:
        places = {term: _places(matcher, document) for term, matcher in postings.items()}
        beginnings = (place - parts[0].position for place in places[parts[0].term])
        if any(all(start + part.position in places[part.term] for part in parts) for start in beginnings):
            yield document


def _places(matcher: Any, document: int) -> Sequence[int]:
    """Where a term stands in a document that the matcher has not passed yet."""
    if matcher.is_active() and matcher.id() < document:
        matcher.skip_to(document)
    return matcher.value_as("positions") if matcher.is_active() and matcher.id() == document else ()
