"""The vocabulary of search: a query, the evidence for each article, a hit and the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from kb.search.explanation import Explanation, HitExplanation

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]


# Fields that a query may name: those that hold text, and those that hold one of a few known values.
TEXT_FIELDS = ("title", "heading", "summary", "symptoms", "errors", "body")
VALUE_FIELDS = ("topic", "product", "platform", "updated")


class Mode(StrEnum):
    """Which evidence ranks the hits."""

    HYBRID = "hybrid"
    KEYWORD = "keyword"
    SEMANTIC = "semantic"


# Why the answer is less than was asked for.
Reason = Literal["model-loading", "model-unavailable", "snapshot-without-vectors"]


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Scores:
        """Return an array of shape (len(texts), dimensions), float32, rows of length 1."""
        ...


@dataclass(frozen=True, slots=True)
class Filters:
    """Values of which a hit must have one, per facet; an empty tuple filters nothing."""

    topic: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, as it came in."""

    text: str
    mode: Mode = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    limit: int = 10  # hits wanted, 1 to 50
    offset: int = 0  # hits to leave out from the top
    verbatim: bool = False  # whether the words are searched for as typed, uncorrected
    unfinished: bool = False  # whether the last word is still being typed
    without: tuple[str, ...] = ()  # ids of articles that are not to be found


@dataclass(frozen=True, slots=True)
class FieldTerm:
    """`field:value`, or `field:"several words"`: the value must stand in that field."""

    field: str
    value: str

    @property
    def is_text(self) -> bool:
        """Whether the field holds text, searched by Whoosh, or one of a few known values."""
        return self.field in TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class ReadQuery:
    """A query's text taken apart: what to look for, and what must or must not be there."""

    plain: str  # everything to look for, without operators: ranked by both sides
    phrases: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()  # `re*`, without the star
    excluded: tuple[str, ...] = ()  # words and phrases
    fields: tuple[FieldTerm, ...] = ()
    notes: tuple[str, ...] = ()  # sentences for the reader: what was not understood, or cut

    @property
    def has_operators(self) -> bool:
        """Whether the query says which articles are allowed."""
        return bool(self.phrases or self.prefixes or self.excluded or self.fields)

    @property
    def is_explicit(self) -> bool:
        """Whether the operators alone say what the results are: what must stand in them, or a value they must have."""
        required = self.phrases or self.prefixes or any(term.is_text for term in self.fields)
        return bool(required or (self.fields and not self.plain))


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """One analysed term to look for."""

    term: str
    weight: float = 1.0  # below 1 for what synonyms and other spellings add


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that was mistyped, or may have been, and the words that were meant."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """A synonym that was applied: what was asked, and the words that were looked for as well."""

    asked: str
    means: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code in the query."""

    typed: str  # as written
    code: str  # in normal form


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a query's plain words are taken to mean in one partition."""

    text: str  # the plain words after correction: embedded and highlighted
    terms: tuple[WeightedTerm, ...]  # for the keyword side, expansions included
    identifiers: tuple[Identifier, ...] = ()
    corrections: tuple[Correction, ...] = ()  # made: "Showing results for …"
    suggestions: tuple[Correction, ...] = ()  # not made, but worth asking: "Did you mean …"
    expansions: tuple[Expansion, ...] = ()
    is_vague: bool = False  # stop words alone, "it doesn't work": ask back


@dataclass(frozen=True, slots=True)
class HitSection:
    """The best section of a hit."""

    heading: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One found article with its best section, and why it was found."""

    id: str
    title: str
    url: str  # path and fragment on this site: `/articles/wifi/wps#turn-it-off`
    topic: str  # topic id
    topic_title: str
    section: HitSection
    snippet: str  # safe HTML: escaped text with <mark> around matches
    score: float
    updated: dt.date | None
    platforms: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    step: int | None = None  # from 1, where the snippet is one of a section's numbered steps
    steps: int | None = None  # how many the section has
    explain: HitExplanation | None = None


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value to filter by, and how many results would remain."""

    value: str
    title: str
    count: int
    selected: bool = False


Facets = Mapping[str, tuple[FacetValue, ...]]  # topic, product, platform -> values


@dataclass(frozen=True, slots=True)
class NearTopic:
    """A topic that is near to a question which no article answers."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Results:
    """The ranked answer to a query."""

    query: str
    mode: Mode  # what was really used
    degraded: bool
    reason: Reason | None
    answered: bool
    total: int
    hits: tuple[Hit, ...]
    facets: Facets
    notes: tuple[str, ...]
    snapshot: str  # id of the snapshot that answered
    corrected: str = ""  # the query as it was searched for; empty if nothing was corrected
    corrections: tuple[Correction, ...] = ()
    suggestion: str = ""  # another query that would find something: "did you mean"
    is_vague: bool = False  # whether the question names nothing to look for, and should be asked back
    topics: tuple[NearTopic, ...] = ()  # the nearest first, where nothing answers
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of search-as-you-type: an article or one of its sections."""

    text: str
    url: str
    topic_title: str
