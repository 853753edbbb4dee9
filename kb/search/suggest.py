"""Suggestions while typing: titles, headings and symptoms whose words begin like those typed."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from kb.search.analysis import words
from kb.search.types import Suggestion

_MAX_WORDS = 12  # of what was typed; more is a question, and the search itself answers it


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that may be suggested, and the words it is found by."""

    suggestion: Suggestion
    found_by: str
    rank: int  # 0 for a title, higher for what says less of an article


class SuggestIndex:
    """The suggestions of one partition, held in memory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Index the entries by every word they are found by."""
        self._entries = tuple(entries)
        rows: dict[str, set[int]] = defaultdict(set)
        for row, entry in enumerate(self._entries):
            for word in words(entry.found_by):
                rows[word].add(row)
        self._words = sorted(rows)
        self._rows = rows

    def suggest(self, text: str, limit: int) -> tuple[Suggestion, ...]:
        """At most `limit` suggestions, one per address, the closest first; none for an empty text."""
        typed = words(text)[:_MAX_WORDS]
        if not typed or limit < 1:
            return ()
        found = self._beginning_with(typed[0])
        for word in typed[1:]:
            found = found & self._beginning_with(word)
        best: dict[str, Suggestion] = {}
        for row in sorted(found, key=lambda row: self._closeness(row, typed)):
            suggestion = self._entries[row].suggestion
            best.setdefault(suggestion.url, suggestion)
        return tuple(best.values())[:limit]

    def _beginning_with(self, prefix: str) -> set[int]:
        start = bisect.bisect_left(self._words, prefix)
        stop = bisect.bisect_left(self._words, prefix + "\U0010ffff")
        return set().union(*(self._rows[word] for word in self._words[start:stop]))

    def _closeness(self, row: int, typed: list[str]) -> tuple[int, int, int, str]:
        entry = self._entries[row]
        first = words(entry.found_by)[: len(typed)]
        begins_alike = all(have.startswith(want) for have, want in zip(first, typed, strict=False))
        return (entry.rank, 0 if begins_alike else 1, len(entry.found_by), entry.suggestion.url)
