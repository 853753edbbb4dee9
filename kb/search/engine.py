"""The engine: one partition and one encoder, and the stages between a query and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from kb.content.addresses import article_url
from kb.errors import ModeUnavailableError
from kb.search.analysis import terms, tokenise
from kb.search.explaining import (
    explain_reading,
    explain_terms,
    explain_verdict,
    explain_weights,
    make_standings,
)
from kb.search.explanation import Explanation
from kb.search.filters import FACETS, FacetIndex
from kb.search.fusion import fuse, pool
from kb.search.keyword import KeywordIndex
from kb.search.passages import WHOLE_ARTICLE, split_passages
from kb.search.ranking import boost_identifiers, find_results, identifiers, is_answered, order_by
from kb.search.reading import read_query
from kb.search.semantic import SemanticIndex, best_per_article
from kb.search.snippets import make_snippet
from kb.search.suggest import SuggestIndex
from kb.search.topics import nearest_topics
from kb.search.types import (
    Encoder,
    Evidence,
    FacetValue,
    Hit,
    HitSection,
    Mask,
    Mode,
    Query,
    Ranking,
    ReadQuery,
    Reason,
    Results,
    Rows,
    Scores,
    Suggestion,
)
from kb.snapshot.partition import KEYWORD_FOLDER, VECTORS_FOLDER, Card, Partition

NOTHING_ASKED = "Type what you see: a light, a message, or what does not work."
NOT_WORD_FOR_WORD = "No article has exactly the words in quotation marks. These come closest."

# The encoder, or why there is none: asked anew for each query, as a model may still be loading.
EncoderSource = Callable[[], "Encoder | Reason"]


@dataclass(frozen=True, slots=True)
class Sides:
    """What both sides found for one query, and the mode that this makes possible."""

    mode: Mode
    reason: Reason | None
    keyword: Evidence | None
    semantic: Evidence | None
    coverage: Scores  # shape (articles,): share of the query's idf
    similarity: Scores  # shape (articles,): best cosine; zeros without a model


class Engine:
    """Searches one partition; safe to share between threads."""

    def __init__(self, partition: Partition, encoder: EncoderSource) -> None:
        """Open the indexes of a partition whose files have been verified."""
        self.partition = partition
        self._encoder = encoder
        self._owner: Rows = np.ascontiguousarray(partition.passages[:, 0])
        self._keyword = KeywordIndex(partition.folder / KEYWORD_FOLDER)
        vectors = partition.folder / VECTORS_FOLDER
        self._semantic = SemanticIndex.open(vectors) if vectors.is_dir() else None
        self._facets = FacetIndex(partition.cards, partition.site)
        self._suggest = SuggestIndex(partition.suggestions())

    def search(self, query: Query, *, explain: bool = False) -> Results:
        """Answer a query.

        Raises `ModeUnavailableError` when semantic search alone was asked for and cannot be had;
        hybrid search falls back to keywords and says so in the results.
        """
        read = read_query(query.text)
        if not (read.plain or read.is_explicit) or not self.partition.cards:
            return self._nothing(query, read)
        sides = self._gather(query.mode, read)
        found, ranking = self._rank(query, read, sides)
        if read.phrases and not found.any():
            read = replace(read, phrases=(), notes=(*read.notes, NOT_WORD_FOR_WORD))
            found, ranking = self._rank(query, read, sides)
        filtered = found & self._facets.allowed(query.filters)
        page = ranking.order[query.offset : query.offset + query.limit]
        wanted = tuple(terms(read.plain))
        is_vague = not wanted and not read.has_operators
        answered = bool(filtered.any()) if read.is_explicit else is_answered(sides.coverage, sides.similarity, filtered)
        results = Results(
            query=query.text,
            mode=sides.mode,
            degraded=sides.mode is not query.mode,
            reason=sides.reason,
            answered=answered and not is_vague,
            total=len(ranking.order),
            hits=tuple(self._hit(int(row), ranking, wanted) for row in page),
            facets=self._facets.count(found, query.filters),
            notes=read.notes,
            snapshot=self.partition.snapshot,
            is_vague=is_vague,
        )
        if not results.answered:
            nearest = nearest_topics(ranking.fused, self.partition.cards, self.partition.site.topics)
            results = replace(results, topics=nearest)
        return self._explain(query, read, sides, ranking, results) if explain else results

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Articles and sections whose words begin like those typed; failing that, what keywords find."""
        found = self._suggest.suggest(text, limit)
        if found or not text.strip():
            return found
        hits = self.search(Query(text, mode=Mode.KEYWORD, limit=limit)).hits
        return tuple(Suggestion(hit.title, hit.url, hit.topic_title) for hit in hits)

    def filter_values(self) -> Mapping[str, tuple[str, ...]]:
        """The values that each filter knows in this partition."""
        return {facet: self._facets.values(facet) for facet in FACETS}

    def _gather(self, mode: Mode, read: ReadQuery) -> Sides:
        wanted = terms(read.plain)
        coverage = self._keyword.coverage(wanted)
        nothing = np.zeros(len(coverage), np.float32)
        keyword = self._keyword.evidence(wanted) if mode is not Mode.SEMANTIC else None
        if mode is Mode.KEYWORD:
            return Sides(mode, None, keyword, None, coverage, nothing)
        encoder = self._encoder()
        if self._semantic is None or isinstance(encoder, str):
            reason: Reason = encoder if isinstance(encoder, str) else "snapshot-without-vectors"
            if mode is Mode.SEMANTIC:
                raise ModeUnavailableError(f"Semantic search is not available ({reason}); use mode=hybrid or mode=keyword.")
            return Sides(Mode.KEYWORD, reason, keyword, None, coverage, nothing)
        semantic = self._semantic.evidence(encoder, read.plain)
        similarity = np.maximum(semantic.articles, best_per_article(semantic.passages, self._owner, len(coverage)))
        return Sides(mode, None, keyword, semantic, coverage, similarity)

    def _rank(self, query: Query, read: ReadQuery, sides: Sides) -> tuple[Mask, Ranking]:
        fused = fuse(sides.keyword, sides.semantic)
        pooled = pool(fused, self._owner)
        codes = identifiers(tokenise(read.plain)) if sides.keyword else []
        holding = self._keyword.holding("codes", codes)
        scores = boost_identifiers(pooled, holding)
        found = find_results(sides.mode, sides.coverage, sides.similarity, holding)
        if read.has_operators:
            allowed = self._keyword.allowed(read) & self._facets.satisfying(read.fields)
            found = allowed if read.is_explicit else found & allowed
        order = order_by(scores, found & self._facets.allowed(query.filters))
        return found, Ranking(order, scores, _best_passages(fused.passages, self._owner, len(scores)), pooled)

    def _hit(self, row: int, ranking: Ranking, wanted: tuple[str, ...]) -> Hit:
        card = self.partition.cards[row]
        place, text = self._best_place(card, int(self.partition.passages[ranking.best_passage[row], 1]))
        topic = self.partition.topic(card.topic)
        return Hit(
            id=card.id,
            title=card.title,
            url=article_url(card.id, place.anchor),
            topic=card.topic,
            topic_title=topic.title if topic else "",
            section=place,
            snippet=make_snippet(text, wanted),
            score=round(float(ranking.scores[row]), 4),
            updated=card.updated,
            platforms=card.platforms,
            products=card.products,
        )

    def _best_place(self, card: Card, section: int) -> tuple[HitSection, str]:
        """Where in an article the answer stands, and the text there."""
        article = self.partition.article(card.id)
        if article is None or not article.sections:
            return HitSection("", ""), card.summary
        if section == WHOLE_ARTICLE:
            return HitSection("", ""), card.summary or article.sections[0].text
        found = article.sections[section]
        return HitSection(found.heading, found.anchor), found.text or card.summary

    def _explain(self, query: Query, read: ReadQuery, sides: Sides, ranking: Ranking, results: Results) -> Results:
        """The results with every number behind them in words."""
        evidence = {"keyword": sides.keyword, "meaning": sides.semantic}
        measures = {"words covered": sides.coverage} | ({"closeness": sides.similarity} if sides.semantic else {})
        standings = make_standings(ranking, evidence, measures)
        tokens = list(tokenise(read.plain))
        held = {token.term: int(self._keyword.holding("words", [token.term]).sum()) for token in tokens}
        judged = ranking.order if results.total else np.flatnonzero(self._facets.allowed(query.filters))
        best = {name: float(scores[judged].max(initial=0.0)) for name, scores in measures.items()}
        explanation = Explanation(
            typed=query.text,
            searched=results.corrected or read.plain,
            readings=explain_reading(read, identifiers(tokens), results.corrections),
            terms=explain_terms(tokens, read.plain, held, len(self.partition.cards)),
            weights=explain_weights(evidence),
            evidence=(),
            verdict=explain_verdict(results, read.is_explicit, best),
        )
        rows = [int(row) for row in ranking.order[query.offset : query.offset + len(results.hits) + 1]]
        hits = tuple(
            replace(hit, explain=standings.explain(row, self._passage(row, ranking), self._titled(below)))
            for hit, row, below in zip(results.hits, rows, [*rows[1:], None], strict=False)
        )
        return replace(results, hits=hits, explanation=explanation)

    def _titled(self, row: int | None) -> tuple[int, str] | None:
        return None if row is None else (row, self.partition.cards[row].title)

    def _passage(self, row: int, ranking: Ranking) -> str:
        """The text of the passage that answers best."""
        article = self.partition.article(self.partition.cards[row].id)
        place = int(ranking.best_passage[row] - np.searchsorted(self._owner, row))
        return next(islice(split_passages(article), place, None)).text if article else ""

    def _nothing(self, query: Query, read: ReadQuery) -> Results:
        none: tuple[FacetValue, ...] = ()
        return Results(
            query=query.text,
            mode=query.mode,
            degraded=False,
            reason=None,
            answered=False,
            total=0,
            hits=(),
            facets=dict.fromkeys(FACETS, none),
            notes=(*read.notes, NOTHING_ASKED),
            snapshot=self.partition.snapshot,
        )


def _best_passages(passages: Scores, owner: Rows, articles: int) -> Rows:
    """The row of each article's highest passage, the first of equals; shape (articles,)."""
    best = np.zeros(articles, np.int32)
    order = np.lexsort((-np.arange(len(passages)), passages))  # ascending, so that the best is written last
    best[owner[order]] = order
    return best
