"""The engine: one partition and one encoder, and the stages between a query and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.content.addresses import article_url
from kb.errors import ModeUnavailableError
from kb.search.analysis import terms, tokenise
from kb.search.asked import gather_asked
from kb.search.filters import FACETS, FacetIndex
from kb.search.fusion import fuse, pool
from kb.search.keyword import KeywordIndex
from kb.search.passages import WHOLE_ARTICLE
from kb.search.ranking import boost_identifiers, find_results, identifiers, is_answered, order_by, rank_stages
from kb.search.reading import read_query
from kb.search.semantic import SemanticIndex, best_per_article
from kb.search.snippets import make_snippet
from kb.search.suggest import SuggestIndex, choose
from kb.search.suggest_tables import open_tables
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
from kb.snapshot.partition import KEYWORD_FOLDER, SUGGESTIONS_FOLDER, VECTORS_FOLDER, Card, Partition
from kb.store.questions import AskedQuestion

NOTHING_ASKED = "Type what you see: a light, a message, or what does not work."
MOST_FOLLOWED = 50  # hits in which an article that was opened is looked for: five pages of results
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
        self._suggest = SuggestIndex(open_tables(partition.folder / SUGGESTIONS_FOLDER))
        self._asked = gather_asked(partition, self._suggest, (), {})

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
        return Results(
            query=query.text,
            mode=sides.mode,
            degraded=sides.mode is not query.mode,
            reason=sides.reason,
            answered=bool(filtered.any()) if read.is_explicit else is_answered(sides.coverage, sides.similarity, filtered),
            total=len(ranking.order),
            hits=tuple(self._hit(int(row), ranking, wanted, explain) for row in page),
            facets=self._facets.count(found, query.filters),
            notes=read.notes,
            snapshot=self.partition.snapshot,
        )

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Articles and sections whose words begin like those typed; failing that, what keywords find."""
        asked = self._asked
        found = choose(self._suggest.find(text, limit, asked.opened) + asked.find(text, limit), limit)
        if found or not text.strip():
            return found
        hits = self.search(Query(text, mode=Mode.KEYWORD, limit=limit)).hits
        return tuple(Suggestion(hit.title, hit.url, hit.topic_title) for hit in hits)

    def take_up(self, asked: Sequence[AskedQuestion], opened: Mapping[str, int]) -> None:
        """Suggest what was asked, and first what was opened: article id -> times."""
        self._asked = gather_asked(self.partition, self._suggest, asked, opened)

    def leads_to(self, question: str, article: str) -> bool:
        """Whether a question in words that this partition suggests finds an article among the first hits."""
        if not self._suggest.knows(question):
            return False
        return any(hit.id == article for hit in self.search(Query(question, limit=MOST_FOLLOWED)).hits)

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
        stages = rank_stages(sides.keyword, sides.semantic) | {"fused": pooled, "boosted": scores}
        return found, Ranking(order, scores, _best_passages(fused.passages, self._owner, len(scores)), stages)

    def _hit(self, row: int, ranking: Ranking, wanted: tuple[str, ...], explain: bool) -> Hit:
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
            snippet=make_snippet(text, dict.fromkeys(wanted, 1.0)).html,
            score=round(float(ranking.scores[row]), 4),
            updated=card.updated,
            platforms=card.platforms,
            products=card.products,
            explain={name: round(float(scores[row]), 4) for name, scores in ranking.stages.items()} if explain else None,
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
