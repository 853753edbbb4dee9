"""What a search answers about itself with `explain=1`: the shapes of `kb.search.explanation` as JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from kb.search.explanation import ReadingKind


class Explained(BaseModel):
    """A shape that is filled from a value of `kb.search.explanation` with the same names."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"additionalProperties": False})


class ExplainedStage(Explained):
    """One number, and what it says."""

    name: str
    value: float
    meaning: str


class ExplainedReading(Explained):
    """Something in the search that was not taken as a plain word."""

    kind: ReadingKind
    typed: str
    became: str = Field(description="What was searched for instead or besides.")
    meaning: str


class ExplainedWord(Explained):
    """One term that was looked for."""

    term: str = Field(description="Without endings, as it is looked for.")
    origin: str = Field(description="The word or synonym that it comes from.")
    weight: float = Field(description="1, or less for what a synonym adds.")
    articles: int = Field(ge=0, description="How many articles hold it.")
    idf: float = Field(description="The rarer the term, the higher.")
    known: bool = Field(description="Whether any article holds it.")


class ExplainedCheck(Explained):
    """One score against the least that calls an article an answer."""

    name: str
    score: float
    threshold: float
    passed: bool
    meaning: str


class ExplainedVerdict(Explained):
    """Whether there is an answer, and why."""

    answered: bool
    meaning: str
    checks: list[ExplainedCheck]


class ExplainedHit(Explained):
    """Why an article stands where it does."""

    stages: list[ExplainedStage] = Field(description="In the order of the pipeline; the last is the score.")
    measures: list[ExplainedStage] = Field(description="What decides about being a hit at all.")
    passage: str = Field(description="The text that answers best.")
    meaning: str = Field(description="Why it stands above the next hit.")


class SearchExplanation(Explained):
    """How a search was read, weighed and judged."""

    typed: str
    searched: str = Field(description="The words that were searched for, after correction.")
    readings: list[ExplainedReading]
    terms: list[ExplainedWord]
    weights: list[ExplainedStage] = Field(description="The share of each side, together 1.")
    evidence: list[ExplainedStage] = Field(description="What made the weights so.")
    verdict: ExplainedVerdict
