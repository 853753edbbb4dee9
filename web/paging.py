"""Pages of a list that stay in step while new snapshots are published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

from kb.content.addresses import article_url
from kb.errors import CursorError, ModeUnavailableError
from kb.search.engine import Engine
from kb.search.paging import decode_cursor, encode_cursor
from kb.search.types import Hit, HitSection, Mode, Query, Results
from kb.snapshot.cards import Card
from kb.snapshot.partition import Partition
from web.viewer import g

RANKED_BY_KEYWORDS = "The first page was ranked by keywords alone, and so are those after it."


@dataclass(frozen=True, slots=True)
class Page:
    """A place in the list that a query makes of one snapshot."""

    engine: Engine  # of the snapshot that the first page was made from
    query: Query  # with the page's offset, and the mode that ranked the first page
    first: bool

    def next_cursor(self, shown: int, total: int, mode: Mode = Mode.HYBRID) -> str | None:
        """The cursor of the page after this one, which took `shown` entries of `total`; `None` after the last."""
        end = self.query.offset + shown
        if not shown or end >= total:
            return None
        return encode_cursor(self.engine.partition.snapshot, end, replace(self.query, mode=mode))


def open_page(query: Query, cursor: str) -> Page:
    """The page that a cursor leads to; the first, for an empty one.

    Raises `CursorError` for a cursor that is not of this query, and `ExpiredCursorError` when its snapshot is gone.
    """
    if not cursor:
        return Page(g.engine, query, first=True)
    snapshot, offset, mode = _read_cursor(cursor, query)
    return Page(g.serving.engine(g.viewer, snapshot), replace(query, offset=offset, mode=mode), first=False)


def search_page(page: Page, asked: Mode, *, explain: bool) -> Results:
    """The results of one page, in the mode of the first page.

    Raises `ModeUnavailableError` when this process cannot go on in that mode: the other order would repeat
    hits and leave others out.
    """
    results = page.engine.search(page.query, explain=explain)
    if page.first:
        return results
    if results.degraded:
        raise ModeUnavailableError("These results cannot be continued while the model is away; try again shortly.")
    if page.query.mode is asked:
        return results
    reason = g.serving.status().reason or "model-loading"  # what keeps a model away for a while only
    return replace(results, degraded=True, reason=reason, notes=(*results.notes, RANKED_BY_KEYWORDS))


def readable_results(page: Page, results: Results) -> Results:
    """What the current snapshot lets this viewer see of a page.

    A kept snapshot may still find what has been withdrawn since, or words that have been taken out of
    an article: the one is left out, the other shown without the words that were found. Explanations name
    articles and quote them as they were, so there are none.
    """
    if page.engine.partition.snapshot == g.partition.snapshot:
        return results
    shown = (_as_it_is_now(hit, page.engine.partition) for hit in results.hits)
    hits = tuple(replace(hit, explain=None) for hit in shown if hit)
    topics = tuple(topic for topic in results.topics if g.partition.topic(topic.id))
    return replace(results, hits=hits, topics=topics, suggestion="", explanation=None)


def readable_cards(cards: Iterable[Card]) -> tuple[Card, ...]:
    """The cards of a page as the current snapshot has them; those it has no more are left out."""
    now = (g.partition.card(card.id) for card in cards)
    return tuple(card for card in now if card)


def _as_it_is_now(hit: Hit, kept: Partition) -> Hit | None:
    now = g.partition.article(hit.id)
    if now is None or now == kept.article(hit.id):
        return hit if now else None
    return replace(
        hit,
        title=now.title,
        url=article_url(now.id),
        section=HitSection("", ""),
        snippet=escape(now.summary),
        step=None,
        steps=None,
        updated=now.updated,
    )


def _read_cursor(cursor: str, query: Query) -> tuple[str, int, Mode]:
    """Snapshot, offset and the mode of the first page, which was keywords where hybrid could not be had."""
    try:
        return *decode_cursor(cursor, query), query.mode
    except CursorError:
        if query.mode is not Mode.HYBRID:
            raise
        return *decode_cursor(cursor, replace(query, mode=Mode.KEYWORD)), Mode.KEYWORD
