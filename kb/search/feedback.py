"""Pseudo-relevance feedback: the words of the articles found first are looked for as well.

RM3 (Abdul-Jaleel et al., UMass at TREC 2004) on the keyword side: questions that share no word with
the article that answers them share words with its neighbours. It adds .007 nDCG@10 on
wixqa_expert160 and .005 on cranfield, and changes nothing where the first article is right; on
passages too, or on the query's vector (Rocchio), it gained nothing further or cost .01 on
stackfaq_threads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from kb.search.keyword import KeywordIndex
from kb.search.postings import Sought
from kb.search.types import Scores

_ARTICLES = 3  # that are taken to be right; with 2, wixqa_expert160 loses .003 nDCG@10
_TERMS = 20  # taken from them; with 8 to 12, cranfield loses up to .003 nDCG@10 and the corpus .001 MRR@10
_FEEDBACK_SHARE = 0.5  # of the new query, the rest is the question; .4 does as well
_SOFTNESS = 0.5  # of the articles' weights, exp(score difference / this): one far ahead decides alone


def feed_back(index: KeywordIndex, asked: Sequence[Sought], keyword: Scores, scores: Scores) -> Scores:
    """The keyword scores, shape (articles,), of the question with the words of its first articles.

    `keyword` are the question's own keyword scores; `scores`, shape (articles,), say which articles are first.
    """
    if not asked or not scores.size:
        return keyword
    own = (1 - _FEEDBACK_SHARE) / sum(term.weight for term in asked)
    first = _first_articles(scores)
    fed = index.articles.scores(_telling_terms(index, first, _weights(scores[first])))
    fed += np.float32(own) * keyword
    return fed


def _first_articles(scores: Scores) -> list[int]:
    """The rows of the first articles in order, of equals the first."""
    left = scores.copy()
    first: list[int] = []
    for _ in range(min(_ARTICLES, len(scores))):
        first.append(int(left.argmax()))
        left[first[-1]] = -np.inf
    return first


def _weights(scores: Scores) -> Scores:
    """A softmax over scores in falling order."""
    weights = np.exp((scores - scores[0]) / np.float32(_SOFTNESS))
    return np.asarray(weights / weights.sum(), np.float32)


def _telling_terms(index: KeywordIndex, articles: Sequence[int], weights: Scores) -> list[Sought]:
    """The terms that tell most of these articles, with weights that sum to the share of feedback."""
    worths: dict[int, float] = defaultdict(float)
    for article, weight in zip(articles, weights.tolist(), strict=True):
        numbers, frequencies = index.forward.terms(article)
        worth = frequencies * index.articles.idfs[numbers]
        best = np.argpartition(worth, -_TERMS)[-_TERMS:] if len(worth) > _TERMS else slice(None)
        scale = weight / max(int(frequencies.sum()), 1)
        for number, value in zip(numbers[best].tolist(), worth[best].tolist(), strict=True):
            worths[number] += value * scale
    telling = sorted(worths.items(), key=_by_worth)[:_TERMS]
    total = sum(worth for _, worth in telling)
    return [Sought(number, worth * _FEEDBACK_SHARE / total, index.articles.idf(number)) for number, worth in telling if worth]


def _by_worth(term: tuple[int, float]) -> tuple[float, int]:
    return -term[1], term[0]
