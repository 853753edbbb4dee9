"""Runs a collection's queries through an engine and measures what comes back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, Success, nDCG

from kb.evaluation.judgments import Collection
from kb.search.engine import Engine
from kb.search.types import Mode, Query

DEPTH = 10  # hits taken for each query, the depth of every measure

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR @ 10,
    "recall@10": R @ 10,
    "success@1": Success @ 1,
    "success@3": Success @ 3,
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one collection showed, for each mode of search."""

    collection: str
    queries: int
    metrics: Mapping[str, Mapping[str, float]]  # mode -> measure -> mean over the queries
    latency_ms: Mapping[str, Mapping[str, float]]  # mode -> percentile -> milliseconds


def evaluate_collection(collection: Collection, engine: Engine) -> Evaluation:
    """Ask every judged query in every mode; the engine must hold the collection's documents."""
    metrics: dict[str, Mapping[str, float]] = {}
    latency: dict[str, Mapping[str, float]] = {}
    judged = {query: text for query, text in collection.queries.items() if query in collection.judgments}
    for mode in Mode:
        run: dict[str, dict[str, float]] = {}
        taken: list[float] = []
        for query, text in judged.items():
            began = time.perf_counter()
            hits = engine.search(Query(text, mode, limit=DEPTH)).hits
            taken.append((time.perf_counter() - began) * 1000)
            run[query] = {hit.id: float(-place) for place, hit in enumerate(hits)}
        metrics[mode] = _measure(collection, run)
        latency[mode] = {f"p{share}": round(float(np.percentile(taken, share)), 2) for share in (50, 95, 99)}
    return Evaluation(collection.name, len(judged), metrics, latency)


def _measure(collection: Collection, run: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    # trec_eval's gain is the grade itself; 2^grade - 1 is what published figures mostly use.
    judgments = {
        query: {document: 2**grade - 1 for document, grade in grades.items()}
        for query, grades in collection.judgments.items()
        if query in collection.queries
    }
    means = ir_measures.calc_aggregate(list(MEASURES.values()), judgments, {query: dict(hits) for query, hits in run.items()})
    return {name: round(float(means[measure]), 4) for name, measure in MEASURES.items()}
