"""What a search says of itself: the values that the explain page, the API and the command line show.

Every number comes with a sentence that a writer can read. A stage's name is for people and stays the same
from search to search, so that hits can be compared by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReadingKind = Literal["code", "correction", "synonym", "operator"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One number, and what it says."""

    name: str  # "keyword, title"
    value: float
    meaning: str  # a sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """Something in the question that was not taken as a plain word."""

    kind: ReadingKind
    typed: str
    became: str  # what was searched for instead or besides
    meaning: str  # a sentence


@dataclass(frozen=True, slots=True)
class ExplainedTerm:
    """One term that the keyword side looked for."""

    term: str  # analysed: folded and stemmed
    origin: str  # whether it was asked, or is a synonym or another spelling of what was
    weight: float  # 1, or less for what a synonym adds
    articles: int  # how many hold it
    idf: float  # the rarer, the higher
    known: bool  # whether the partition's vocabulary has it


@dataclass(frozen=True, slots=True)
class Check:
    """One score against the least that calls an article an answer."""

    name: str
    score: float
    threshold: float
    passed: bool
    meaning: str  # a sentence


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether there is an answer, and why."""

    answered: bool
    meaning: str  # a sentence
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class HitExplanation:
    """Why one article stands where it does."""

    stages: tuple[Stage, ...]  # in the order of the pipeline; the last is the score
    measures: tuple[Stage, ...]  # what decides about being a result, and is not part of the score
    passage: str  # the text that answers best, with its title in front
    meaning: str  # why it stands above the next one


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one query was read, weighed and judged."""

    typed: str
    searched: str  # the words that were searched for, after correction
    readings: tuple[Reading, ...]
    terms: tuple[ExplainedTerm, ...]
    weights: tuple[Stage, ...]  # the share of each side, together 1
    evidence: tuple[Stage, ...]  # what in the query and the scores made the weights so
    verdict: Verdict
