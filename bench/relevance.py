"""Relevance: what was found for each query against the one article that it must find."""

from __future__ import annotations

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from bench.corpus import Judged

DEPTH = 10  # hits taken of each query
MEASURES = {"MRR@10": RR @ 10, "recall@10": R @ 10, "nDCG@10": nDCG @ 10, "success@1": Success @ 1}


def relevance(judged: Sequence[Judged], found: Sequence[Sequence[str]]) -> dict[str, float]:
    """Mean measures of the ids found for each judged query, best first."""
    judgments = {str(row): {query.article: 1} for row, query in enumerate(judged)}
    run = {str(row): {id: float(-place) for place, id in enumerate(ids[:DEPTH])} for row, ids in enumerate(found)}
    means = ir_measures.calc_aggregate(list(MEASURES.values()), judgments, run)
    return {name: round(float(means[measure]), 4) for name, measure in MEASURES.items()}
