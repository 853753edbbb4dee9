"""The report: every part's figures gathered into one JSON file, a Markdown table to read, and plots."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.corpus import judged_queries
from bench.part import read_figures
from bench.plan import Plan
from bench.plots import Point, plot_growth, plot_peers
from bench.product import RANKING
from bench.relevance import relevance
from bench.rounds import percentiles
from kb.config import ROOT

RESULTS = ROOT / "bench" / "results"
DOCS = ROOT / "docs"

_PACKAGES = ("numpy", "whoosh-reloaded", "PyStemmer", "onnxruntime", "tokenizers", "Flask", "gunicorn")
_PARTS = ("building", "exchange", "product", "encoding", "http")
_OURS = "Fixline"


def write_report(plan: Plan, *, publish: bool) -> list[Path]:
    """Write what there is; published ones go to `bench/results` and `docs`, others stay in the work folder."""
    figures = gather(plan)
    name = dt.datetime.now(dt.UTC).date().isoformat()
    results, docs = (RESULTS, DOCS) if publish else (plan.work / "results", plan.work / "docs")
    files = {
        results / f"{name}.json": json.dumps(figures, indent=1) + "\n",
        results / f"{name}.md": to_markdown(figures),
    }
    if figures["peers"] and figures["product"]:
        files[docs / "bench-peers.svg"] = plot_peers(_points(figures))
    if len(figures["growth"]) > 1:
        files[docs / "bench-growth.svg"] = plot_growth(figures["growth"])
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return list(files)


def gather(plan: Plan) -> dict[str, Any]:
    """The figures of all parts that have run, and what they were measured on."""
    growth = [(read_figures(plan, f"grown-{size}"), read_figures(plan, f"growth-{size}")) for size in plan.growth]
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "versions": {"revision": _revision(), "model": plan.model} | {package: version(package) for package in _PACKAGES},
        **{part: read_figures(plan, part) for part in _PARTS},
        "peers": [peer for name in plan.peers if (peer := _peer(plan, name))],
        "growth": [written | measured for written, measured in growth if written and measured],
    }


def to_markdown(figures: dict[str, Any]) -> str:
    """The figures as tables for people."""
    machine = figures["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in figures["versions"].items())
    hardware = f"{machine['cores']} cores ({machine['processor']}), {machine['memory_gigabytes']} GB, Python {machine['python']}"
    parts = (
        f"# Benchmark of {figures['date'][:10]}\n\n{hardware}; {versions}.\n",
        _peers_table(figures),
        _product_table(figures),
        _growth_table(figures["growth"]),
    )
    return "\n".join(part for part in parts if part)


def _peer(plan: Plan, name: str) -> dict[str, Any] | None:
    """A peer's figures, its answers weighed."""
    measured = read_figures(plan, f"peer-{name}")
    if measured is None:
        return None
    judged = judged_queries(plan)
    return {
        **{key: measured[key] for key in ("title", "versions", "build_seconds", "memory_megabytes")},
        "latency_ms": {side: percentiles(taken) for side, taken in measured["seconds"].items()},
        "relevance": {side: relevance(judged, found) for side, found in measured["found"].items()},
    }


def _peers_table(figures: dict[str, Any]) -> str:
    rows = [_peer_row(peer) for peer in figures["peers"]]
    product = figures["product"]
    if product:
        rows[:0] = _product_rows(product)
    head = (
        "",
        "keyword p50 ms",
        "p99",
        "hybrid p50 ms",
        "p99",
        "MRR@10 keyword",
        "hybrid",
        "nDCG@10 hybrid",
        "recall@10",
        "success@1",
    )
    intro = (
        "Warm, one thread, medians of the rounds; hybrid without encoding the query, which all would pay alike.\n"
        "The peers give ids; a hit is an id with title, best section, snippet and the rest of what a page of results shows."
    )
    return f"## Side by side\n\n{intro}\n\n{_table(head, rows)}" if rows else ""


def _product_rows(product: dict[str, Any]) -> list[list[object]]:
    latency = product["latency_ms"]
    return [
        _row(title, latency[f"keyword{name}"], latency[f"hybrid{name} without encoding"], product["relevance"])
        for title, name in ((f"**{_OURS}**, ids alone", RANKING), (f"**{_OURS}**, with ten hits", ""))
    ]


def _peer_row(peer: dict[str, Any]) -> list[object]:
    title = f"{peer['title']} ({', '.join(f'{name} {number}' for name, number in peer['versions'].items() if name != 'numpy')})"
    return _row(title, peer["latency_ms"]["keyword"], peer["latency_ms"]["hybrid"], peer["relevance"])


