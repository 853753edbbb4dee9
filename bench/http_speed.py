"""Part `http`: the site over HTTP, for one client and under load; its workers' memory and how soon one is ready."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote_plus

from bench.corpus import judged_queries
from bench.http_load import Order, Outcome
from bench.memory import memory_megabytes
from bench.part import main_of
from bench.plan import Plan, outside_environ
from bench.rounds import Figures, deal, percentiles
from bench.site import HOST, RunningSite, running_site
from kb.config import ROOT

PART = "http"

_WORKERS = 2  # the product's default, and the cores of the machine that the targets speak of
_SHOWN_ERRORS = 5
_WHOLE_ROUND = 3_600.0  # seconds: a round for one client is bounded by its queries


def measure(plan: Plan) -> dict[str, Any]:
    """Everything that is seen from outside."""
    starts = [_start(plan) for _ in range(plan.starts)]
    texts = [query.text for query in judged_queries(plan)]
    with running_site(plan, _WORKERS) as site:
        one_client = {mode: _one_client(plan, site, texts, f"mode={mode}&") for mode in ("hybrid", "keyword")}
        load = _load(plan, site, texts)
        memory = [memory_megabytes(worker) for worker in site.workers]
    return {
        "workers": _WORKERS,
        "ready_seconds": statistics.median(server for server, _ in starts),
        "worker_ready_seconds": statistics.median(worker for _, worker in starts),
        "one_client_ms": one_client,
        "load": load,
        "worker_memory_megabytes": memory,
    }


def _start(plan: Plan) -> tuple[float, float]:
    """One worker alone, so that it is clear which one is ready."""
    with running_site(plan, 1) as site:
        return site.seconds_to_ready, site.worker_seconds_to_ready


def _one_client(plan: Plan, site: RunningSite, texts: Sequence[str], options: str) -> Figures:
    warm, rounds = deal([_path(text, options) for text in texts], plan.rounds, plan.round_queries)
    _ask(site, [*warm, *warm], _WORKERS, _WHOLE_ROUND)  # two connections, as one stays with one worker
    outcomes = [_ask(site, paths, 1, _WHOLE_ROUND) for paths in rounds]
    return percentiles([outcome.taken for outcome in outcomes]) | {"errors": sum(len(outcome.errors) for outcome in outcomes)}


def _load(plan: Plan, site: RunningSite, texts: Sequence[str]) -> dict[str, Any]:
    """Hybrid searches by several clients at once; no two searches are the same."""
    paths = [_path(text, "mode=hybrid&") for text in _mixed(texts, plan.load_requests)]
    outcome = _ask(site, paths, plan.load_clients, plan.load_seconds)
    return {
        "clients": plan.load_clients,
        "searches": len(outcome.taken),
        "searches_per_second": round(len(outcome.taken) / outcome.seconds, 1),
        "errors": len(outcome.errors),
        "first_errors": outcome.errors[:_SHOWN_ERRORS],
        "latency_ms": percentiles([outcome.taken]) if outcome.taken else {},
    }


def _mixed(texts: Sequence[str], count: int) -> list[str]:
    """As many distinct queries as wanted: each query with the last word of another one, farther off each time round."""
    total = len(texts)
    mixed = (f"{texts[n % total]} {texts[(n + n // total + 1) % total].split()[-1]}" for n in range(count))
    return list(dict.fromkeys(mixed))


def _path(text: str, options: str) -> str:
    return f"/api/v1/search?{options}q={quote_plus(text)}"


def _ask(site: RunningSite, paths: Sequence[str], clients: int, seconds: float) -> Outcome:
    order = json.dumps(asdict(Order(HOST, site.port, paths, clients, seconds)))
    command = [sys.executable, "-m", "bench.http_load"]
    done = subprocess.run(command, cwd=ROOT, env=outside_environ(), input=order, capture_output=True, text=True, check=True)
    return Outcome(**json.loads(done.stdout))


if __name__ == "__main__":
    main_of(PART, measure)
