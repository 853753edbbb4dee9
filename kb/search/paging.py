"""Paging cursors: which snapshot was answering, how far the reader got, and for which query."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from kb.errors import CursorError
from kb.search.types import Query
from kb.snapshot.manifest import SNAPSHOT_ID

MAX_OFFSET = 100_000


def encode_cursor(snapshot: str, offset: int, query: Query) -> str:
    """A URL-safe cursor for the page that begins at `offset`."""
    content = json.dumps([snapshot, offset, _query_digest(query)], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, query: Query) -> tuple[str, int]:
    """The snapshot id and offset of a cursor; raises `CursorError` unless it was made for this query."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        snapshot, offset, digest = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise CursorError("The cursor is malformed; leave it out to begin at the first page.") from error
    if not (isinstance(snapshot, str) and SNAPSHOT_ID.fullmatch(snapshot)):
        raise CursorError("The cursor is malformed; leave it out to begin at the first page.")
    if type(offset) is not int or not 0 <= offset <= MAX_OFFSET:
        raise CursorError("The cursor is malformed; leave it out to begin at the first page.")
    if digest != _query_digest(query):
        raise CursorError("The cursor belongs to another query; leave it out to begin at the first page.")
    return snapshot, offset


def _query_digest(query: Query) -> str:
    filters = query.filters
    asked = [query.text, query.mode, sorted(filters.topic), sorted(filters.product), sorted(filters.platform), query.verbatim]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:12]
