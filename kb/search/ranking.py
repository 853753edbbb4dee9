"""Ranking: the pipeline's stages from what both sides found to articles in order.

Fuse whole articles and best passages, feed the first articles' words back, smooth over neighbours,
add what titles say, and put what holds the very code that was asked for in front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from kb.search.codes import Place
from kb.search.evidence import highest, spread_of
from kb.search.feedback import feed_back
from kb.search.fusion import FIXED_SHARE, WHOLE_WEIGHT, Fused, Share, fuse, weigh_sides
from kb.search.gathering import Found, Indexes
from kb.search.neighbours import NEIGHBOUR_WEIGHT
from kb.search.stages import Stages
from kb.search.titles import TITLE_WEIGHT
from kb.search.types import Mask, Mode, Rows, Scores

# An article is a result of hybrid search when it holds at least this share of the question's idf …
ENOUGH_COVERAGE = 0.3
# … or comes this close to the best article in meaning, … (.5 and .7 instead lose .010 nDCG@10: what is about the
# same thing in other words is neither close nor full of the question's)
ENOUGH_SIMILARITY = 0.5
# … and this close at all: of questions on aeronautics, 1 % come closer to an article on website building.
LEAST_SIMILARITY = 0.3

# Where a title says all of the question, somebody remembers it: the whole article counts this much less, its neighbours
# nothing, and its words need not be fed back. Queries that were titles once gain .015 MRR@10 by it, questions in
# sentences lose .002 nDCG@10.
LESS_WHOLE_IF_TITLED = 0.2
TITLED_ENOUGH = 0.6  # .5 and .75 do as well


@dataclass(frozen=True, slots=True)
class Ranked:
    """Every article's score, and what it is the sum of; arrays have shape (articles,) unless said otherwise."""

    scores: Scores
    share: Share
    parts: Mapping[str, Scores]  # by the names of `kb.search.explaining.PARTS`
    tiers: Rows  # 0 for most; the higher, the more an article is about a code that was asked for
    passages: Scores  # shape (r,): of the passages that were compared


def rank(indexes: Indexes, found: Found, stages: Stages) -> Ranked:
    """Score every article for a query."""
    share = weigh_sides(found.keyword, found.semantic, found.compared)
    if not stages.weighing and 0 < share.meaning < 1:
        share = Share(FIXED_SHARE, share.lead, share.closeness)
    fused = fuse(found.keyword, found.semantic, share)
    weights = _weigh_parts(found, stages)
    fixed = _fixed_parts(fused, found, weights)
    words = _word_parts(indexes, fused, weights)
    if stages.feedback and found.keyword and found.semantic and weights.titled < TITLED_ENOUGH:
        fed = feed_back(indexes.keyword, found.sought, found.keyword.articles, _total(fixed | words))
        keyword = spread_of(fed).standardise(fed, 1 - share.meaning)
        words = _word_parts(indexes, replace(fused, keyword=keyword), weights)
    parts = fixed | words
    tiers = np.zeros(len(fused.keyword), np.int32)
    for row, place in found.holders.items():
        tiers[row] = 1 + max(Place) - place
    return Ranked(_total(parts), share, parts, tiers, fused.passages)


def find_results(found: Found, stages: Stages) -> Mask:
    """Which articles are results at all, before operators and filters; shape (articles,)."""
    holding = np.zeros(len(found.coverage), np.bool_)
    if stages.identifiers:
        holding[list(found.holders)] = True
    by_meaning = np.zeros(len(found.coverage), np.bool_)
    if found.mode is not Mode.KEYWORD and found.similarity.size:
        by_meaning = found.similarity >= max(LEAST_SIMILARITY, float(found.similarity.max()) * ENOUGH_SIMILARITY)
    if found.mode is Mode.SEMANTIC:
        return by_meaning
    if found.mode is Mode.KEYWORD:
        return holding | (found.coverage > 0)
    return by_meaning | holding | (found.coverage >= ENOUGH_COVERAGE)


def order_by(ranked: Ranked, results: Mask, count: int) -> Rows:
    """The rows of the first `count` results, best first: those about a code of the query, then by score, then by row."""
    lifted = np.flatnonzero(results & (ranked.tiers > 0))
    first = lifted[np.lexsort((-ranked.scores[lifted], -ranked.tiers[lifted]))][:count]
    others = np.flatnonzero(results & (ranked.tiers == 0) if len(lifted) else results)
    scores = ranked.scores[others]
    return np.concatenate([first, others[highest(scores, count - len(first), spread_of(scores))]]).astype(np.int32)


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each part of a score counts."""

    titled: float  # how much of the question the best title says, 0 to 1
    whole: float
    passages: float
    neighbours: float
    title: float


def _weigh_parts(found: Found, stages: Stages) -> _Weights:
    has_titles = stages.titles and found.mode is not Mode.SEMANTIC
    titled = float(found.title_likeness.max(initial=0.0)) if has_titles else 0.0
    whole = WHOLE_WEIGHT - LESS_WHOLE_IF_TITLED * titled if stages.passages else 1.0
    if not stages.whole_articles:
        whole = 0.0
    neighbours = NEIGHBOUR_WEIGHT * (1 - titled) if stages.neighbours and found.semantic else 0.0
    return _Weights(titled, whole, 1 - whole, neighbours, TITLE_WEIGHT if has_titles else 0.0)


def _fixed_parts(fused: Fused, found: Found, weights: _Weights) -> dict[str, Scores]:
    """The parts of the scores that feedback does not change."""
    parts = {
        "meaning, whole article": np.float32(weights.whole) * fused.meaning,
        "best passage": np.float32(weights.passages) * found.compared.pool(fused.passages, fused.articles),
    }
    if weights.title:
        likeness = found.title_likeness
        parts["title"] = np.float32(weights.title) * (likeness * likeness * likeness)
    return parts


def _word_parts(indexes: Indexes, fused: Fused, weights: _Weights) -> dict[str, Scores]:
    """The parts of the scores that rest on the words of whole articles."""
    parts = {"words, whole article": np.float32(weights.whole) * fused.keyword}
    if weights.neighbours and indexes.neighbours:
        parts["neighbours"] = np.float32(weights.neighbours) * indexes.neighbours.smooth(fused.articles)
    return parts


def _total(parts: Mapping[str, Scores]) -> Scores:
    first, *others = parts.values()
    total = first.copy()
    for part in others:
        total += part
    return total
