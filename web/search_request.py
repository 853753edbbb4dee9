"""The query string of the results page, read into one value."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kb.search.paging import decode_cursor
from kb.search.types import Filters, Query

FACETS = ("topic", "product", "platform")
MOST_VALUES = 20  # of one facet; more is not a reader choosing filters


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query, and the snapshot whose results are being paged through (None: the current one)."""

    query: Query
    snapshot: str | None = None


def read_search_request(args: MultiDict[str, str]) -> SearchRequest:
    """Read `q`, `topic`, `product`, `platform` and `cursor`. Raises `CursorError` for a cursor of another query."""
    text = args.get("q", "").strip()
    filters = Filters(*(_values(args, facet) for facet in FACETS))
    query = Query(text=text, filters=filters)
    cursor = args.get("cursor", "")
    if not cursor:
        return SearchRequest(query)
    snapshot, offset = decode_cursor(cursor, query)
    return SearchRequest(Query(text=text, filters=filters, offset=offset), snapshot)


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in args.getlist(facet) if value))[:MOST_VALUES]
