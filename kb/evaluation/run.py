"""Runs a collection's queries through the pipeline that serves, and measures what comes back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

import numpy as np

from kb.evaluation.configurations import (
    ALONE,
    KEYWORD,
    OURS,
    RANK_FUSION,
    SEMANTIC,
    SERVING,
    SIDES,
    WITHOUT,
    Configuration,
    Run,
    fuse_ranks,
)
from kb.evaluation.judgments import Collection
from kb.evaluation.kinds import kind_of
from kb.evaluation.measures import DEPTH, PerQuery, chance, means, measure
from kb.evaluation.no_answer import measure_no_answer
from kb.evaluation.slips import make_slip
from kb.evaluation.types import Evaluation, Lead
from kb.search.engine import Engine
from kb.search.types import Query

_FUSED_DEPTH = 50  # hits of each side that rank fusion gets, the most that a search gives
_WARM_UP = 20  # queries, whose times do not count
_SLIP_SEED = 7
SLIPPED = "ours, one slip in each query"
UNMENDED = "the same slips, not corrected"

Told = Callable[[str], None]


def evaluate_collection(collection: Collection, engine: Engine, *, ablate: bool, told: Told) -> Evaluation:
    """Ask every judged query; the engine must hold the collection's documents. `told` hears what is being run."""
    queries = collection.judged
    for text in list(queries.values())[:_WARM_UP]:
        engine.search(Query(text, limit=DEPTH))
    told(f"{collection.name}: {OURS}")
    run, taken = _ask(queries, engine, SERVING, DEPTH)
    ours = measure(collection, run)
    rows = _rows(collection, engine, ablate=ablate, told=told)
    told(f"{collection.name}: questions without an answer")
    return Evaluation(
        collection=collection.name,
        queries=len(queries),
        metrics=means(ours, queries),
        latency_ms={f"p{share}": round(float(np.percentile(taken, share)), 2) for share in (50, 95, 99)},
        kinds=_by_kind(queries, ours),
        no_answer=measure_no_answer(collection, engine),
        ablation={name: means(values, queries) for name, values in {OURS: ours, **rows}.items()},
        significance=_significance(ours, rows),
    )


def _rows(collection: Collection, engine: Engine, *, ablate: bool, told: Told) -> dict[str, PerQuery]:
    """What other configurations show: the sides alone, and with `ablate` rank fusion, slips and each stage left out."""
    queries = collection.judged
    runs: dict[str, Run] = {}
    for configuration in ALONE:
        told(f"{collection.name}: {configuration.name}")
        runs[configuration.name] = _ask(queries, engine, configuration, _FUSED_DEPTH)[0]
    rows = {name: measure(collection, _cut(run)) for name, run in runs.items()}
    if not ablate:
        return rows
    rows[RANK_FUSION] = measure(collection, _cut(fuse_ranks([runs[KEYWORD], runs[SEMANTIC]])))
    for configuration in WITHOUT:
        told(f"{collection.name}: {configuration.name}")
        rows[configuration.name] = measure(collection, _ask(queries, engine, configuration, DEPTH)[0])
    rng = random.Random(_SLIP_SEED)  # noqa: S311 - the same slips each time
    slipped = {query: make_slip(text, rng) for query, text in queries.items()}
    without_spelling = next(configuration for configuration in WITHOUT if not configuration.stages.spelling)
    for name, configuration in ((SLIPPED, SERVING), (UNMENDED, without_spelling)):
        told(f"{collection.name}: {name}")
        rows[name] = measure(collection, _ask(slipped, engine, configuration, DEPTH)[0])
    return rows


def _ask(queries: Mapping[str, str], engine: Engine, configuration: Configuration, depth: int) -> tuple[Run, list[float]]:
    """The hits of each query, and the milliseconds that each took."""
    run: dict[str, dict[str, float]] = {}
    taken: list[float] = []
    for query, text in queries.items():
        began = time.perf_counter()
        hits = engine.search(Query(text, configuration.mode, limit=depth), stages=configuration.stages).hits
        taken.append((time.perf_counter() - began) * 1000)
        run[query] = {hit.id: float(-place) for place, hit in enumerate(hits)}
    return run, taken


def _cut(run: Run) -> Run:
    return {query: dict(sorted(hits.items(), key=lambda hit: -hit[1])[:DEPTH]) for query, hits in run.items()}


def _by_kind(queries: Mapping[str, str], values: PerQuery) -> dict[str, dict[str, float]]:
    kinds: dict[str, list[str]] = {}
    for query, text in queries.items():
        kinds.setdefault(kind_of(text), []).append(query)
    return {kind: means(values, chosen) | {"queries": len(chosen)} for kind, chosen in sorted(kinds.items())}


def _significance(ours: PerQuery, rows: Mapping[str, PerQuery]) -> dict[str, Lead]:
    """For the main measures, the best single side, how far ours is ahead of it, and the chance that this is none."""
    leads: dict[str, Lead] = {}
    for name in ("nDCG@10", "MRR@10"):
        averages = {side: float(np.mean(list(rows[side][name].values()))) for side in SIDES}
        best = max(averages, key=lambda side: averages[side])
        ahead = float(np.mean(list(ours[name].values()))) - averages[best]
        leads[name] = Lead(best, round(ahead, 4), chance(ours, rows[best], name))
    return leads
