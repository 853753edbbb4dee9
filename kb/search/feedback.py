"""Pseudo-relevance feedback: the words of the articles found first are looked for as well.

RM3 (Abdul-Jaleel et al., UMass at TREC 2004) on the keyword side: questions that share no word with
the article that answers them share words with its neighbours. It adds .007 nDCG@10 on
wixqa_expert160 and .005 on cranfield, and changes nothing where the first article is right; on
passages too, or on the query's vector (Rocchio), it gained nothing further or cost .01 on
stackfaq_threads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.search.keyword import KeywordIndex
from kb.search.types import Rows, Scores, WeightedTerm

_ARTICLES = 3  # that are taken to be right; 2 to 5 do as well
_TERMS = 20  # taken from them; 10 to 40 do as well
_FEEDBACK_SHARE = 0.5  # of the new query, the rest is the question; .4 does as well
_SOFTNESS = 0.5  # of the articles' weights, exp(score difference / this): one far ahead decides alone


def feed_back(index: KeywordIndex, asked: Sequence[WeightedTerm], keyword: Scores, scores: Scores) -> Scores:
    """The keyword scores, shape (articles,), of the question with the words of its first articles.

    `keyword` are the question's own keyword scores; `scores`, shape (articles,), say which articles are first.
    """
    if not asked or not scores.size:
        return keyword
    own = (1 - _FEEDBACK_SHARE) / sum(term.weight for term in asked)
    first = _first_articles(scores)
    added = _telling_terms(index, first, _weights(scores[first]))
    return np.asarray(np.float32(own) * keyword + index.articles.scores(added), np.float32)


def _first_articles(scores: Scores) -> Rows:
    count = min(_ARTICLES, len(scores))
    first = np.argpartition(-scores, count - 1)[:count]
    return np.asarray(first[np.argsort(-scores[first], kind="stable")], np.int32)


def _weights(scores: Scores) -> Scores:
    """A softmax over scores in falling order."""
    weights = np.exp((scores - scores[0]) / np.float32(_SOFTNESS))
    return np.asarray(weights / weights.sum(), np.float32)


def _telling_terms(index: KeywordIndex, articles: Rows, weights: Scores) -> list[WeightedTerm]:
    """The terms that tell most of these articles, with weights that sum to the share of feedback."""
    numbers, worths = [], []
    for article, weight in zip(articles.tolist(), weights.tolist(), strict=True):
        terms, frequencies = index.forward.terms(article)
        numbers.append(terms)
        worths.append(frequencies * (weight / max(int(frequencies.sum()), 1)) * index.articles.idfs[terms])
    distinct, place = np.unique(np.concatenate(numbers), return_inverse=True)
    worth = np.bincount(place, weights=np.concatenate(worths))
    best = np.argsort(-worth, kind="stable")[:_TERMS]
    total = float(worth[best].sum())
    if not total:
        return []
    pairs = zip(distinct[best].tolist(), (worth[best] * (_FEEDBACK_SHARE / total)).tolist(), strict=True)
    return [WeightedTerm(index.vocabulary.term(number).decode("utf-8"), value) for number, value in pairs]
