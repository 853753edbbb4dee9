"""The analyser: texts to the numbers of their terms, each distinct word analysed once.

No term reaches across white space, so that a text's terms are those of its words in a row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.search.analysis import tokenise, words

_REMEMBERED = 2**17  # words: nearly all of what 13,337 articles say, in some 60 MB


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, analysed."""

    numbers: tuple[int, ...]  # of its terms
    parts: tuple[tuple[str, int], ...]  # its terms but for joined-up compounds, each with its position in the word
    width: int  # positions that it takes


class Analyser:
    """Analyses texts, and numbers their terms in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._word = lru_cache(_REMEMBERED)(self._analyse)

    @property
    def terms(self) -> Sequence[str]:
        """The terms met so far, by number."""
        return tuple(self._numbers)

    def numbers(self, text: str) -> list[int]:
        """The number of each term of a text, as often as it stands there."""
        return [number for word in text.split() for number in self._word(word).numbers]

    def places(self, text: str) -> Mapping[str, list[int]]:
        """Where each term stands in a text, without joined-up compounds: a phrase is a run of parts."""
        found: dict[str, list[int]] = defaultdict(list)
        position = 0
        for written in text.split():
            word = self._word(written)
            for term, offset in word.parts:
                found[term].append(position + offset)
            position += word.width
        return found

    def _analyse(self, word: str) -> Word:
        tokens = list(tokenise(word))
        numbers = tuple(self._numbers.setdefault(token.term, len(self._numbers)) for token in tokens)
        parts = tuple((token.term, token.position) for token in tokens if not token.is_whole)
        return Word(numbers, parts, len(words(word)))
