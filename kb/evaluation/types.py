"""What an evaluation shows, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Shares, 0 to 1, of the questions that were judged rightly."""

    answerable: float  # the collection's own questions that are called answered
    unrelated: float  # questions on other subjects that are called unanswered
    near_misses: float  # own questions, put to the collection without the documents that answer them, called unanswered
    accuracy: float  # the mean of `answerable` and `unrelated`


@dataclass(frozen=True, slots=True)
class Lead:
    """How far the pipeline is ahead of the better of its two sides in one measure."""

    side: str
    ahead: float
    p: float  # the chance of such a difference if there were none


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one collection showed."""

    collection: str
    queries: int
    metrics: Mapping[str, float]  # measure -> mean over the queries, of the pipeline as it serves
    latency_ms: Mapping[str, float]  # percentile -> milliseconds
    kinds: Mapping[str, Mapping[str, float]]  # kind of query -> measure, and "queries"
    no_answer: NoAnswer
    ablation: Mapping[str, Mapping[str, float]]  # configuration -> measure; unless asked for more, ours and the two sides
    significance: Mapping[str, Lead]  # measure -> ours against the better side
