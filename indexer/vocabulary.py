"""Compiles a partition's vocabulary: its words and terms with counts, pairs of words, and what is spelled nearly alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import numpy as np

from kb.search.analysis import compounds, normalise, surface_words
from kb.search.lexicon import write_lexicon
from kb.search.vocabulary import (
    ARTICLES_FILE,
    BEGINNING,
    COUNTS_FILE,
    DELETIONS_FILE,
    ENGLISH_FOLDER,
    GROUPS_FILE,
    MAX_SLIPS,
    PAIRS_FILE,
    TELLING_FILE,
    TERMS_FOLDER,
    WORDS_FOLDER,
    deletions,
    hash_of,
    pair_of,
)

_ENGLISH_FILE = "frequency_dictionary_en_82_765.txt"  # of symspellpy: a word and its count in Google's n-grams a line
_MIN_FOR_TWO_SLIPS = 6  # letters: eight typed, two of them too many


def write_vocabulary(folder: Path, texts: Iterable[str], telling: Sequence[str]) -> None:
    """Write the vocabulary of a partition's articles into a new folder.

    `texts` are the whole texts, one an article; `telling` are their titles, headings and the
    like, of which the pairs of words are kept.
    """
    counted = _count(texts)
    words = sorted(counted.words, key=str.encode)
    write_lexicon(folder / WORDS_FOLDER, words)
    np.save(folder / COUNTS_FILE, np.array([counted.words[word] for word in words], np.uint32), allow_pickle=False)
    terms = sorted(counted.terms, key=str.encode)
    write_lexicon(folder / TERMS_FOLDER, terms)
    holding = [*(counted.terms[term] for term in terms), counted.articles]
    np.save(folder / ARTICLES_FILE, np.array(holding, np.uint32), allow_pickle=False)
    headlines = _count(telling).terms
    np.save(folder / TELLING_FILE, np.array([term in headlines for term in terms], np.bool_), allow_pickle=False)
    write_lexicon(folder / ENGLISH_FOLDER, sorted(english_words(), key=str.encode))
    np.save(folder / PAIRS_FILE, _pairs(words, telling), allow_pickle=False)
    _write_deletions(folder, words)


@dataclass(frozen=True, slots=True)
class _Counted:
    words: Counter[str]  # of letters only: nobody mistypes a number for another
    terms: Counter[str]  # in how many texts each stands
    articles: int


def _count(texts: Iterable[str]) -> _Counted:
    """Count the words and terms of texts: parts of compounds, and compounds without their joints."""
    seen: Counter[str] = Counter()
    terms: Counter[str] = Counter()
    terms_of: dict[str, tuple[str, ...]] = {}  # a text repeats most of what those before it had
    articles = 0
    for articles, text in enumerate(texts, 1):  # noqa: B007 - counted for what comes after the loop
        found = compounds(text)
        seen.update(found)
        distinct = set(found)
        for compound in distinct.difference(terms_of):
            terms_of[compound] = tuple(map(normalise, surface_words(compound)))
        terms.update({term for compound in distinct for term in terms_of[compound]})
    words: Counter[str] = Counter()
    for compound, count in seen.items():
        for word in surface_words(compound):
            if word.isalpha():
                words[word] += count
    return _Counted(words, terms, articles)


@cache
def english_words() -> frozenset[str]:
    """Ordinary English words, of letters only."""
    text = (files("symspellpy") / _ENGLISH_FILE).read_text(encoding="utf-8-sig")
    return frozenset(word for line in text.splitlines() if (word := line.partition(" ")[0]).isalpha())


def _pairs(words: Sequence[str], telling: Iterable[str]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    row_of = {word: row for row, word in enumerate(words)}
    pairs: set[int] = set()
    for text in telling:
        for line in text.split("\n"):
            rows = [row_of[word] for compound in compounds(line) for word in surface_words(compound)[:1] if word in row_of]
            pairs.update(pair_of(*pair) for pair in pairwise(rows))
    return np.array(sorted(pairs), np.uint64)


def _write_deletions(folder: Path, words: Sequence[str]) -> None:
    """File every group of words that begin alike under the deletions of that beginning."""
    filed = [(hash_of(letters), start, end) for start, end in _groups(words) for letters in _deletions_of(words, start, end)]
    table = np.array(filed, np.uint32).reshape(-1, 3)
    table = table[np.argsort(table[:, 0], kind="stable")]
    np.save(folder / DELETIONS_FILE, np.ascontiguousarray(table[:, 0]), allow_pickle=False)
    np.save(folder / GROUPS_FILE, np.ascontiguousarray(table[:, 1:]), allow_pickle=False)


def _groups(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of rows of words that begin alike."""
    start = 0
    for row in range(1, len(words) + 1):
        if row == len(words) or words[row][:BEGINNING] != words[start][:BEGINNING]:
            yield start, row
            start = row


def _deletions_of(words: Sequence[str], start: int, end: int) -> set[str]:
    longest = max(len(word) for word in words[start:end])
    return deletions(words[start][:BEGINNING], MAX_SLIPS if longest >= _MIN_FOR_TWO_SLIPS else 1)
