"""The articles of a partition as they lie on disk: texts in packs, and tables of where each piece stands.

A pack holds records, one after another and never changed, so that a snapshot can share the packs
of an earlier one and add its own. A record is an article's text (the anchor, the heading and the
text of each section) followed by its body (JSON).
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kb.snapshot.arrays import open_array

PACKS_FOLDER = "articles"
RECORDS_FILE = "records.npy"  # shape (articles, 6), int64: the columns of `Record`
SECTIONS_FILE = "sections.npy"  # shape (sections, 4), int32: the columns of `SectionSpan`
PASSAGES_FILE = "passages.npy"  # shape (passages, 4), int32: article row, section or -1, first byte in its text, end

_NEIGHBOURHOOD = 4_000  # bytes of a section on either side of a passage: nearly all sections whole

Table = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]


class Record(NamedTuple):
    """Where an article stands."""

    pack: int  # position among the packs, sorted by name
    offset: int  # in the pack
    text_size: int  # bytes
    body_size: int
    sections: int
    passages: int


class SectionSpan(NamedTuple):
    """Where a section stands in its article's text, in bytes: each piece ends where the next begins."""

    anchor: int
    heading: int
    text: int
    end: int


class Place(NamedTuple):
    """Where a passage stands, with the words around it."""

    heading: str  # empty for the article itself, as the anchor is
    anchor: str
    text: str  # of the section, as far as it is near the passage
    start: int  # of the passage in `text`, in characters
    end: int
    is_whole: bool  # whether `text` is all of the section


class ArticleStore:
    """Reads the packs and tables of one partition, memory-mapped; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the store of the partition under `folder`, whose files have been verified."""
        self.records: Offsets = open_array(folder / RECORDS_FILE)
        self.sections: Table = open_array(folder / SECTIONS_FILE)
        self.passages: Table = open_array(folder / PASSAGES_FILE)
        self.packs = sorted((folder / PACKS_FOLDER).iterdir())
        self._maps = [_map(pack) for pack in self.packs]
        self._first_section = _starts(self.records[:, 4])
        self._first_passage = _starts(self.records[:, 5])

    @property
    def first_passages(self) -> Table:
        """The row of each article's first passage, and of the one behind the last; shape (articles + 1,), int32."""
        return np.concatenate([self._first_passage, [len(self.passages)]]).astype(np.int32)

    def record(self, row: int) -> Record:
        """Where an article stands."""
        return Record(*self.records[row].tolist())

    def body(self, row: int) -> bytes:
        """An article as JSON."""
        record = self.record(row)
        start = record.offset + record.text_size
        return self._maps[record.pack][start : start + record.body_size]

    def raw(self, row: int) -> bytes:
        """An article's whole record."""
        record = self.record(row)
        return self._maps[record.pack][record.offset : record.offset + record.text_size + record.body_size]

    def sections_of(self, row: int) -> Table:
        """The spans of an article's sections, shape (sections, 4)."""
        start = int(self._first_section[row])
        return self.sections[start : start + int(self.records[row, 4])]

    def passages_of(self, row: int) -> Table:
        """An article's rows in the table of passages, shape (passages, 4)."""
        start = int(self._first_passage[row])
        return self.passages[start : start + int(self.records[row, 5])]

    def headings(self, row: int) -> tuple[tuple[str, str], ...]:
        """The (anchor, heading) of each section of an article."""
        text = self._text(self.record(row))
        spans = self.sections_of(row).tolist()
        return tuple((_decode(text[anchor:heading]), _decode(text[heading:body])) for anchor, heading, body, _ in spans)

    def place(self, passage: int) -> Place | None:
        """Where a passage stands, by its row; `None` if it speaks for its article as a whole."""
        row, section, start, end = self.passages[passage].tolist()
        return None if section < 0 else self._place(row, section, start, end)

    def beginning(self, row: int) -> str:
        """The beginning of an article's first section; empty for an article without any."""
        if not self.records[row, 4]:
            return ""
        return self._place(row, 0, 0, 0).text

    def _place(self, row: int, section: int, start: int, end: int) -> Place:
        record = self.record(row)
        pack = self._maps[record.pack]
        span = self.sections[int(self._first_section[row]) + section].tolist()
        anchor, heading, text, stop = (record.offset + place for place in span)
        first, last = max(text, text + start - _NEIGHBOURHOOD), min(stop, text + end + _NEIGHBOURHOOD)
        before = _decode(pack[first : text + start])
        window = _decode(pack[text + start : text + end])
        after = _decode(pack[text + end : last])
        if first > text:
            before = before[before.find(" ") + 1 :]  # the first word may be cut
        if last < stop:
            after = after[: after.rfind(" ") + 1]
        names = _decode(pack[heading:text]), _decode(pack[anchor:heading])
        is_whole = first == text and last == stop
        return Place(*names, before + window + after, len(before), len(before) + len(window), is_whole)

    def _text(self, record: Record) -> bytes:
        return self._maps[record.pack][record.offset : record.offset + record.text_size]


def _map(file: Path) -> mmap.mmap:
    with file.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _starts(counts: Offsets) -> Offsets:
    return np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else counts


def _decode(piece: bytes) -> str:
    return piece.decode("utf-8", "ignore")  # a neighbourhood may begin or end inside a character
