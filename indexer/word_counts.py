"""Counts the words of articles: what a vocabulary rests on, and what single articles add to it or take with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from kb.search.analysis import compounds, normalise, surface_words


class WordCounts:
    """Counts of the articles that have come, less those that have gone."""

    def __init__(self) -> None:
        """Nothing is counted yet."""
        self.articles = 0
        self.terms: Counter[str] = Counter()  # in how many texts each stands
        self.telling: Counter[str] = Counter()  # in how many headlines each term stands
        self.pairs: Counter[tuple[str, str]] = Counter()  # words side by side in a line of headlines
        self._compounds: Counter[str] = Counter()
        self._terms_of: dict[str, tuple[str, ...]] = {}  # a text repeats most of what those before it had

    def add(self, text: str, headlines: str) -> None:
        """Count an article, whose title, headings and the like are the lines of its headlines."""
        self.articles += 1
        self._count(Counter.update, text)
        self._count_headlines(Counter.update, headlines)

    def take_away(self, text: str, headlines: str) -> None:
        """Count an article no more."""
        self.articles -= 1
        self._count(Counter.subtract, text)
        self._count_headlines(Counter.subtract, headlines)

    def words(self) -> Counter[str]:
        """How often each word stands in the texts; of letters only, since nobody mistypes a number for another."""
        words: Counter[str] = Counter()
        for compound, count in self._compounds.items():
            for word in surface_words(compound):
                if word.isalpha():
                    words[word] += count
        return words

    def _count(self, change: Callable[[Counter[Any], Iterable[Any]], None], text: str) -> None:
        found = compounds(text)
        change(self._compounds, found)
        change(self.terms, self._terms_in(found))

    def _count_headlines(self, change: Callable[[Counter[Any], Iterable[Any]], None], headlines: str) -> None:
        terms: set[str] = set()
        for line in headlines.split("\n"):
            found = compounds(line)
            terms |= self._terms_in(found)
            words = [word for compound in found for word in surface_words(compound)[:1] if word.isalpha()]
            change(self.pairs, pairwise(words))
        change(self.telling, terms)

    def _terms_in(self, found: Iterable[str]) -> set[str]:
        distinct = set(found)
        for compound in distinct.difference(self._terms_of):
            self._terms_of[compound] = tuple(map(normalise, surface_words(compound)))
        return {term for compound in distinct for term in self._terms_of[compound]}
