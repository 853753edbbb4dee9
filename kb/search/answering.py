"""Answering: whether any result is close enough to the question to be called an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kb.search.types import Mask, Mode, Scores

# An article answers when its best cosine, plus this share of the part of the question's idf that it
# holds, reaches the threshold: the weights of a logistic regression over questions of wixqa_expert160,
# stackfaq_threads, cranfield and our own articles, each put to its own library (answerable) and to the
# three others (hopeless), with 50 questions on cooking, history and the like. Of the answerable ones 0,
# 0, 0 and 2.8 % stay below, of the hopeless ones at least 90, 94, 99 and 94 %. A question whose one answer is
# taken out of the library is another matter: most of those still find something about the same thing. A library on phones,
# computers and televisions lies nearer to all that people ask, so its site.toml may ask for more.
COVERAGE_SHARE = 0.28
ANSWER_CLOSENESS = 0.515
# Without a model, the part of the question's idf alone.
ANSWER_COVERAGE = 0.75


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best of any result's scores against the least that calls it an answer."""

    answered: bool
    measure: str  # "closeness", or "words covered" without a model; "code" when an identifier decides
    score: float
    threshold: float


def judge(mode: Mode, coverage: Scores, similarity: Scores, results: Mask, closeness: float = ANSWER_CLOSENESS) -> Verdict:
    """Judge the results of a query; `closeness` is the least that answers, unless words alone are judged."""
    rows = np.flatnonzero(results)
    by_words = mode is Mode.KEYWORD
    scores = coverage[rows] if by_words else similarity[rows] + np.float32(COVERAGE_SHARE) * coverage[rows]
    best = round(float(scores.max(initial=0.0)), 4)
    threshold = ANSWER_COVERAGE if by_words else closeness
    return Verdict(rows.size > 0 and best >= threshold, "words covered" if by_words else "closeness", best, threshold)


def answer_by_code(verdict: Verdict) -> Verdict:
    """The verdict where a result holds an identifier that was asked for: that is an answer, whatever the scores."""
    return replace(verdict, answered=True, measure="code")
