"""The vocabulary of search: a query, the evidence for each article, a hit and the results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from kb.search.explanation import Explanation, HitExplanation

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int32]

_EQUAL = 1e-9  # a deviation that is only rounding

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
class Evidence:
    """What one side, keyword or semantic, says of everything in the partition."""

    articles: Scores  # shape (articles,): the whole article
    passages: Scores  # shape (passages,): each passage


@dataclass(frozen=True, slots=True)
class KeywordEvidence:
    """What the keyword side says of everything in the partition."""

    articles: Scores  # shape (articles,): the whole article
    passages: Scores  # shape (passages,): each passage
    article_spread: Spread
    passage_spread: Spread


@dataclass(frozen=True, slots=True)
class Spread:
    """How scores lie over all documents, those included that were not compared one by one."""

    mean: float
    deviation: float

    def standardise(self, scores: Scores) -> Scores:
        """The scores as z-scores; zeros where all documents are equal."""
        if self.deviation < _EQUAL:
            return np.zeros_like(scores)
        return np.asarray((scores - np.float32(self.mean)) * np.float32(1 / self.deviation), np.float32)


@dataclass(frozen=True, slots=True)
class PassageScores:
    """The passages of some articles: those of `articles[i]` stand at `starts[i]` and up to the next start."""

    articles: Rows  # shape (k,): article rows, ascending; each has a passage
    starts: Rows  # shape (k,): positions in `rows` and `scores`
    rows: Rows  # shape (r,): passage rows, ascending
    scores: Scores  # shape (r,)

    @classmethod
    def of(cls, articles: Rows, first: Rows, score: Callable[[Rows], Scores]) -> PassageScores:
        """Score all passages of some articles; `first`, shape (all articles + 1,), holds each article's first passage."""
        begins = first[articles]
        counts = first[articles + 1] - begins
        starts = np.asarray(np.cumsum(counts) - counts, np.int32)
        rows = np.asarray(np.repeat(begins - starts, counts) + np.arange(counts.sum()), np.int32)
        return cls(articles, starts, rows, score(rows))

    def best(self, articles: int) -> Scores:
        """The highest passage score of each of all articles, shape (articles,); -inf where none was compared."""
        best = np.full(articles, -np.inf, np.float32)
        if len(self.articles):
            best[self.articles] = np.maximum.reduceat(self.scores, self.starts)
        return best

    def pool(self, scores: Scores, otherwise: Scores) -> Scores:
        """The highest of other scores of these passages, shape (r,), for each of all articles.

        An article whose passages were not compared takes what `otherwise`, shape (articles,), says of
        it, but no more than the lowest of those that were: they were chosen as the better ones.
        """
        if not len(self.articles):
            return otherwise
        best = np.maximum.reduceat(scores, self.starts)
        pooled: Scores = np.minimum(otherwise, best.min())
        pooled[self.articles] = best
        return pooled


@dataclass(frozen=True, slots=True)
class SemanticEvidence:
    """What the semantic side says of a partition."""

    articles: Scores  # shape (articles,): the cosine of each whole article
    passages: PassageScores
    article_spread: Spread
    passage_spread: Spread


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
