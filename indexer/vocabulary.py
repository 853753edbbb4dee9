"""Compiles a partition's vocabulary: its words and terms with counts, pairs of words, and what is spelled nearly alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
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


def write_vocabulary(folder: Path, texts: Sequence[str], telling: Sequence[str]) -> None:
    """Write the vocabulary of a partition's articles into a new folder.

    `texts` are the whole texts, one an article; `telling` are their titles, headings and the
    like, of which the pairs of words are kept.
    """
    counts: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for text in texts:
        found = count_words(text)
        counts.update(found)
        articles.update({normalise(word) for word in found})
    words = sorted(counts, key=str.encode)
    write_lexicon(folder / WORDS_FOLDER, words)
    np.save(folder / COUNTS_FILE, np.array([counts[word] for word in words], np.uint32), allow_pickle=False)
    terms = sorted(articles, key=str.encode)
    write_lexicon(folder / TERMS_FOLDER, terms)
    holding = [*(articles[term] for term in terms), len(texts)]
    np.save(folder / ARTICLES_FILE, np.array(holding, np.uint32), allow_pickle=False)
    headlines = {normalise(word) for text in telling for word in count_words(text)}
    np.save(folder / TELLING_FILE, np.array([term in headlines for term in terms], np.bool_), allow_pickle=False)
    write_lexicon(folder / ENGLISH_FOLDER, sorted(english_words() - counts.keys(), key=str.encode))
    np.save(folder / PAIRS_FILE, _pairs(words, telling), allow_pickle=False)
    _write_deletions(folder, words)


def count_words(text: str) -> Counter[str]:
    """The words of a text, folded, with their counts: parts of compounds, and compounds without their joints."""
    counts: Counter[str] = Counter()
    for compound, count in Counter(compounds(text)).items():
        for word in surface_words(compound):
            counts[word] += count
    return counts


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
            pairs.update(pair_of(*pair) for pair in zip(rows, rows[1:], strict=False))
    return np.array(sorted(pairs), np.uint64)


def _write_deletions(folder: Path, words: Sequence[str]) -> None:
    """File every group of words that begin alike under the deletions of that beginning."""
    filed = [(hash_of(letters), start, end) for start, end in _groups(words) for letters in _deletions_of(words, start, end)]
    filed.sort()
    table = np.array(filed, np.uint32).reshape(-1, 3)
    np.save(folder / DELETIONS_FILE, np.ascontiguousarray(table[:, 0]), allow_pickle=False)
    np.save(folder / GROUPS_FILE, np.ascontiguousarray(table[:, 1:]), allow_pickle=False)


def _groups(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The runs of rows of words that begin alike, of those words that can be meant by another."""
    start = 0
    for row in range(1, len(words) + 1):
        if row == len(words) or words[row][:BEGINNING] != words[start][:BEGINNING]:
            if words[start][:BEGINNING].isalpha():
                yield start, row
            start = row


def _deletions_of(words: Sequence[str], start: int, end: int) -> set[str]:
    longest = max(len(word) for word in words[start:end])
    return deletions(words[start][:BEGINNING], MAX_SLIPS if longest >= _MIN_FOR_TWO_SLIPS else 1)
