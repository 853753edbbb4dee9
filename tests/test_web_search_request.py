"""The query string is read in one place, and nothing in it is trusted."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from kb.errors import CursorError
from kb.search.paging import encode_cursor
from kb.search.types import Filters, Query
from web.search_request import MOST_VALUES, read_search_request


def test_words_and_filters_are_read() -> None:
    """Space around the words goes; repeated, empty and excessive filter values go too."""
    many = [("platform", f"p{number}") for number in range(50)]
    asked = read_search_request(MultiDict([("q", "  red light "), ("topic", "wifi"), ("topic", "wifi"), ("topic", ""), *many]))
    assert asked.query.text == "red light"
    assert asked.query.filters.topic == ("wifi",)
    assert len(asked.query.filters.platform) == MOST_VALUES
    assert asked.snapshot is None


def test_a_cursor_continues_its_own_query() -> None:
    """Snapshot and offset come from the cursor."""
    query = Query("red light", filters=Filters(topic=("wifi",)))
    cursor = encode_cursor("0123456789abcdef", 10, query)
    asked = read_search_request(MultiDict([("q", "red light"), ("topic", "wifi"), ("cursor", cursor)]))
    assert (asked.snapshot, asked.query.offset) == ("0123456789abcdef", 10)


def test_a_cursor_of_another_query_is_refused() -> None:
    """Results of one query are not continued with another."""
    cursor = encode_cursor("0123456789abcdef", 10, Query("red light"))
    with pytest.raises(CursorError):
        read_search_request(MultiDict([("q", "green light"), ("cursor", cursor)]))
