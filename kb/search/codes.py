"""The code book of a partition: which articles hold an identifier, and where in them it stands."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path

import numpy as np

from kb.search.analysis import normalise
from kb.search.identifiers import families, spellings
from kb.search.lexicon import Lexicon
from kb.search.types import Rows
from kb.search.vocabulary import Vocabulary
from kb.snapshot.arrays import open_array

CODES_FOLDER = "codes"  # a lexicon
OPENINGS_FOLDER = "openings"  # a lexicon: first words of codes of several words
STARTS_FILE = "starts.npy"  # uint32, shape (codes + 1,): where each code's holders begin
HOLDERS_FILE = "holders.npy"  # int32, shape (holders, 2): article row and place

# Of the articles, who use a usual word. On 13,337 of them the rarest word of 13 well-known messages is in .01 to .7 %, and
# the rarest of phrases that only happen to be some variable's name in 5 %.
_USUAL = 1 / 30


class Place(IntEnum):
    """Where in an article a code stands; the lower, the more the article is about it."""

    DECLARED = 0  # in `errors:`
    TITLE = 1  # in the title or a heading
    BODY = 2  # anywhere else


class CodeBook:
    """The identifiers of one partition, memory-mapped; safe to share between threads."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        """Map the files that the build left in `folder`; the vocabulary is of the same partition."""
        self._vocabulary = vocabulary
        self._codes = Lexicon(folder / CODES_FOLDER)
        self._openings = Lexicon(folder / OPENINGS_FOLDER)
        self._starts = open_array(folder / STARTS_FILE).data
        self._holders = open_array(folder / HOLDERS_FILE)

    def has(self, code: str) -> bool:
        """Whether some article holds a code, in normal form."""
        return code in self._codes

    def declares(self, code: str) -> bool:
        """Whether some article declares a code in `errors:`."""
        row = self._codes.find(code)
        return row >= 0 and bool(self._holders[self._starts[row] : self._starts[row + 1], 1].min() == Place.DECLARED)

    def opens(self, word: str) -> bool:
        """Whether some code of several words begins with this folded word."""
        return word in self._openings

    def is_usual(self, word: str) -> bool:
        """Whether many articles use a folded word."""
        return self._vocabulary.share(normalise(word)) >= _USUAL

    def holders(self, code: str) -> Rows:
        """Who holds a code: shape (articles, 2), article row and `Place`, each article once, rows ascending.

        `169.254.12.7` is also held by who holds the range `169.254.x.x`, `587` by who holds port 587, and
        `NW-31449-1` by who declares its family `NW-xxxxx-x`; the first of these that anybody holds counts.
        """
        for spelling in (*spellings(code), *families(code)):
            row = self._codes.find(spelling)
            if row >= 0:
                return np.asarray(self._holders[self._starts[row] : self._starts[row + 1]], np.int32)
        return np.zeros((0, 2), np.int32)

    def beginning_with(self, prefix: str, limit: int) -> tuple[str, ...]:
        """At most `limit` codes, in normal form, that begin with a prefix in normal form."""
        rows = self._codes.beginning_with(prefix)
        return tuple(self._codes.text(row) for row in rows[:limit])
