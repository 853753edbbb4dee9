"""Part `product`: latency and relevance of the engine that serves, in one process on one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from bench.corpus import Judged, judged_queries
from bench.opened import RememberedVectors, find, open_encoder, open_engine, rank
from bench.part import main_of
from bench.plan import Plan
from bench.relevance import relevance
from bench.rounds import Figures, deal, percentiles, time_rounds
from kb.search.engine import Engine
from kb.search.types import Encoder, Mode

PART = "product"
RANKING = ", ids alone"  # behind the name of a mode

ASKED: dict[str, Callable[..., list[str]]] = {"": find, RANKING: rank}  # by engine, text and mode
_TYPED = 40  # letters of a query that are typed one by one; few people type more before they choose
_TYPED_SHARE = 10  # one query in so many is typed: each is asked up to 40 times


def measure(plan: Plan) -> dict[str, Any]:
    """Everything that the engine shows without a web server."""
    began = time.perf_counter()
    engine = open_engine(plan)
    opening = time.perf_counter() - began
    judged = judged_queries(plan)
    texts = [query.text for query in judged]
    latency = measure_engine(lambda: open_engine(plan), texts, plan)
    encoder = open_encoder(plan)
    latency["encoding one query"] = _timed(lambda text: encoder.encode([text]), texts, plan)
    latency |= _without_encoding(engine, encoder, texts, plan)
    return {
        "opening_seconds": round(opening, 2),
        "latency_ms": latency,
        "hybrid_to_encoding": _ratios(latency),
        "relevance": {mode: _relevance(engine, judged, mode) for mode in Mode},
    }


def measure_engine(open_one: Callable[[], Engine], texts: Sequence[str], plan: Plan) -> dict[str, Figures]:
    """Latency of each mode, with its hits and by ids alone, and of suggestions; also asked of the partitions of the growth table.

    Each has an engine opened for it, as the last one has the vectors of all these queries in its cache.
    """
    latency = {}
    for mode in Mode:
        for name, ask in ASKED.items():
            engine = open_one()
            latency[f"{mode}{name}"] = _timed(partial(ask, engine, mode=mode), texts, plan)
    warm, rounds = deal(texts, plan.rounds, plan.round_queries)
    typed = [list(_letters(queries[::_TYPED_SHARE])) for queries in rounds]
    latency["suggest"] = percentiles(time_rounds(engine.suggest, list(_letters(warm[:1])), typed))
    return latency


def _timed(ask: Callable[[str], object], texts: Sequence[str], plan: Plan) -> Figures:
    return percentiles(time_rounds(ask, *deal(texts, plan.rounds, plan.round_queries)))


def _without_encoding(engine: Engine, encoder: Encoder, texts: Sequence[str], plan: Plan) -> dict[str, Figures]:
    """The modes that need a vector, with the vector known beforehand, as it is given to peers."""
    remembered = RememberedVectors(encoder)
    given = Engine(engine.partition, lambda: remembered)
    _, rounds = deal(texts, plan.rounds, plan.round_queries)
    everything = [text for queries in rounds for text in queries]
    return {
        f"{mode}{name} without encoding": percentiles(time_rounds(partial(ask, given, mode=mode), everything, rounds))
        for mode in (Mode.SEMANTIC, Mode.HYBRID)
        for name, ask in ASKED.items()
    }


def _ratios(latency: dict[str, Figures]) -> dict[str, Figures]:
    encoding = latency["encoding one query"]
    return {
        f"{Mode.HYBRID}{name}": {
            share: round(latency[f"{Mode.HYBRID}{name}"][share] / max(encoding[share], 0.001), 2) for share in ("p50", "p99")
        }
        for name in ASKED
    }


def _relevance(engine: Engine, judged: Sequence[Judged], mode: Mode) -> Figures:
    return relevance(judged, [find(engine, query.text, mode) for query in judged])


def _letters(texts: Sequence[str]) -> Iterator[str]:
    """Each text as it grows while being typed, letter by letter."""
    for text in texts:
        for length in range(1, min(len(text), _TYPED) + 1):
            yield text[:length]


if __name__ == "__main__":
    main_of(PART, measure)
