"""Ranking: what lifts an article beyond its fused score, which articles are results, and whether any answers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kb.search.analysis import Token
from kb.search.types import Mask, Mode, Rows, Scores

# Added to z-scores, which seldom pass 8: an article that names the very code in the question
# stands above every article that is only like it.
IDENTIFIER_BOOST = 10.0
_MIN_IDENTIFIER = 3  # characters; "5" and "10" are amounts

# An article is a result of hybrid search when it holds at least this share of the question's idf …
ENOUGH_COVERAGE = 0.5
# … or comes this close to the best article in meaning.
ENOUGH_SIMILARITY = 0.7

# There is an answer when some article reaches one of these. Measured with all-MiniLM-L6-v2 on our
# articles: 97 % of their own 179 questions do, none of Cranfield's 225 on aeronautics, and a third
# of wixqa_expert160's 160 on website building, which share words and tone with ours.
ANSWER_SIMILARITY = 0.38
ANSWER_COVERAGE = 0.75


def identifiers(tokens: Iterable[Token]) -> list[str]:
    """The terms of a query that look like codes: long enough and with a digit or joined by underscores."""
    return list(dict.fromkeys(token.term for token in tokens if len(token.term) >= _MIN_IDENTIFIER and _is_code(token)))


def _is_code(token: Token) -> bool:
    return any(char.isdigit() for char in token.term) or token.joined_by_underscore


def boost_identifiers(scores: Scores, holding: Mask) -> Scores:
    """Lift the articles whose `errors` hold an identifier of the query."""
    return np.asarray(scores + np.where(holding, np.float32(IDENTIFIER_BOOST), np.float32(0)), np.float32)


def find_results(mode: Mode, coverage: Scores, similarity: Scores, holding: Mask) -> Mask:
    """Which articles are results at all, before operators and filters; shape (articles,).

    `coverage` is the share of the query's idf that an article holds, `similarity` its best cosine.
    """
    by_meaning = np.zeros(len(coverage), np.bool_)
    if mode is not Mode.KEYWORD and similarity.size:
        by_meaning = similarity >= max(ANSWER_SIMILARITY, float(similarity.max()) * ENOUGH_SIMILARITY)
    if mode is Mode.SEMANTIC:
        return by_meaning
    if mode is Mode.KEYWORD:
        return holding | (coverage > 0)
    return by_meaning | holding | (coverage >= ENOUGH_COVERAGE)


def is_answered(coverage: Scores, similarity: Scores, results: Mask) -> bool:
    """Whether some result is close enough to the question to be called an answer."""
    if not results.any():
        return False
    return bool((coverage[results] >= ANSWER_COVERAGE).any() or (similarity[results] >= ANSWER_SIMILARITY).any())


def order_by(scores: Scores, results: Mask) -> Rows:
    """The rows of the results, best first; equal scores in the order of the rows."""
    rows = np.flatnonzero(results)
    return np.asarray(rows[np.argsort(-scores[rows], kind="stable")], np.int32)
