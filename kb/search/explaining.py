"""Explaining: puts into words how a query was read, weighed and judged, and why a hit stands where it does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.search.analysis import Token
from kb.search.explanation import Check, ExplainedTerm, HitExplanation, Reading, Stage, Verdict
from kb.search.fusion import SEMANTIC_WEIGHT, WHOLE_WEIGHT, standardise
from kb.search.ranking import ANSWER_COVERAGE, ANSWER_SIMILARITY
from kb.search.types import Correction, Evidence, Ranking, ReadQuery, Results, Rows, Scores

SIDES = {
    "keyword": (1 - SEMANTIC_WEIGHT, "Words that stand in the article as they were asked."),
    "meaning": (SEMANTIC_WEIGHT, "Text that says something similar, in whatever words."),
}
STAGE_MEANINGS = {
    "keyword, article": "How well the words fit the whole article, title and symptoms counted more than the body.",
    "keyword, passage": "How well the words fit the best passage.",
    "meaning, article": "How close the whole article is to the question in meaning.",
    "meaning, passage": "How close the best passage is to the question in meaning.",
    "fused": "The parts before it, added up.",
    "exact code": "Added because the article's `errors` name a code of the question.",
    "score": "What the hits are ordered by.",
    "words covered": "The share of the question's words that the article holds, rare words counting more; from 0 to 1.",
    "closeness": "The cosine between the question and what is closest to it in the article; 1 is the same text.",
}
ANSWER_THRESHOLDS = {"words covered": ANSWER_COVERAGE, "closeness": ANSWER_SIMILARITY}
CORRECTED = "No article says “{}”, so the nearest word that some article says was searched for."
_TOTALS = ("fused", "score")
_TIE = 0.005  # below it two scores look the same with two digits


@dataclass(frozen=True, slots=True)
class Standings:
    """Every article's numbers for one query, by the name of the stage; each array has shape (articles,)."""

    stages: Mapping[str, Scores]  # those that are not totals add up to the score
    measures: Mapping[str, Scores]

    def explain(self, row: int, passage: str, below: tuple[int, str] | None) -> HitExplanation:
        """Why the article in this row stands above the next one, given by its row and title."""
        return HitExplanation(
            stages=tuple(_read_off(self.stages, row)),
            measures=tuple(_read_off(self.measures, row)),
            passage=passage,
            meaning=self._compare(row, *below) if below else "It is the last of the results.",
        )

    def _compare(self, row: int, other: int, title: str) -> str:
        score = self.stages["score"]
        ahead = float(score[row] - score[other])
        if ahead < _TIE:
            return f"To two digits it scores the same as “{title}”; true equals stand in the order of their addresses."
        gains = {name: float(values[row] - values[other]) for name, values in self.stages.items() if name not in _TOTALS}
        most, least = max(gains, key=lambda name: gains[name]), min(gains, key=lambda name: gains[name])
        reason = f"It stands {ahead:.2f} above “{title}”. What lifts it most is {most} ({gains[most]:+.2f})"
        return f"{reason}; the other is ahead in {least} ({-gains[least]:+.2f})." if gains[least] < -_TIE else f"{reason}."


def make_standings(ranking: Ranking, sides: Mapping[str, Evidence | None], measures: Mapping[str, Scores]) -> Standings:
    """Take a ranking apart; `sides` has the names of `SIDES`, with None for one that was not asked."""
    asked = {name: side for name, side in sides.items() if side}
    total = sum(SIDES[name][0] for name in asked)
    stages: dict[str, Scores] = {}
    for name, side in asked.items():
        weight = SIDES[name][0] / total
        stages[f"{name}, article"] = weight * WHOLE_WEIGHT * standardise(side.articles)
        stages[f"{name}, passage"] = weight * (1 - WHOLE_WEIGHT) * _of_best(side.passages, ranking.best_passage)
    stages |= {"fused": ranking.fused, "exact code": ranking.scores - ranking.fused, "score": ranking.scores}
    return Standings(stages, measures)


def explain_reading(read: ReadQuery, codes: Sequence[str], corrections: Sequence[Correction]) -> tuple[Reading, ...]:
    """What in the question was not taken as a plain word; `codes` are analysed terms."""
    found = [Reading("correction", one.typed, one.meant, CORRECTED.format(one.typed)) for one in corrections]
    found += [Reading("code", code, code, "Taken as a code: an article whose `errors` name it comes first.") for code in codes]
    found += [_operator(f'"{phrase}"', "These words must stand next to each other.") for phrase in read.phrases]
    found += [_operator(f"{prefix}*", "Any word that begins so.") for prefix in read.prefixes]
    found += [_operator(f"-{word}", "Must not stand anywhere in the article.") for word in read.excluded]
    found += [_operator(f"{term.field}:{term.value}", f"Must be in the {term.field}.") for term in read.fields]
    return tuple(found)


def explain_terms(tokens: Sequence[Token], text: str, held: Mapping[str, int], articles: int) -> tuple[ExplainedTerm, ...]:
    """The terms of a text with how many of the `articles` hold each."""
    origins: dict[str, str] = {}
    for token in tokens:
        origins.setdefault(token.term, text[token.start : token.end])
    return tuple(
        ExplainedTerm(term, origin, 1.0, held[term], round(_idf(held[term], articles), 2), held[term] > 0)
        for term, origin in origins.items()
    )


def explain_weights(sides: Mapping[str, Evidence | None]) -> tuple[Stage, ...]:
    """The share that each side was given."""
    asked = [name for name, side in sides.items() if side]
    total = sum(SIDES[name][0] for name in asked)
    return tuple(Stage(name, round(SIDES[name][0] / total, 2), SIDES[name][1]) for name in asked)


def explain_verdict(results: Results, is_explicit: bool, scores: Mapping[str, float]) -> Verdict:
    """Why there is an answer or none; `scores` are the best of any article, by the names of `ANSWER_THRESHOLDS`."""
    checks = tuple(_check(name, scores[name], threshold) for name, threshold in ANSWER_THRESHOLDS.items() if name in scores)
    if results.is_vague:
        return Verdict(False, "The question names nothing to look for, so the reader is asked what is not working.")
    if is_explicit:
        found = "something is" if results.answered else "nothing is"
        return Verdict(results.answered, f"The question says what must be there, and {found}; no score decides.")
    if results.answered:
        return Verdict(True, "Some article passes a check, so the reader is shown results.", checks)
    return Verdict(False, "No article passes a check, so the reader is told that no article answers.", checks)


def _check(name: str, score: float, threshold: float) -> Check:
    return Check(name, round(score, 2), threshold, score >= threshold, STAGE_MEANINGS[name])


def _operator(typed: str, meaning: str) -> Reading:
    return Reading("operator", typed, typed, meaning)


def _read_off(columns: Mapping[str, Scores], row: int) -> Iterator[Stage]:
    for name, values in columns.items():
        yield Stage(name, round(float(values[row]), 4), STAGE_MEANINGS[name])


def _of_best(passages: Scores, best: Rows) -> Scores:
    scores: Scores = standardise(passages)[best]
    return scores


def _idf(held: int, articles: int) -> float:
    """Whoosh's own: the natural logarithm of how few articles hold a term, plus one."""
    return math.log(articles / (held + 1)) + 1
