"""Paging cursors: they carry a place, and nothing else is accepted."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import CursorError
from kb.search.paging import MAX_OFFSET, decode_cursor, encode_cursor
from kb.search.types import Filters, Mode, Query

SNAPSHOT = "0123456789abcdef"


@given(st.integers(0, MAX_OFFSET), st.text(max_size=50))
def test_a_cursor_brings_back_its_place(offset: int, text: str) -> None:
    query = Query(text.encode("utf-8", "ignore").decode())
    assert decode_cursor(encode_cursor(SNAPSHOT, offset, query), query) == (SNAPSHOT, offset)


@pytest.mark.parametrize(
    "other",
    [Query("dns"), Query("wifi", mode=Mode.KEYWORD), Query("wifi", filters=Filters(topic=("email",)))],
)
def test_a_cursor_of_another_query_is_refused(other: Query) -> None:
    with pytest.raises(CursorError, match="another query"):
        decode_cursor(encode_cursor(SNAPSHOT, 10, Query("wifi")), other)


def test_page_size_may_change_between_pages() -> None:
    assert decode_cursor(encode_cursor(SNAPSHOT, 10, Query("wifi", limit=10)), Query("wifi", limit=50)) == (SNAPSHOT, 10)


@given(st.text(max_size=80))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(text, Query("wifi"))


@pytest.mark.parametrize(
    "content", [["../../etc", 0, ""], [SNAPSHOT, -1, ""], [SNAPSHOT, True, ""], [SNAPSHOT, 10**9, ""], [[]], 5]
)
def test_a_made_up_cursor_is_refused(content: object) -> None:
    made_up = base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
    with pytest.raises(CursorError, match="malformed"):
        decode_cursor(made_up, Query("wifi"))
