"""Cards: the articles of a partition as lists show them, held in columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

from pydantic import TypeAdapter

CARDS_FILE = "cards.json"


@dataclass(frozen=True, slots=True)
class Card:
    """An article in a list."""

    id: str
    title: str
    summary: str
    topic: str
    products: tuple[str, ...]
    platforms: tuple[str, ...]
    updated: dt.date | None


@dataclass(frozen=True, slots=True)
class Columns:
    """The values of all cards, by field; a card is one position in them."""

    ids: list[str]
    titles: list[str]
    summaries: list[str]
    topics: list[str]
    products: list[tuple[str, ...]]
    platforms: list[tuple[str, ...]]
    updated: list[dt.date | None]


_COLUMNS = TypeAdapter(Columns)


class Cards(Sequence[Card]):
    """Cards made when they are looked at: objects for thousands of articles would cost a worker time and memory."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns.ids)

    @overload
    def __getitem__(self, row: int) -> Card: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[Card, ...]: ...
    def __getitem__(self, row: int | slice) -> Card | tuple[Card, ...]:
        if isinstance(row, slice):
            return tuple(self[at] for at in range(*row.indices(len(self))))
        columns = self.columns
        return Card(
            columns.ids[row],
            columns.titles[row],
            columns.summaries[row],
            columns.topics[row],
            columns.products[row],
            columns.platforms[row],
            columns.updated[row],
        )


def read_cards(folder: Path) -> Cards:
    """The cards of the partition under `folder`, a verified part of a snapshot."""
    return Cards(_COLUMNS.validate_json((folder / CARDS_FILE).read_bytes()))


def write_cards(folder: Path, cards: Iterable[Card]) -> None:
    """Write the cards of a partition, in the order of its rows."""
    columns = Columns([], [], [], [], [], [], [])
    for card in cards:
        columns.ids.append(card.id)
        columns.titles.append(card.title)
        columns.summaries.append(card.summary)
        columns.topics.append(card.topic)
        columns.products.append(card.products)
        columns.platforms.append(card.platforms)
        columns.updated.append(card.updated)
    (folder / CARDS_FILE).write_bytes(_COLUMNS.dump_json(columns))
