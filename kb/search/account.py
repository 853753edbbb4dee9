"""The account of one search: how a query was taken, what was found, and how it was ranked and judged."""

from __future__ import annotations

from dataclasses import dataclass

from kb.search.answering import Verdict
from kb.search.gathering import Found
from kb.search.ranking import Ranked
from kb.search.stages import Stages
from kb.search.types import Mask, Query, ReadQuery, Reason, Rows, Understanding


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was read and understood, and the stages that it goes through."""

    query: Query
    read: ReadQuery
    understood: Understanding
    stages: Stages


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that a search worked out on its way to the hits."""

    asked: Asked
    found: Found
    reason: Reason | None  # why it is less than was asked for
    ranked: Ranked
    results: Mask  # shape (articles,): results before filters
    order: Rows  # the first results after filters, best first, and one more than are shown
    total: int  # results after filters
    verdict: Verdict
