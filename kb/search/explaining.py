"""Explaining: puts into words how a query was read, weighed and judged, and why a hit stands where it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.search.account import Account, Asked
from kb.search.answering import ANSWER_COVERAGE, COVERAGE_SHARE
from kb.search.explanation import Check, ExplainedTerm, Explanation, HitExplanation, Reading, Stage, Verdict
from kb.search.types import Scores

PARTS = {
    "words, whole article": "How well the words fit the whole article, title and symptoms counted more than the body.",
    "meaning, whole article": "How close the whole article is to the question in meaning.",
    "best passage": "How well the best passage of about 90 words fits, in words and meaning.",
    "neighbours": "How well the articles that are most like this one fit.",
    "title": "How much of the question the title says, and how little else.",
}
SCORE = Stage("score", 0.0, "The sum: what the hits are ordered by.")
CODE = "exact code"
CODE_PLACES = {
    0: "The article holds no code of the question.",
    1: "A code of the question stands in the text: such articles come before all others.",
    2: "A code of the question stands in the title or a heading: such articles come before those that only mention it.",
    3: "The article's `errors` declare a code of the question: such articles come first.",
}
MEASURES = {
    "words covered": "The share of the question's words that the article holds, rare words counting more; from 0 to 1.",
    "cosine": "How close the question is to what is closest to it in the article; 1 is the same text.",
}
VERDICTS = {
    "closeness": f"The best cosine of any result plus {COVERAGE_SHARE} times the words that it covers.",
    "words covered": f"Without the model, an article must hold {ANSWER_COVERAGE:.0%} of the question's words, by rarity.",
}
_TIE = 0.005  # below it two scores look the same with two digits


@dataclass(frozen=True, slots=True)
class Shown:
    """A result, and the text of the passage that answers best."""

    row: int
    title: str
    passage: str


def explain_query(account: Account, held: Mapping[str, int], idfs: Mapping[str, float]) -> Explanation:
    """What the query was taken for; `held` says how many articles hold each of its terms."""
    asked = account.asked
    return Explanation(
        typed=asked.query.text,
        searched=asked.understood.text,
        readings=tuple(_read(asked)),
        terms=tuple(_terms(asked, held, idfs)),
        weights=tuple(_weights(account)),
        evidence=tuple(_evidence(account)),
        verdict=_verdict(account),
    )


def explain_hits(account: Account, shown: Sequence[Shown], below: Shown | None) -> tuple[HitExplanation, ...]:
    """Why each result stands above the next one; `below` is the one that is not shown any more."""
    after = [*shown[1:], below] if shown else []
    return tuple(_explain_hit(account, hit, other) for hit, other in zip(shown, after, strict=True))


def _explain_hit(account: Account, hit: Shown, below: Shown | None) -> HitExplanation:
    ranked, found = account.ranked, account.found
    parts = tuple(_read_off(ranked.parts, PARTS, hit.row))
    tier = int(ranked.tiers[hit.row])
    code = (Stage(CODE, float(tier), CODE_PLACES[tier]),) if tier else ()
    total = Stage(SCORE.name, round(float(ranked.scores[hit.row]), 4), SCORE.meaning)
    measures = {"words covered": found.coverage} | ({"cosine": found.similarity} if found.semantic else {})
    return HitExplanation(
        stages=(*code, *parts, total),
        measures=tuple(_read_off(measures, MEASURES, hit.row)),
        passage=hit.passage,
        meaning=_compare(account, hit.row, below) if below else "It is the last of the results.",
    )


def _compare(account: Account, row: int, below: Shown) -> str:
    ranked = account.ranked
    if ranked.tiers[row] > ranked.tiers[below.row]:
        return f"It stands above “{below.title}” for the code of the question, whatever the scores."
    ahead = float(ranked.scores[row] - ranked.scores[below.row])
    if ahead < _TIE:
        return f"It scores the same as “{below.title}”; equals stand in the order of their addresses."
    gains = {name: float(values[row] - values[below.row]) for name, values in ranked.parts.items()}
    most, least = max(gains, key=lambda name: gains[name]), min(gains, key=lambda name: gains[name])
    reason = f"It stands {ahead:.2f} above “{below.title}”, most of it from {most} ({gains[most]:+.2f})."
    return f"{reason} The other is ahead in {least} ({-gains[least]:+.2f})." if gains[least] < -_TIE else reason


def _read(asked: Asked) -> Iterator[Reading]:
    understood, read = asked.understood, asked.read
    for found in understood.identifiers:
        yield Reading("code", found.typed, found.code, "Taken as a code: articles that hold it come first.")
    for mended in understood.corrections:
        yield Reading("correction", mended.typed, mended.meant, "No article has the word; this one is spelled nearly alike.")
    for added in understood.expansions:
        yield Reading("synonym", added.asked, ", ".join(added.means), "Looked for as well, and counted less.")
    operators = [(f'"{phrase}"', "These words must stand next to each other.") for phrase in read.phrases]
    operators += [(f"{prefix}*", "Any word that begins so.") for prefix in read.prefixes]
    operators += [(f"-{word}", "Must not stand anywhere in the article.") for word in read.excluded]
    operators += [(f"{term.field}:{term.value}", f"Must be in the {term.field}.") for term in read.fields]
    for typed, meaning in operators:
        yield Reading("operator", typed, typed, meaning)


def _terms(asked: Asked, held: Mapping[str, int], idfs: Mapping[str, float]) -> Iterator[ExplainedTerm]:
    for term in asked.understood.terms:
        origin = "asked" if term.weight == 1 else "synonym or other spelling"
        articles = held[term.term]
        yield ExplainedTerm(term.term, origin, round(term.weight, 2), articles, round(idfs[term.term], 2), articles > 0)


def _weights(account: Account) -> Iterator[Stage]:
    meaning = account.ranked.share.meaning
    yield Stage("words", round(1 - meaning, 2), "Words that stand in the article as they were asked.")
    yield Stage("meaning", round(meaning, 2), "Text that says something similar, in whatever words.")


def _evidence(account: Account) -> Iterator[Stage]:
    share = account.ranked.share
    if account.found.semantic and account.found.keyword:
        yield Stage(
            "lead", round(share.lead, 2), "How far the closest article stands clear of the fifth: more gives meaning more weight."
        )
        yield Stage("cosine", round(share.closeness, 2), "How close the closest passage is: where all is close, words tell more.")


def _verdict(account: Account) -> Verdict:
    judged, answered = account.verdict, account.verdict.answered
    if account.asked.understood.is_vague:
        return Verdict(False, "The question names nothing to look for, so the reader is asked what is not working.")
    if judged.measure == "operators":
        return Verdict(
            answered, f"The question says what must be there, and {'something' if answered else 'nothing'} is; no score decides."
        )
    if judged.measure == "code":
        return Verdict(True, "A result holds the code that was asked for.")
    check = Check(judged.measure, round(judged.score, 3), judged.threshold, answered, VERDICTS[judged.measure])
    said = (
        "Some result reaches the threshold"
        if answered
        else "No result reaches the threshold, so the reader is told that no article answers"
    )
    return Verdict(answered, f"{said}.", (check,))


def _read_off(columns: Mapping[str, Scores], meanings: Mapping[str, str], row: int) -> Iterator[Stage]:
    for name, values in columns.items():
        yield Stage(name, round(float(values[row]), 4), meanings[name])
