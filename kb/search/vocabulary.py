"""The vocabulary of a partition: which words and terms it has, how often, and what is spelled nearly alike.

Words are of letters only, as written but for case and accents; terms are what the analysis chain makes of them.
Words of ordinary English are known too, so that nobody is
corrected for a good word that no article happens to use. Words nearly alike are found by
symmetric deletion (Garbe's SymSpell): two words are at most n slips apart only if deleting up to
n letters from each can make them equal. Deletions are taken from the first letters alone, and
RapidFuzz checks what they bring up.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from kb.search.analysis import normalise, stop_words
from kb.search.lexicon import Lexicon
from kb.snapshot.arrays import open_array

WORDS_FOLDER = "words"  # a lexicon, and beside it
COUNTS_FILE = "counts.npy"  # uint32: how often each word stands in the partition
TERMS_FOLDER = "terms"  # a lexicon, and beside it
ARTICLES_FILE = "articles.npy"  # uint32: in how many articles each term stands; the last is the number of articles
TELLING_FILE = "telling.npy"  # uint32: how many articles' titles, headings, symptoms, errors or summaries hold each term
ENGLISH_FOLDER = "english"  # a lexicon
PAIRS_FILE = "pairs.npy"  # uint64, sorted: two words' rows that stand side by side in titles and the like
DELETIONS_FILE = "deletions.npy"  # uint32, sorted: hashes of the first letters of words, less some
GROUPS_FILE = "groups.npy"  # uint32, shape (deletions, 2): the rows of the words that begin with those letters

BEGINNING = 7  # letters that deletions are taken from, as in SymSpell; more cost memory and find no more
MAX_SLIPS = 2
_MIN_FOR_TWO_SLIPS = 8  # letters typed
_MIN_FOR_ONE_SLIP = 3  # letters typed: `hlp` is `help` less one
MAX_WORD = 32  # letters; what is longer is no slip of the finger


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word of the partition that is spelled nearly like another."""

    word: str
    count: int  # how often it stands in the partition, 1 or more
    slips: int  # 1 or 2: letters too many, missing, wrong, or swapped with the next


class Vocabulary:
    """The words of one partition, memory-mapped; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Map the files that the build left in `folder`."""
        self._words = Lexicon(folder / WORDS_FOLDER)
        self._terms = Lexicon(folder / TERMS_FOLDER)
        self._english = Lexicon(folder / ENGLISH_FOLDER)
        self._counts = open_array(folder / COUNTS_FILE).data
        self._articles = open_array(folder / ARTICLES_FILE).data
        self._telling = open_array(folder / TELLING_FILE).data
        self._pairs = open_array(folder / PAIRS_FILE)
        self._deletions = open_array(folder / DELETIONS_FILE)
        self._groups = open_array(folder / GROUPS_FILE)

    def is_known(self, word: str) -> bool:
        """Whether a folded word stands in the partition, in any of its forms, or is ordinary English."""
        return self.is_used(word) or self.is_english(word)

    def is_english(self, word: str) -> bool:
        """Whether a folded word is ordinary English."""
        return word in self._english

    def is_used(self, word: str) -> bool:
        """Whether a folded word stands in the partition, in any of its forms, or is a stop word."""
        return word in self._words or word in stop_words() or normalise(word) in self._terms

    def count(self, word: str) -> int:
        """How often a folded word stands in the partition."""
        row = self._words.find(word)
        return 0 if row < 0 else int(self._counts[row])

    def has_term(self, term: str) -> bool:
        """Whether some article holds an analysed term."""
        return term in self._terms

    def idf(self, term: str) -> float:
        """How telling an analysed term is, as Whoosh reckons it: ln(articles / (holding it + 1)) + 1."""
        row = self._terms.find(term)
        holding = 0 if row < 0 else self._articles[row]
        return math.log(max(1, self._articles[-1]) / (holding + 1)) + 1

    def share(self, term: str) -> float:
        """The share of the articles that hold an analysed term."""
        row = self._terms.find(term)
        return 0.0 if row < 0 else self._articles[row] / max(1, self._articles[-1])

    def is_telling(self, term: str) -> bool:
        """Whether some title, heading, symptom, error or summary holds an analysed term."""
        row = self._terms.find(term)
        return row >= 0 and bool(self._telling[row])

    def is_beginning(self, letters: str) -> bool:
        """Whether some word of the partition begins with these folded letters."""
        return bool(self._words.beginning_with(letters))

    def stand_together(self, first: str, second: str) -> bool:
        """Whether two folded words stand side by side in some title, heading, symptom, error or summary."""
        rows = self._words.find(first), self._words.find(second)
        if min(rows) < 0:
            return False
        pair = np.uint64(pair_of(*rows))
        place = int(np.searchsorted(self._pairs, pair))
        return place < len(self._pairs) and bool(self._pairs[place] == pair)

    def neighbours(self, word: str) -> list[Neighbour]:
        """The words at most one slip from a folded word, or two if it has eight letters; in no order."""
        if not _MIN_FOR_ONE_SLIP <= len(word) <= MAX_WORD:
            return []
        allowed = MAX_SLIPS if len(word) >= _MIN_FOR_TWO_SLIPS else 1
        rows, words = self._words_like(word, allowed)
        near = extract(word, words, scorer=OSA.distance, processor=None, limit=None, score_cutoff=allowed)
        return [Neighbour(other, int(self._counts[rows[place]]), int(slips)) for other, slips, place in near if slips]

    def _words_like(self, word: str, allowed: int) -> tuple[list[int], list[str]]:
        """The words of about the same length that share a deletion of their first letters with a word, and their rows."""
        keys = np.array([hash_of(letters) for letters in deletions(word[:BEGINNING], allowed)], np.uint32)
        first = np.searchsorted(self._deletions, keys, side="left").tolist()
        last = np.searchsorted(self._deletions, keys, side="right").tolist()
        groups = {tuple(group) for low, high in zip(first, last, strict=True) for group in self._groups[low:high].tolist()}
        rows: list[int] = []
        words: list[str] = []
        for start, end in groups:
            for row, other in enumerate(self._words.texts(start, end), start):
                if abs(len(other) - len(word)) <= allowed:
                    rows.append(row)
                    words.append(other)
        return rows, words


def deletions(letters: str, most: int) -> set[str]:
    """A word's letters, and what is left when up to `most` of them are deleted."""
    found = shortened = {letters}
    for _ in range(most):
        shortened = {left[:place] + left[place + 1 :] for left in shortened for place in range(len(left))}
        found = found | shortened
    return found


def hash_of(letters: str) -> int:
    """The number under which a deletion is filed."""
    return zlib.crc32(letters.encode())


def pair_of(first: int, second: int) -> int:
    """The number of a pair of rows."""
    return first << 32 | second
