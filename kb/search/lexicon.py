"""A lexicon: a set of strings in memory-mapped arrays, each string with a row number, found in about a microsecond.

The strings lie end to end in one array of bytes, sorted, so that their rows are in the order of
their UTF-8 and those with one beginning are neighbours. A table of slots (open addressing by
CRC-32) leads from a string to its row without building any Python object at start.
"""

from __future__ import annotations

import bisect
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.snapshot.arrays import open_array

_BYTES = "bytes.npy"  # uint8
_ENDS = "ends.npy"  # uint32, shape (strings + 1,): where each begins, and the end of the last
_SLOTS = "slots.npy"  # int32, a power of two: a row, or -1
_REMEMBERED = 4_096  # strings that were looked up: people ask in the same words, each of them several times a query
_SLOTS_PER_STRING = 2  # half of them stay empty, so that a look-up seldom takes more than two steps


class Lexicon:
    """A sorted set of strings on disk; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Map the files that `write_lexicon` left in `folder`."""
        # Memory views give plain ints, in a third of the time that NumPy takes for a scalar.
        self._bytes = open_array(folder / _BYTES).data
        self._ends = open_array(folder / _ENDS).data
        self._slots = open_array(folder / _SLOTS).data
        self._mask = len(self._slots) - 1
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._look_up)

    def __len__(self) -> int:
        """How many strings there are."""
        return len(self._ends) - 1

    def __contains__(self, text: str) -> bool:
        """Whether a string is in the set."""
        return self.find(text) >= 0

    def find(self, text: str) -> int:
        """The row of a string; -1 when it is not there."""
        return self._remembered(text)

    def text(self, row: int) -> str:
        """The string of a row."""
        return self._raw(row).decode("utf-8")

    def texts(self, first: int, last: int) -> list[str]:
        """The strings of the rows from `first` up to, but without, `last`."""
        ends = self._ends[first : last + 1].tolist()
        together = bytes(self._bytes[ends[0] : ends[-1]])
        return [together[start - ends[0] : end - ends[0]].decode("utf-8") for start, end in pairwise(ends)]

    def beginning_with(self, prefix: str) -> range:
        """The rows of the strings that begin with a prefix; all rows for an empty one."""
        key = prefix.encode("utf-8", "replace")
        first = bisect.bisect_left(range(len(self)), key, key=self._raw)
        last = bisect.bisect_left(range(len(self)), key + b"\xff", lo=first, key=self._raw)  # no UTF-8 holds 0xff
        return range(first, last)

    def _look_up(self, text: str) -> int:
        key = text.encode("utf-8", "replace")
        place = zlib.crc32(key)
        while (row := self._slots[place & self._mask]) >= 0:
            if self._bytes[self._ends[row] : self._ends[row + 1]] == key:
                return int(row)
            place += 1
        return -1

    def _raw(self, row: int) -> bytes:
        return bytes(self._bytes[self._ends[row] : self._ends[row + 1]])


def write_lexicon(folder: Path, strings: Sequence[str]) -> None:
    """Write a lexicon of distinct strings, sorted by their UTF-8, into a new folder; their positions are their rows."""
    folder.mkdir(parents=True)
    keys = [text.encode("utf-8") for text in strings]
    ends = np.zeros(len(keys) + 1, np.uint32)
    np.cumsum([len(key) for key in keys], out=ends[1:])
    np.save(folder / _BYTES, np.frombuffer(b"".join(keys), np.uint8), allow_pickle=False)
    np.save(folder / _ENDS, ends, allow_pickle=False)
    np.save(folder / _SLOTS, _slots(keys), allow_pickle=False)


def _slots(keys: Sequence[bytes]) -> npt.NDArray[np.int32]:
    """The table of slots: each key in the first one from its own on that no other key has taken before."""
    slots = np.full(1 << (_SLOTS_PER_STRING * len(keys)).bit_length(), -1, np.int32)
    places = np.fromiter(map(zlib.crc32, keys), np.uint32, len(keys)) & np.uint32(len(slots) - 1)
    rows = np.arange(len(keys), dtype=np.int32)
    while len(rows):
        wanted = places[rows]
        first = np.unique(wanted, return_index=True)[1]  # of several keys that want one slot, the first has it
        first = first[slots[wanted[first]] < 0]
        slots[wanted[first]] = rows[first]
        rows = np.delete(rows, first)
        places[rows] = (places[rows] + 1) & np.uint32(len(slots) - 1)
    return slots
