"""The query string of the results page, read into one value."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kb.search.filters import FACETS
from kb.search.types import Filters, Query

MOST_VALUES = 20  # of one facet; more is not a reader choosing filters


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query, and where in its results the reader wants to go on."""

    query: Query
    cursor: str = ""  # empty for the first page


def read_search_request(args: MultiDict[str, str]) -> SearchRequest:
    """Read `q`, `topic`, `product`, `platform`, `verbatim` and `cursor`."""
    filters = Filters(*(_values(args, facet) for facet in FACETS))
    query = Query(text=args.get("q", "").strip(), filters=filters, verbatim=args.get("verbatim") == "1")
    return SearchRequest(query, args.get("cursor", ""))


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in args.getlist(facet) if value))[:MOST_VALUES]
