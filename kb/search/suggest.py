"""Suggestions while typing: titles, symptoms and headings that hold the words typed so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kb.search.analysis import stop_words, wholes, words
from kb.search.suggest_tables import Kind, Tables
from kb.search.types import Mask, Rows, Suggestion

MOST_TYPED = 12  # words; more is a question, and the search itself answers it
LONGEST_TYPED = 200  # characters; as above
MOST_HOLDERS = 65_536  # entries of one kind that hold a word; one that more of them hold tells nothing apart
MOST_DOUBTED = 3  # words; in more of them, those that nothing begins with are the wrong ones
MOST_REMEMBERED = 512  # words, and the middles and slips that they were found to mean
MOST_NARROWING = 4  # words, the rarest, that entries are looked up by; for the few that are left, the others are checked
MOST_LOOKED_AT = 64  # entries of one kind that are looked at one by one

# Places in the word list that a typed word may stand for.
Meant = range | frozenset[int]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a suggestion stands among others: the smallest first."""

    freedom: int  # how freely the typed words were read
    unused: int  # minus how often the page has been opened
    kind: Kind
    begins_otherwise: bool  # than what was typed
    row: int  # entries are numbered from short to long


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion and its place."""

    place: Place
    suggestion: Suggestion


class SuggestIndex:
    """Finds suggestions in compiled tables; safe to share between threads."""

    def __init__(self, tables: Tables) -> None:
        """Look into `tables`."""
        self._tables = tables
        self._words = tables.word_list
        # Words stay as they are while the next ones are typed.
        self._containing = lru_cache(MOST_REMEMBERED)(self._words.containing)
        self._despite_slips = lru_cache(MOST_REMEMBERED)(self._words.despite_slips)

    def suggest(self, text: str, limit: int, used: Rows | None = None) -> tuple[Suggestion, ...]:
        """At most `limit` suggestions, one for each address, the best first; none for an empty text.

        `used`, of shape (pages,), says how often each page has been opened.
        """
        return choose(self.find(text, limit, used), limit)

    def find(self, text: str, limit: int, used: Rows | None = None) -> list[Found]:
        """As `suggest`, in any order and with their places, to be put in order with those of another index."""
        for typed in read_typed(text) if limit > 0 else ():
            if found := self._find_typed(typed, limit, used):
                return found
        return []

    def knows(self, text: str) -> bool:
        """Whether all words of a text, stop words aside, stand in what may be suggested."""
        return all(word in stop_words() or self._words.holds(word) for word in words(text))

    def _find_typed(self, typed: Sequence[str], limit: int, used: Rows | None) -> list[Found]:
        """Read the words as beginnings, then the last one as a middle, then all with slips, until there are enough."""
        begun: list[Meant] = []
        for word in typed:
            begun.append(self._words.beginning_with(word) or self._read_freely(word))
            if not begun[-1]:
                return []
        found = self._find(begun, 0, limit, used)
        if len(found) < limit:
            found += self._find([*begun[:-1], self._containing(typed[-1])], 1, limit, used)
        if not found and len(typed) <= MOST_DOUBTED:
            corrected = [frozenset(meant) | self._despite_slips(word) for word, meant in zip(typed, begun, strict=True)]
            found = self._find(corrected, 2, limit, used)
        return found

    def _read_freely(self, word: str) -> Meant:
        return self._containing(word) or self._despite_slips(word)

    def _find(self, meant: Sequence[Meant], freedom: int, limit: int, used: Rows | None) -> list[Found]:
        """Look through one kind after the other until there are enough; use counts for titles alone."""
        best: dict[str, Found] = {}
        for kind in Kind if all(meant) else ():
            entries = self._holding(kind, meant)
            if not len(entries):
                continue
            use = used[self._tables.pages[entries]] if used is not None and kind is Kind.TITLE else np.zeros_like(entries)
            for row, times, otherwise in self._nearest(entries, use, meant[0]):
                if len(best) == limit:
                    return list(best.values())
                if self._fits(row, meant):
                    suggestion = self._tables.suggestion(row)
                    best.setdefault(suggestion.url, Found(Place(freedom, -times, kind, otherwise, row), suggestion))
        return list(best.values())

    def _holding(self, kind: Kind, meant: Sequence[Meant]) -> Rows:
        """The entries of a kind that hold every word, the shortest first; a word in too many narrows nothing."""
        first, end = self._tables.kinds[kind : kind + 2].tolist()
        rarest, *others = sorted((self._holders(kind, places) for places in meant), key=len)
        if not len(rarest):
            return rarest
        held = _mark(rarest[:MOST_HOLDERS], end - first)
        for holders in others[: MOST_NARROWING - 1]:
            if len(holders) <= MOST_HOLDERS:
                held &= _mark(holders, end - first)
        return held.nonzero()[0].astype(np.int32) + np.int32(first)

    def _holders(self, kind: Kind, places: Meant) -> Rows:
        starts = self._tables.holder_starts
        base = kind * len(self._words)
        if isinstance(places, range):
            return self._tables.holders[starts[base + places.start] : starts[base + places.stop]]
        lists = [self._tables.holders[starts[base + place] : starts[base + place + 1]] for place in places]
        return np.concatenate(lists) if lists else self._tables.holders[:0]

    def _nearest(self, entries: Rows, use: Rows, first: Meant) -> list[tuple[int, int, bool]]:
        """Row, use and whether it begins otherwise, of the entries worth a look, the best first."""
        heads = self._tables.words[self._tables.word_ends[entries, 0]]
        if isinstance(first, range):
            otherwise = (heads < first.start) | (heads >= first.stop)
        else:
            otherwise = np.isin(heads, list(first), invert=True)
        chosen = np.lexsort((otherwise, -use))[:MOST_LOOKED_AT]
        return list(zip(entries[chosen].tolist(), use[chosen].tolist(), otherwise[chosen].tolist(), strict=True))

    def _fits(self, row: int, meant: Sequence[Meant]) -> bool:
        """Whether an entry holds every word, and one of them in what it says itself."""
        start, own_end, end = self._tables.word_ends[row].tolist()
        held = self._tables.words[start:end].tolist()
        own = held[: own_end - start]
        return all(any(word in places for word in held) for places in meant) and any(
            word in places for word in own for places in meant
        )


def _mark(rows: Rows, size: int) -> Mask:
    held = np.zeros(size, np.bool_)
    held[rows] = True
    return held


def read_typed(text: str) -> list[list[str]]:
    """The words to look for, with compounds joined up if there are any, then with their parts.

    Stop words are left out unless there is nothing else.
    """
    whole, parted = wholes(text[:LONGEST_TYPED])[:MOST_TYPED], words(text[:LONGEST_TYPED])[:MOST_TYPED]
    readings = [whole, parted] if whole != parted else [parted]
    return [[word for word in typed if word not in stop_words()] or typed for typed in readings if typed]


def choose(found: Iterable[Found], limit: int) -> tuple[Suggestion, ...]:
    """The best suggestions, one for each address."""
    best: dict[str, Suggestion] = {}
    for one in sorted(found, key=lambda one: one.place):
        best.setdefault(one.suggestion.url, one.suggestion)
    return tuple(best.values())[:limit]
