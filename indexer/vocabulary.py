"""Compiles a partition's vocabulary: its words and terms with counts, pairs of words, and what is spelled nearly alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.counts import GONE, Numbers
from indexer.deletions import write_deletions
from indexer.sharing import share, share_tree
from indexer.word_counts import WordCounts
from kb.search.lexicon import Lexicon, write_lexicon
from kb.search.vocabulary import (
    ARTICLES_FILE,
    COUNTS_FILE,
    DELETIONS_FILE,
    ENGLISH_FOLDER,
    GROUPS_FILE,
    PAIRS_FILE,
    TELLING_FILE,
    TERMS_FOLDER,
    WORDS_FOLDER,
    pair_of,
)
from kb.snapshot.arrays import open_array

PAIR_COUNTS_FILE = "pair_counts.npy"  # uint32: how often each of the pairs stands there; only the next build reads it

_ENGLISH_FILE = "frequency_dictionary_en_82_765.txt"  # of symspellpy: a word and its count in Google's n-grams a line
_ROW_BITS = np.uint64(32)  # of each row in `pair_of`
_ROW_MASK = np.uint64(2**32 - 1)


@dataclass(frozen=True, slots=True)
class _Lists:
    """The strings of a lexicon before and after a change."""

    before: Sequence[str]
    after: Sequence[str]

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    def new_rows(self) -> Numbers:
        """The row of each string that was there before, or `GONE`."""
        row_of = {text: row for row, text in enumerate(self.after)}
        return np.array([row_of.get(text, GONE) for text in self.before], np.int32)


def write_vocabulary(folder: Path, texts: Iterable[str], headlines: Sequence[str]) -> None:
    """Write the vocabulary of articles, given by their whole texts, one each, into a new folder.

    `headlines` are their titles, headings and the like, of which the pairs of words are kept.
    """
    counts = WordCounts()
    for text, headline in zip_longest(texts, headlines, fillvalue=""):
        counts.add(text, headline)
    save_vocabulary(folder, counts)


def save_vocabulary(folder: Path, change: WordCounts, base: Path | None = None) -> None:
    """Write the vocabulary of counted articles into a new folder; on top of what the one in `base` counts, if there is one."""
    words = _save_words(folder, change, base)
    _save_terms(folder, change, base)
    _save_pairs(folder, change, base, words)
    if base:
        share_tree(base / ENGLISH_FOLDER, folder / ENGLISH_FOLDER)
    else:
        write_lexicon(folder / ENGLISH_FOLDER, sorted(english_words()))
    if base and words.is_same:
        for name in (DELETIONS_FILE, GROUPS_FILE):
            share(base / name, folder / name)
    else:
        write_deletions(folder, words.after, (base, words.before) if base else None)


@cache
def english_words() -> frozenset[str]:
    """Ordinary English words, of letters only."""
    text = (files("symspellpy") / _ENGLISH_FILE).read_text(encoding="utf-8-sig")
    return frozenset(word for line in text.splitlines() if (word := line.partition(" ")[0]).isalpha())


def _save_words(folder: Path, change: WordCounts, base: Path | None) -> _Lists:
    before = _strings(base / WORDS_FOLDER) if base else []
    counted = _add_up(before, open_array(base / COUNTS_FILE).tolist() if base else [], change.words())
    words = _Lists(before, sorted(counted))
    _save_list(folder / WORDS_FOLDER, words, base)
    _save_counts(folder / COUNTS_FILE, [counted[word] for word in words.after])
    return words


def _save_terms(folder: Path, change: WordCounts, base: Path | None) -> None:
    before = _strings(base / TERMS_FOLDER) if base else []
    *holding, articles = open_array(base / ARTICLES_FILE).tolist() if base else [0]
    telling = _add_up(before, open_array(base / TELLING_FILE).tolist() if base else [], change.telling)
    counted = _add_up(before, holding, change.terms)
    terms = _Lists(before, sorted(counted))
    _save_list(folder / TERMS_FOLDER, terms, base)
    _save_counts(folder / ARTICLES_FILE, [*(counted[term] for term in terms.after), articles + change.articles])
    _save_counts(folder / TELLING_FILE, [telling.get(term, 0) for term in terms.after])


def _save_pairs(folder: Path, change: WordCounts, base: Path | None, words: _Lists) -> None:
    row_of = {word: row for row, word in enumerate(words.after)}
    changed = {
        pair_of(row_of[first], row_of[second]): count
        for (first, second), count in change.pairs.items()
        if first in row_of and second in row_of
    }
    pairs, counts = np.array(list(changed), np.uint64), np.array(list(changed.values()), np.int64)
    if base:
        kept, kept_counts = _carry_pairs(base, words)
        pairs, counts = np.concatenate([kept, pairs]), np.concatenate([kept_counts, counts])
    distinct, places = np.unique(pairs, return_inverse=True)
    total = np.bincount(places, counts, len(distinct)).astype(np.int64)
    stays = total > 0
    np.save(folder / PAIRS_FILE, distinct[stays], allow_pickle=False)
    _save_counts(folder / PAIR_COUNTS_FILE, total[stays])


def _carry_pairs(base: Path, words: _Lists) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """The pairs that were there and their counts, under their words' new rows; a word that is gone takes its pairs along."""
    pairs = open_array(base / PAIRS_FILE)
    rows = words.new_rows().astype(np.int64)
    first, second = rows[(pairs >> _ROW_BITS).astype(np.int64)], rows[(pairs & _ROW_MASK).astype(np.int64)]
    kept = (first != GONE) & (second != GONE)
    moved = (first[kept].astype(np.uint64) << _ROW_BITS) | second[kept].astype(np.uint64)
    return moved, open_array(base / PAIR_COUNTS_FILE)[kept].astype(np.int64)


def _strings(folder: Path) -> list[str]:
    lexicon = Lexicon(folder)
    return lexicon.texts(0, len(lexicon))


def _add_up(strings: Sequence[str], counts: Sequence[int], change: Mapping[str, int]) -> dict[str, int]:
    """Counts with a change made to them, without what is no longer there."""
    total = dict(zip(strings, counts, strict=True))
    for text, count in change.items():
        total[text] = total.get(text, 0) + count
        if total[text] <= 0:
            del total[text]
    return total


def _save_list(folder: Path, strings: _Lists, base: Path | None) -> None:
    if base and strings.is_same:
        share_tree(base / folder.name, folder)
    else:
        write_lexicon(folder, strings.after)


def _save_counts(file: Path, counts: npt.ArrayLike) -> None:
    np.save(file, np.asarray(counts, np.uint32), allow_pickle=False)
