"""A sorted list of words in one block of bytes: found by how they begin, by a part of them, or despite a slip."""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA

from kb.search.types import Rows

Letters = npt.NDArray[np.uint32]

COMPARED = 8  # letters of a word whose set is kept; the rest is compared letter by letter
LEAST_PART = 3  # letters of the middle of a word; fewer are in too many words
ONE_SLIP, TWO_SLIPS = 4, 8  # letters from which as many are forgiven
MOST_WORDS = 64  # looked at for one part or slip; a list of eight needs no more

_END = b"\n"  # behind every word, so that a part never reaches into the next word
_KINDS_OF_LETTER = 32  # bits of a set; Latin letters have one each, other scripts share them


@dataclass(frozen=True, slots=True)
class WordList:
    """Words in the order of their bytes; a word is named by its place in it."""

    block: bytes | mmap.mmap  # the words, UTF-8, each with a line end behind it
    starts: Rows  # shape (words + 1,): where each word begins in the block
    letters: Letters  # shape (COMPARED, words): the set of its first 1, 2, … letters

    def __len__(self) -> int:
        return len(self.starts) - 1

    def word(self, place: int) -> str:
        """The word at a place."""
        return self._bytes(place).decode("utf-8")

    def holds(self, word: str) -> bool:
        """Whether the very word is in the list."""
        wanted = word.encode("utf-8", "replace")
        place = bisect_left(range(len(self)), wanted, key=self._bytes)
        return place < len(self) and self._bytes(place) == wanted

    def beginning_with(self, prefix: str) -> range:
        """The places of the words that begin so."""
        wanted = prefix.encode("utf-8", "replace")
        places = range(len(self))
        start = bisect_left(places, wanted, key=self._bytes)
        return range(start, bisect_left(places, wanted + b"\xff", lo=start, key=self._bytes))  # no UTF-8 has an ff

    def containing(self, part: str) -> frozenset[int]:
        """The first words that hold the part anywhere; none for a part too short to mean a word."""
        if len(part) < LEAST_PART or not len(self):
            return frozenset()
        places = np.fromiter(self._occurrences(part.encode("utf-8", "replace")), np.int64)
        return frozenset((np.searchsorted(self.starts, places, side="right") - 1).tolist())

    def despite_slips(self, word: str) -> frozenset[int]:
        """Words that begin like this one but for letters mistyped, missing, too many or swapped.

        Codes and numbers are never taken for others. The second slip of a long word is forgiven
        only behind a right first letter, which is where people slip least.
        """
        if len(word) < ONE_SLIP or not word.isalpha() or not len(self):
            return frozenset()
        found = self._within(word, 1, range(len(self)))
        if found or len(word) < TWO_SLIPS:
            return found
        return self._within(word, 2, self.beginning_with(word[0]))

    def _bytes(self, place: int) -> bytes:
        return self.block[self.starts[place] : self.starts[place + 1] - 1]

    def _occurrences(self, part: bytes) -> Iterator[int]:
        place = self.block.find(part)
        for _ in range(MOST_WORDS):
            if place < 0:
                return
            yield place
            place = self.block.find(part, place + 1)

    def _within(self, word: str, slips: int, places: range) -> frozenset[int]:
        # One slip changes the set of the first letters by two at most: one goes, one comes.
        last = min(len(word), COMPARED) - 1
        wanted = letter_sets([word])[last, 0]
        sets = self.letters[last, places.start : places.stop]
        near = np.flatnonzero(np.bitwise_count(sets ^ wanted) <= 2 * slips) + places.start
        found = (place for place in near.tolist() if _begins_like(self.word(place), word, slips))
        return frozenset(place for place, _ in zip(found, range(MOST_WORDS), strict=False))


def make_word_list(words: Iterable[str]) -> WordList:
    """The list of some distinct words."""
    encoded = sorted(word.encode("utf-8") for word in words)
    lengths = np.array([0, *(len(word) + 1 for word in encoded)], np.int64)
    block = b"".join(word + _END for word in encoded)
    letters = letter_sets([word.decode("utf-8") for word in encoded])
    return WordList(block, np.cumsum(lengths).astype(np.int32), letters)


def letter_sets(words: list[str]) -> Letters:
    """For each word the sets of its first 1, 2, … letters, a bit for each letter; shape (COMPARED, words)."""
    padded = "".join(word[:COMPARED].ljust(COMPARED, "\0") for word in words)
    codes = np.frombuffer(padded.encode("utf-32-le", "replace"), np.uint32).reshape(-1, COMPARED)
    bits = np.where(codes > 0, np.left_shift(np.uint32(1), codes % _KINDS_OF_LETTER), np.uint32(0))
    return np.ascontiguousarray(np.bitwise_or.accumulate(bits, axis=1).T)


def _begins_like(have: str, typed: str, slips: int) -> bool:
    """Whether the word, or its beginning, is at most that many slips away from what was typed."""
    length = len(typed)
    # Another end by that many letters makes no more than that many slips of difference, so most are ruled out at once.
    if OSA.distance(typed, have[:length], score_cutoff=2 * slips) > 2 * slips:
        return False
    return any(OSA.distance(typed, have[:end], score_cutoff=slips) <= slips for end in range(length - slips, length + slips + 1))
