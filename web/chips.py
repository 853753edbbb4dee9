"""The filters of a results page, as links that add or remove one value each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from kb.content.types import Site
from kb.search.filters import FACETS, value_titles
from kb.search.types import FacetValue, Query, Results

LABELS = {"topic": "Topic", "product": "Product", "platform": "Device"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter value; following `href` turns it on, or off if it is selected."""

    title: str
    href: str
    count: int = 0
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ChipGroup:
    """The values of one facet that can be chosen."""

    label: str
    chips: tuple[Chip, ...]


def find_results_address(query: Query, cursor: str | None = None) -> str:
    """Return the address of a results page."""
    filters: dict[str, Any] = {facet: list(getattr(query.filters, facet)) for facet in FACETS}
    verbatim = "1" if query.verbatim else None
    return url_for("help_center.results", q=query.text, verbatim=verbatim, cursor=cursor, **filters)


def selected_chips(query: Query, site: Site) -> tuple[Chip, ...]:
    """The filters in force, each to be taken off."""
    titles = value_titles(site)
    return tuple(
        Chip(titles[facet].get(value, value), find_results_address(_toggle(query, facet, value)), selected=True)
        for facet in FACETS
        for value in getattr(query.filters, facet)
    )


def chip_groups(query: Query, results: Results) -> tuple[ChipGroup, ...]:
    """The filters on offer, per facet; values that would leave nothing are left out."""
    groups = (ChipGroup(LABELS[facet], tuple(_offered(query, facet, results.facets.get(facet, ())))) for facet in FACETS)
    return tuple(group for group in groups if group.chips)


def _offered(query: Query, facet: str, values: tuple[FacetValue, ...]) -> Iterator[Chip]:
    for value in values:
        if value.count and not value.selected:
            yield Chip(value.title, find_results_address(_toggle(query, facet, value.value)), value.count)


def _toggle(query: Query, facet: str, value: str) -> Query:
    chosen: tuple[str, ...] = getattr(query.filters, facet)
    others = tuple(other for other in chosen if other != value)
    values = others if len(others) < len(chosen) else (*chosen, value)
    return replace(query, filters=replace(query.filters, **{facet: values}))
