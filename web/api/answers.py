"""What each endpoint answers: the shapes of the JSON, filled from the values of `kb`."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from kb.content.addresses import article_url, topic_url
from kb.content.types import Article
from kb.search.types import Mode, Reason, Results
from kb.snapshot.cards import Card
from kb.snapshot.partition import Partition
from web.api.explanations import ExplainedHit, SearchExplanation


class Answer(BaseModel):
    """A shape that is filled from a value of `kb` with the same names."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"additionalProperties": False})


class SectionLink(Answer):
    """The section of an article that answers best."""

    heading: str = Field(description="Empty for the text before the first heading.")
    anchor: str = Field(description="Fragment of the article's address; empty for its beginning.")


class SearchHit(Answer):
    """One found article."""

    id: str = Field(description="Folder and name of the article: `wifi/weak-signal`.")
    title: str
    url: str = Field(description="Path on this site, with the best section as fragment.")
    topic: str = Field(description="The topic's id.")
    section: SectionLink
    snippet: str = Field(description="HTML: text that is safe to show, with `<mark>` around what matched.")
    score: float = Field(description="Comparable within one answer only.")
    updated: dt.date | None
    step: int | None = Field(ge=1, description="Which numbered step of the section the snippet is; null if it is none.")
    steps: int | None = Field(ge=1, description="How many steps the section has; null if the snippet is none.")
    explain: ExplainedHit | None = Field(
        default=None,
        exclude_if=lambda explained: explained is None,
        description="Why this article stands where it does; only with `explain=1`.",
    )


class FacetChoice(Answer):
    """One value to filter by."""

    value: str = Field(description="The id, as the parameter takes it.")
    title: str
    count: int = Field(ge=0, description="Hits that would remain.")
    selected: bool


class SearchFacets(Answer):
    """What the hits can be narrowed down by."""

    topic: list[FacetChoice] = []
    product: list[FacetChoice] = []
    platform: list[FacetChoice] = []


class WordCorrection(Answer):
    """A word that no article holds, and the one that was searched for instead."""

    typed: str
    meant: str


class TopicLink(Answer):
    """A topic to look through."""

    id: str
    title: str
    url: str = Field(description="Path on this site.")


class SearchAnswer(Answer):
    """The ranked hits for a query."""

    query: str = Field(description="The search as it was typed.")
    corrected: str = Field(
        description="The search as it was searched for; empty if no word was corrected. `verbatim=1` searches as typed."
    )
    corrections: list[WordCorrection]
    suggestion: str = Field(description="Another search that would find something: “Did you mean …?”. Empty if there is none.")
    vague: bool = Field(description="Whether the search names nothing to look for: ask back what is not working.")
    mode: Mode = Field(description="The evidence that was really used.")
    degraded: bool = Field(description="Whether this is less than was asked for; `reason` says why.")
    reason: Reason | None
    answered: bool = Field(description="Whether any hit is likely to answer the query.")
    total: int = Field(ge=0, description="Hits on all pages.")
    took_ms: float = Field(ge=0, description="Time the search took on the server, in milliseconds.")
    hits: list[SearchHit]
    topics: list[TopicLink] = Field(description="The nearest topics, where nothing answers.")
    facets: SearchFacets
    notes: list[str] = Field(description="Sentences for the reader: what was left out or not understood.")
    next: str | None = Field(description="Cursor of the next page; null on the last.")
    explanation: SearchExplanation | None = Field(
        default=None,
        exclude_if=lambda explanation: explanation is None,
        description="How the search was read, weighed and judged; only with `explain=1`.",
    )


class SearchSuggestion(Answer):
    """One line to offer while somebody types."""

    text: str
    url: str = Field(description="Path on this site.")
    topic: str = Field(description="The topic's title, to show beside the text.", validation_alias="topic_title")


class SuggestAnswer(Answer):
    """What the reader may be about to search for."""

    query: str
    suggestions: list[SearchSuggestion]


