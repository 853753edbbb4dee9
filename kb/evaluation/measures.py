"""Measures of relevance, by ir-measures, for every query; and whether a difference can be chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG
from scipy import stats

from kb.evaluation.configurations import Run
from kb.evaluation.judgments import Collection

DEPTH = 10  # hits that count, the depth of every measure

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR @ 10,
    "recall@10": R @ 10,
    "success@1": Success @ 1,
    "success@3": Success @ 3,
}
_RESAMPLES = 9_999  # of the randomisation test: p is exact to about .002
_SEED = 0

PerQuery = Mapping[str, Mapping[str, float]]  # measure -> query id -> value


def measure(collection: Collection, run: Run) -> PerQuery:
    """Every measure for every judged query; a query without hits counts 0."""
    # trec_eval's gain is the grade itself; 2^grade - 1 is what published figures mostly use.
    judgments = {
        query: {document: 2**grade - 1 for document, grade in collection.judgments[query].items()} for query in collection.judged
    }
    found = {query: dict(hits) for query, hits in run.items()}
    names = {measured: name for name, measured in MEASURES.items()}
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(judgments, 0.0) for name in MEASURES}
    for value in ir_measures.iter_calc(list(MEASURES.values()), judgments, found):
        values[names[value.measure]][value.query_id] = float(value.value)
    return values


def means(values: PerQuery, queries: Iterable[str]) -> dict[str, float]:
    """The mean of each measure over some queries."""
    chosen = list(queries)
    return {name: round(float(np.mean([of[query] for query in chosen])), 4) for name, of in values.items()}


def chance(values: PerQuery, others: PerQuery, name: str) -> float:
    """How likely the mean difference of a measure is by chance: a paired randomisation test, two-sided."""
    differences = np.array([value - others[name][query] for query, value in values[name].items()])
    if not differences.any():
        return 1.0
    test = stats.permutation_test(
        (differences,),
        lambda sample, axis: np.mean(sample, axis=axis),
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        vectorized=True,
        rng=_SEED,
    )
    return round(float(test.pvalue), 4)