def _row(title: str, keyword: dict[str, float], hybrid: dict[str, float], found: dict[str, dict[str, float]]) -> list[object]:
    quality = [found["hybrid"][name] for name in ("MRR@10", "nDCG@10", "recall@10", "success@1")]
    return [title, keyword["p50"], keyword["p99"], hybrid["p50"], hybrid["p99"], found["keyword"]["MRR@10"], *quality]


def _product_table(figures: dict[str, Any]) -> str:
    rows = [*_latency_rows(figures["product"]), *_build_rows(figures), *_http_rows(figures["http"])]
    return f"## {_OURS} by itself\n\n{_table(('what', 'measured', 'target'), rows)}" if rows else ""


def _latency_rows(product: dict[str, Any] | None) -> Iterable[Sequence[object]]:
    if not product:
        return
    for name, target in (
        (f"keyword{RANKING}", "p50 ≤ 0.5, p99 ≤ 2"),
        ("keyword", ""),
        (f"semantic{RANKING}", ""),
        ("semantic", ""),
        (f"hybrid{RANKING}", ""),
        ("hybrid", ""),
        ("encoding one query", ""),
        ("suggest", "p95 ≤ 1.5"),
    ):
        taken = product["latency_ms"][name]
        yield f"{name}, ms", f"p50 {taken['p50']}, p95 {taken['p95']}, p99 {taken['p99']}", target
    for name, ratio in product["hybrid_to_encoding"].items():
        yield f"{name} / encoding one query", f"p50 {ratio['p50']} ×, p99 {ratio['p99']} ×", "p50 ≤ 2 ×, p99 ≤ 3 ×"


def _build_rows(figures: dict[str, Any]) -> Iterable[Sequence[object]]:
    building, encoding = figures["building"], figures["encoding"]
    if building:
        if "full_build_seconds" in building:
            yield "first full build, s", building["full_build_seconds"], "≤ 1800"
        else:
            yield "full build with known vectors, s", building["full_build_with_known_vectors_seconds"], ""
        yield "rebuild after one article changed, s", building["rebuild_seconds"], "≤ 3"
        yield "snapshot on disk, MB", building["snapshot_megabytes"], ""
    if encoding and encoding.get("ratio"):
        yield (
            "passages encoded a second / bare runtime",
            f"{encoding['passages_per_second']} / {encoding['bare_passages_per_second']} = {encoding['ratio']}",
            "≥ .85",
        )


def _http_rows(http: dict[str, Any] | None) -> Iterable[Sequence[object]]:
    if not http:
        return
    for mode, taken in http["one_client_ms"].items():
        target = "p50 ≤ 7, p99 ≤ 15" if mode == "hybrid" else ""
        yield f"{mode} over HTTP, one client, ms", f"p50 {taken['p50']}, p99 {taken['p99']}, errors {taken['errors']}", target
    load = http["load"]
    yield (
        f"hybrid searches a second, {load['clients']} clients",
        f"{load['searches_per_second']}, errors {load['errors']}",
        "≥ 200, no error",
    )
    own = max(worker["own"] for worker in http["worker_memory_megabytes"])
    yield "memory of a worker beyond maps, MB", own, "≤ 250"
    yield "a worker ready, s", http["worker_ready_seconds"], "≤ 2"


def _growth_table(growth: Sequence[dict[str, Any]]) -> str:
    if not growth:
        return ""
    head = ("articles", "passages", "keyword p50 / p99 ms", "hybrid", "suggest", "own memory MB", "disk MB", "written in s")
    rows = [
        [
            f"{row['articles']:,}" + (" (with altered copies)" if row["altered_copies"] else ""),
            f"{row['passages']:,}",
            *(
                f"{row['latency_ms'][name]['p50']} / {row['latency_ms'][name]['p99']}"
                for name in ("keyword", "hybrid", "suggest")
            ),
            row["memory_megabytes"]["own"],
            row["disk_megabytes"],
            row["writing_seconds"],
        ]
        for row in growth
    ]
    note = (
        "Hybrid includes encoding. Altered copies: the corpus again and again with three words in ten of titles and text\n"
        "replaced by words from its running text, and its vectors with noise (cosine about .9); see `bench/grown.py`."
    )
    return f"## Growth\n\n{_table(head, rows)}\n{note}\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _points(figures: dict[str, Any]) -> list[Point]:
    ours = figures["product"]
    taken = ours["latency_ms"][f"hybrid{RANKING} without encoding"]["p50"]
    theirs = (
        Point(peer["title"], peer["latency_ms"]["hybrid"]["p50"], peer["relevance"]["hybrid"]["MRR@10"])
        for peer in figures["peers"]
    )
    return [Point(_OURS, taken, ours["relevance"]["hybrid"]["MRR@10"], is_ours=True), *theirs]


def _machine() -> dict[str, Any]:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory_gigabytes": round(memory),
        "kernel": platform.release(),
        "python": platform.python_version(),
    }


def _revision() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
