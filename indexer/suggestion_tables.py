"""Puts together the suggestions of new articles and those of a build before, by moving arrays: no text is analysed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.counts import GONE, Numbers
from kb.search.suggest_tables import Kind, Starts, Tables, list_holders, make_block
from kb.search.types import Rows, Suggestion
from kb.search.word_list import WordList, make_word_list


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries in no order, with their words and texts end to end."""

    kinds: Numbers
    lengths: Rows
    pages: Rows
    words: Rows
    word_ends: Starts  # shape (entries, 3)
    texts: npt.NDArray[np.uint8]
    text_starts: Starts
    text_ends: Starts


def merge_tables(new: Tables, before: Tables, rows: Numbers, pages: Sequence[Suggestion]) -> Tables:
    """One set of tables; `rows` are the new rows of the pages before, or `GONE`, the others' entries are all new."""
    kept = rows[before.pages] != GONE
    words, numbers = _join_words(new, before, kept)
    entries = _join_entries(_entries_of(new, new.pages, numbers[0]), _entries_of(before, rows[before.pages], numbers[1]))
    chosen = np.flatnonzero(np.concatenate([np.ones(len(new.pages), np.bool_), kept]))
    keys = (entries.pages[chosen], entries.lengths[chosen], entries.kinds[chosen])
    order = chosen[np.lexsort(keys)]  # stable, and all entries of one page come from one side
    kinds = np.searchsorted(entries.kinds[order], range(len(Kind) + 1)).astype(np.int64)
    ends = entries.word_ends[order]
    flat = entries.words[_spans(ends[:, 0], ends[:, 2])]
    starts = _starts(ends[:, 2] - ends[:, 0])[:-1, np.newaxis]
    ends = starts + ends - ends[:, :1]
    holders, holder_starts = list_holders(flat, ends, kinds, len(words))
    page_block, page_starts = make_block((page.text, page.url, page.topic_title) for page in pages)
    first, last = entries.text_starts[order], entries.text_ends[order]
    return Tables(
        word_list=words,
        kinds=kinds,
        holders=holders,
        holder_starts=holder_starts,
        words=flat,
        word_ends=ends,
        pages=entries.pages[order],
        lengths=entries.lengths[order],
        page_block=page_block,
        page_starts=page_starts,
        part_block=entries.texts[_spans(first, last)].tobytes(),
        part_starts=_starts(last - first),
    )


def _join_words(new: Tables, before: Tables, kept: npt.NDArray[np.bool_]) -> tuple[WordList, tuple[Numbers, Numbers]]:
    """The words of all entries that stay, and the new numbers of the words of each side."""
    known, added = (bytes(tables.word_list.block[:]).split(b"\n")[:-1] for tables in (before, new))
    used = np.unique(before.words[_spans(before.word_ends[kept, 0], before.word_ends[kept, 2])])
    words = sorted({*added, *(known[number] for number in used.tolist())})
    number_of = {word: number for number, word in enumerate(words)}
    new_numbers = np.array([number_of[word] for word in added], np.int32)
    return make_word_list(word.decode() for word in words), (
        new_numbers,
        np.array([number_of.get(word, GONE) for word in known], np.int32),
    )


def _entries_of(tables: Tables, pages: Rows, numbers: Numbers) -> _Entries:
    return _Entries(
        kinds=np.repeat(np.arange(len(Kind), dtype=np.int32), np.diff(tables.kinds)),
        lengths=tables.lengths,
        pages=np.asarray(pages, np.int32),
        words=numbers[tables.words],
        word_ends=tables.word_ends,
        texts=np.frombuffer(tables.part_block, np.uint8),
        text_starts=tables.part_starts[:-1],
        text_ends=tables.part_starts[1:],
    )


def _join_entries(first: _Entries, second: _Entries) -> _Entries:
    words, texts = len(first.words), len(first.texts)
    return _Entries(
        kinds=np.concatenate([first.kinds, second.kinds]),
        lengths=np.concatenate([first.lengths, second.lengths]),
        pages=np.concatenate([first.pages, second.pages]),
        words=np.concatenate([first.words, second.words]),
        word_ends=np.concatenate([first.word_ends, second.word_ends + words]),
        texts=np.concatenate([first.texts, second.texts]),
        text_starts=np.concatenate([first.text_starts, second.text_starts + texts]),
        text_ends=np.concatenate([first.text_ends, second.text_ends + texts]),
    )


def _spans(starts: Starts, ends: Starts) -> npt.NDArray[np.int64]:
    """The positions in a row of spans."""
    lengths = ends - starts
    return np.asarray(np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths), np.int64)


def _starts(lengths: npt.NDArray[Any]) -> Starts:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