class ArticleLink(Answer):
    """An article to go on with."""

    id: str
    title: str
    url: str = Field(description="Path on this site.")


class ArticleCard(ArticleLink):
    """An article in a list."""

    summary: str
    topic: str = Field(description="The topic's id; empty for an article outside every folder.")
    products: list[str]
    platforms: list[str]
    updated: dt.date | None


class ListAnswer(Answer):
    """A page of the list of articles, in order of id."""

    total: int = Field(ge=0, description="Articles on all pages.")
    articles: list[ArticleCard]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class ArticleSection(Answer):
    """The part of an article under one heading."""

    anchor: str = Field(description="Empty for the text before the first heading.")
    heading: str
    level: int = Field(ge=1, le=3, description="2 or 3; 1 for the text before the first heading.")
    html: str = Field(description="Sanitised HTML, without the heading.")
    text: str = Field(description="The same as plain text.")


class ArticleAnswer(ArticleCard):
    """An article with all its sections."""

    words: int = Field(ge=0)
    sections: list[ArticleSection]
    related: list[ArticleLink]


class TopicCard(Answer):
    """A topic and how much there is on it."""

    id: str
    title: str
    summary: str
    url: str = Field(description="Path on this site.")
    articles: int = Field(ge=0)


class TopicsAnswer(Answer):
    """Every topic that has articles, in the order of the site."""

    topics: list[TopicCard]


class HealthAnswer(Answer):
    """A sign of life."""

    live: bool


class ReadyAnswer(Answer):
    """Whether searches are answered in full, and from what."""

    ready: bool
    snapshot: str | None = Field(description="The build of the articles that is served.")
    articles: int = Field(ge=0)
    model: str = Field(description="The embedding model.")
    degraded: bool = Field(description="Whether searches are answered from keywords alone.")
    reason: Reason | None


def search_answer(results: Results, next_cursor: str | None, took_ms: float) -> SearchAnswer:
    """The answer for a page of results."""
    return SearchAnswer(
        query=results.query,
        corrected=results.corrected,
        corrections=[WordCorrection.model_validate(correction) for correction in results.corrections],
        suggestion=results.suggestion,
        vague=results.is_vague,
        mode=results.mode,
        degraded=results.degraded,
        reason=results.reason,
        answered=results.answered,
        total=results.total,
        took_ms=round(took_ms, 1),
        hits=[SearchHit.model_validate(hit) for hit in results.hits],
        topics=[TopicLink(id=topic.id, title=topic.title, url=topic_url(topic.id)) for topic in results.topics],
        facets=SearchFacets.model_validate(dict(results.facets)),
        notes=list(results.notes),
        next=next_cursor,
        explanation=SearchExplanation.model_validate(results.explanation) if results.explanation else None,
    )


def article_card(card: Card) -> ArticleCard:
    """An article in a list."""
    return ArticleCard(
        id=card.id,
        title=card.title,
        url=article_url(card.id),
        summary=card.summary,
        topic=card.topic,
        products=list(card.products),
        platforms=list(card.platforms),
        updated=card.updated,
    )


def article_answer(article: Article, related: Iterable[Card]) -> ArticleAnswer:
    """An article with all its sections, and those to go on with."""
    return ArticleAnswer(
        id=article.id,
        title=article.title,
        url=article_url(article.id),
        summary=article.summary,
        topic=article.topic,
        products=list(article.products),
        platforms=list(article.platforms),
        updated=article.updated,
        words=article.words,
        sections=[ArticleSection.model_validate(section) for section in article.sections],
        related=[ArticleLink(id=card.id, title=card.title, url=article_url(card.id)) for card in related],
    )


def topics_answer(partition: Partition) -> TopicsAnswer:
    """Every topic of the partition, with its number of articles."""
    counts = Counter(card.topic for card in partition.cards)
    return TopicsAnswer(
        topics=[
            TopicCard(id=topic.id, title=topic.title, summary=topic.summary, url=topic_url(topic.id), articles=counts[topic.id])
            for topic in partition.site.topics
        ]
    )
