"""The engine: one partition and one encoder, and the stages between a query and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kb.errors import ModeUnavailableError
from kb.search.account import Account, Asked
from kb.search.answering import ANSWER_CLOSENESS, Verdict, answer_by_code, judge
from kb.search.asked import gather_asked
from kb.search.codes import Place
from kb.search.explaining import explain_hits, explain_query
from kb.search.filters import FACETS, FacetIndex
from kb.search.gathering import Found, Indexes, gather
from kb.search.hits import HitMaker
from kb.search.identifiers import is_name
from kb.search.keyword import KeywordIndex
from kb.search.neighbours import Neighbours
from kb.search.ranking import find_results, order_by, rank
from kb.search.reading import read_query
from kb.search.semantic import SemanticIndex
from kb.search.stages import ALL_STAGES, Stages
from kb.search.suggest import SuggestIndex, choose
from kb.search.suggest_tables import open_tables
from kb.search.titles import Titles
from kb.search.topics import nearest_topics
from kb.search.types import (
    Encoder,
    FacetValue,
    Mask,
    Mode,
    Query,
    ReadQuery,
    Reason,
    Results,
    Scores,
    Suggestion,
    Understanding,
)
from kb.search.understanding import understand
from kb.search.words import PartitionWords, open_words
from kb.snapshot.partition import KEYWORD_FOLDER, LANGUAGE_FOLDER, SUGGESTIONS_FOLDER, VECTORS_FOLDER, Partition
from kb.store.questions import AskedQuestion

NOTHING_ASKED = "Type what you see: a light, a message, or what does not work."
MOST_FOLLOWED = 50  # hits in which an article that was opened is looked for: five pages of results
NOT_WORD_FOR_WORD = "No article has exactly the words in quotation marks. These come closest."

# Worth of a term, weight times idf, that is marked in a snippet. A word asked for is worth 1 or more; what a synonym
# of several words adds may be as little as the `out` of `cut out`.
_LEAST_SHOWN = 0.3

# A code that more articles hold, unless they declare it, is a word like any other: `500` is in many texts, and few are
# about it.
_FEW_HOLDERS = 5

# The encoder, or why there is none: asked anew for each query, as a model may still be loading.
EncoderSource = Callable[[], "Encoder | Reason"]


class Engine:
    """Searches one partition; safe to share between threads."""

    def __init__(self, partition: Partition, encoder: EncoderSource) -> None:
        """Open the indexes of a partition whose files have been verified."""
        self.partition = partition
        self._encoder = encoder
        self._keyword = KeywordIndex(partition.folder / KEYWORD_FOLDER)
        vectors = partition.folder / VECTORS_FOLDER
        has_vectors = vectors.is_dir()
        self._indexes = Indexes(
            self._keyword,
            SemanticIndex(vectors) if has_vectors else None,
            Neighbours(vectors) if has_vectors else None,
            Titles(self._keyword.titles, self._keyword.articles),
            partition.first_passages,
        )
        self._words: PartitionWords = open_words(partition.folder / LANGUAGE_FOLDER)
        self._hits = HitMaker(partition, self._keyword.passages)
        self._facets = FacetIndex(partition.cards, partition.site)
        self._suggest = SuggestIndex(open_tables(partition.folder / SUGGESTIONS_FOLDER))
        self._asked = gather_asked(partition, self._suggest, (), {})

    def search(self, query: Query, *, explain: bool = False, stages: Stages = ALL_STAGES) -> Results:
        """Answer a query.

        Raises `ModeUnavailableError` when semantic search alone was asked for and cannot be had;
        hybrid search falls back to keywords and says so in the results.
        """
        account = self.find(query, stages)
        if account is None:
            return self._nothing(query, read_query(query.text))
        answer = self._answer(account)
        return self._explain(account, answer) if explain else answer

    def find(self, query: Query, stages: Stages = ALL_STAGES) -> Account | None:
        """Rank and judge, without making hits; `None` where nothing was asked. Raises as `search` does."""
        read = read_query(query.text)
        if not (read.plain or read.is_explicit) or not self.partition.cards:
            return None
        stages = stages.without("spelling") if query.verbatim else stages
        understood = understand(read, self._words, stages, unfinished=query.unfinished)
        asked = Asked(query, read, understood, stages)
        found, reason = self._gather(asked)
        ranked = rank(self._indexes, found, stages)
        results = self._results(asked, found)
        if read.phrases and not results.any():
            asked = replace(asked, read=replace(read, phrases=(), notes=(*read.notes, NOT_WORD_FOR_WORD)))
            results = self._results(asked, found)
        filtered = results & self._facets.allowed(query.filters)
        verdict = self._judge(asked, found, filtered)
        order = order_by(ranked, filtered, query.offset + query.limit + 1)  # one more, which the last is compared with
        return Account(asked, found, reason, ranked, results, order, int(filtered.sum()), verdict)

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Articles and sections whose words begin like those typed; failing that, what keywords find."""
        asked = self._asked
        found = choose(self._suggest.find(text, limit, asked.opened) + asked.find(text, limit), limit)
        if found or not text.strip():
            return found
        account = self.find(Query(text, mode=Mode.KEYWORD, limit=limit, unfinished=True))
        return tuple(self._hits.suggest(row) for row in account.order[:limit].tolist()) if account else ()

    def take_up(self, asked: Sequence[AskedQuestion], opened: Mapping[str, int]) -> None:
        """Suggest what was asked, and first what was opened: article id -> times."""
        self._asked = gather_asked(self.partition, self._suggest, asked, opened)

    def leads_to(self, question: str, article: str) -> bool:
        """Whether a question in words that this partition suggests finds an article among the first hits."""
        if not self._suggest.knows(question):
            return False
        account = self.find(Query(question, limit=MOST_FOLLOWED))
        first = account.order[:MOST_FOLLOWED].tolist() if account else []
        return any(row in first for row in self.partition.rows([article]))

    def filter_values(self) -> Mapping[str, tuple[str, ...]]:
        """The values that each filter knows in this partition."""
        return {facet: self._facets.values(facet) for facet in FACETS}

    def _gather(self, asked: Asked) -> tuple[Found, Reason | None]:
        """What both sides find, and why it is less than was asked for."""
        mode = asked.query.mode
        vector, reason = (None, None) if mode is Mode.KEYWORD else self._encode(asked.understood.text)
        if reason and mode is Mode.SEMANTIC:
            raise ModeUnavailableError(f"Semantic search is not available ({reason}); use mode=hybrid or mode=keyword.")
        mode = Mode.KEYWORD if reason else mode
        holders = self._holders(asked) if mode is not Mode.SEMANTIC else {}
        return gather(self._indexes, self._keyword.look_up(asked.understood.terms), mode, vector, holders), reason

    def _encode(self, text: str) -> tuple[Scores | None, Reason | None]:
        """The unit vector of a text, shape (d,), or why there is none."""
        encoder = self._encoder()
        if isinstance(encoder, str):
            return None, encoder
        if self._indexes.semantic is None:
            return None, "snapshot-without-vectors"
        return encoder.encode([text])[0], None

    def _holders(self, asked: Asked) -> dict[int, Place]:
        """The articles that hold an identifier of the query, each with the most telling place."""
        holders: dict[int, Place] = {}
        for identifier in asked.understood.identifiers:
            held = self._words.codes.holders(identifier.code).tolist()
            is_word = len(held) > _FEW_HOLDERS or is_name(identifier.code)
            for row, place in held:
                if place == Place.DECLARED or not is_word:
                    holders[row] = min(holders.get(row, Place.BODY), Place(place))
        return holders

    def _results(self, asked: Asked, found: Found) -> Mask:
        """Which articles are results, operators considered and filters not."""
        results = find_results(found, asked.stages)
        if asked.read.has_operators:
            allowed = self._keyword.allowed(asked.read) & self._facets.satisfying(asked.read.fields)
            results = allowed if asked.read.is_explicit else results & allowed
        results[self.partition.rows(asked.query.without)] = False
        return results

    def _judge(self, asked: Asked, found: Found, filtered: Mask) -> Verdict:
        if asked.read.is_explicit:
            return Verdict(bool(filtered.any()), "operators", float(filtered.sum()), 1.0)
        closeness = self.partition.site.answer_closeness or ANSWER_CLOSENESS
        verdict = judge(found.mode, found.coverage, found.similarity, filtered, closeness)
        return answer_by_code(verdict) if filtered[list(found.holders)].any() else verdict

    def _answer(self, account: Account) -> Results:
        asked, understood, partition = account.asked, account.asked.understood, self.partition
        query = asked.query
        answered = account.verdict.answered and not understood.is_vague
        page = account.order[query.offset : query.offset + query.limit].tolist()
        worths = {term.term: of.weight * of.idf for term, of in zip(understood.terms, account.found.sought, strict=True)}
        worth = {term: value for term, value in worths.items() if value >= _LEAST_SHOWN}
        return Results(
            query=query.text,
            mode=account.found.mode,
            degraded=account.found.mode is not query.mode,
            reason=account.reason,
            answered=answered,
            total=account.total,
            hits=tuple(self._hits.make(row, account, worth) for row in page),
            facets=self._facets.count(account.results, query.filters),
            notes=asked.read.notes,
            snapshot=partition.snapshot,
            corrected=understood.text if understood.corrections else "",
            corrections=understood.corrections,
            suggestion=_suggested(understood),
            is_vague=understood.is_vague,
            topics=() if answered else nearest_topics(account.ranked.scores, partition.cards, partition.site.topics),
        )

    def _explain(self, account: Account, results: Results) -> Results:
        """The results with every number behind them in words."""
        query, terms = account.asked.query, [term.term for term in account.asked.understood.terms]
        rows = account.order[query.offset : query.offset + len(results.hits) + 1].tolist()
        shown = [self._hits.show_whole(row, account) for row in rows]
        count = len(results.hits)
        told = explain_hits(account, shown[:count], shown[count] if len(shown) > count else None)
        sought = dict(zip(terms, account.found.sought, strict=True))
        held = {term: len(self._keyword.articles.rows(of.number)) for term, of in sought.items()}
        explanation = explain_query(account, held, {term: of.idf for term, of in sought.items()})
        hits = tuple(replace(hit, explain=why) for hit, why in zip(results.hits, told, strict=True))
        return replace(results, hits=hits, explanation=explanation)

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


def _suggested(understood: Understanding) -> str:
    """The query with every word replaced that may have been meant otherwise; empty if there is none."""
    text = understood.text
    for correction in understood.suggestions:
        text = text.replace(correction.typed, correction.meant)
    return text if text != understood.text else ""
