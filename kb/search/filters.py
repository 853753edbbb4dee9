"""Filters and facets: which articles have a value, and how many results each value would leave."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kb.search.types import Facets, FacetValue, FieldTerm, Filters, Mask

if TYPE_CHECKING:
    from kb.content.types import Site
    from kb.snapshot.cards import Card

FACETS = ("topic", "product", "platform")

_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "": operator.eq,
}
_UPDATED = re.compile(r"([<>]=?|)(.+)")


def value_titles(site: Site) -> dict[str, dict[str, str]]:
    """What each facet's values are called: facet -> id -> title."""
    topics = {topic.id: topic.title for topic in site.topics}
    return {"topic": topics, "product": dict(site.products), "platform": dict(site.platforms)}


class FacetIndex:
    """Which articles of a partition have which topic, product and platform."""

    def __init__(self, cards: Sequence[Card], site: Site) -> None:
        """Index the cards; the names of values come from the site."""
        listed = tuple((card.topic, card.products, card.platforms, card.updated) for card in cards)
        self._updated: tuple[dt.date | None, ...] = tuple(updated for *_, updated in listed)
        self._titles = value_titles(site)
        self._masks: dict[str, dict[str, Mask]] = {
            "topic": _masks([(topic,) for topic, *_ in listed]),
            "product": _masks([products for _, products, *_ in listed]),
            "platform": _masks([platforms for _, _, platforms, _ in listed]),
        }
        self._size = len(listed)

    def values(self, facet: str) -> tuple[str, ...]:
        """The values of a facet that some article of this partition has."""
        return tuple(self._masks[facet])

    def allowed(self, filters: Filters, *, but: str = "") -> Mask:
        """Articles that have one of the values of every facet, the facet `but` left out of account."""
        mask = np.ones(self._size, np.bool_)
        for facet in FACETS:
            values: tuple[str, ...] = getattr(filters, facet)
            if values and facet != but:
                mask &= self._any(facet, values)
        return mask

    def satisfying(self, fields: Sequence[FieldTerm]) -> Mask:
        """Articles that satisfy the query's `topic:`, `product:`, `platform:` and `updated:` terms."""
        mask = np.ones(self._size, np.bool_)
        for term in fields:
            if term.field in FACETS:
                mask &= self._any(term.field, (term.value.casefold(),))
            elif term.field == "updated":
                mask &= self._updated_when(term.value)
        return mask

    def count(self, results: Mask, filters: Filters) -> Facets:
        """For each value, how many of `results` (not yet filtered) choosing it alone in its facet would leave."""
        return {facet: self._count_one(facet, results & self.allowed(filters, but=facet), filters) for facet in FACETS}

    def _count_one(self, facet: str, results: Mask, filters: Filters) -> tuple[FacetValue, ...]:
        chosen: tuple[str, ...] = getattr(filters, facet)
        titles = self._titles[facet]
        counted = [
            FacetValue(value, titles.get(value, value), int((mask & results).sum()), value in chosen)
            for value, mask in self._masks[facet].items()
        ]
        shown = [value for value in counted if value.count or value.selected]
        return tuple(sorted(shown, key=lambda value: (-value.count, value.title)))

    def _any(self, facet: str, values: Sequence[str]) -> Mask:
        mask = np.zeros(self._size, np.bool_)
        for value in values:
            if value in self._masks[facet]:
                mask |= self._masks[facet][value]
        return mask

    def _updated_when(self, condition: str) -> Mask:
        match = _UPDATED.fullmatch(condition)
        if match is None:
            return np.zeros(self._size, np.bool_)
        compare, bound = _COMPARE[match[1]], match[2]
        # A month or a year stands for the whole of it: both sides are compared at its length.
        dates = (date.isoformat()[: len(bound)] if date else "" for date in self._updated)
        return np.fromiter((bool(date) and compare(date, bound) for date in dates), np.bool_, self._size)


def _masks(values_of: Sequence[Sequence[str]]) -> dict[str, Mask]:
    rows_with: dict[str, list[int]] = {}
    for row, values in enumerate(values_of):
        for value in values:
            if value:
                rows_with.setdefault(value, []).append(row)
    masks: dict[str, Mask] = {}
    for value, rows in rows_with.items():
        masks[value] = np.zeros(len(values_of), np.bool_)
        masks[value][rows] = True
    return masks
