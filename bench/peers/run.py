"""One peer's process: `python -m bench.peers.run WORK PEER` builds it, asks everything and leaves ids and times as JSON."""

from __future__ import annotations

import importlib
import json
import shutil
import sqlite3
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import numpy as np

from bench.memory import memory_megabytes
from bench.peers.types import DOCUMENTS_FILE, QUERIES_FILE, QUERY_VECTORS_FILE, VECTORS_FILE, Document, Peer
from bench.plan import Plan, read_plan
from bench.rounds import deal, time_rounds

# Peers by name: title, module, class. A module is imported in the peer's own process only.
PEERS = {
    "whoosh": ("Whoosh + numpy, rank fusion", "whoosh_numpy", "WhooshPeer"),
    "fts5": ("SQLite FTS5 + numpy, rank fusion", "fts5_numpy", "Fts5Peer"),
    "bm25s": ("bm25s + numpy, rank fusion", "bm25s_numpy", "Bm25sPeer"),
    "bm25s-convex": ("bm25s + numpy, half and half", "bm25s_numpy", "Bm25sConvexPeer"),
    "tantivy": ("tantivy + numpy, rank fusion", "tantivy_numpy", "TantivyPeer"),
    "txtai": ("txtai hybrid", "txtai_hybrid", "TxtaiPeer"),
}


def main() -> None:
    """Measure the peer named on the command line."""
    plan = read_plan(Path(sys.argv[1]))
    answers = measure(plan, sys.argv[2])
    (plan.results / f"peer-{sys.argv[2]}.json").write_text(json.dumps(answers) + "\n")


def measure(plan: Plan, name: str) -> dict[str, Any]:
    """Build one peer, time it as the product is timed, and collect what it finds for every judged query."""
    folder = plan.work / "peers" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    peer = _make(name, folder)
    documents = [Document(**row) for row in _lines(plan.exchange / DOCUMENTS_FILE)]
    vectors = np.load(plan.exchange / VECTORS_FILE, allow_pickle=False)
    queries = list(
        zip(_lines(plan.exchange / QUERIES_FILE), np.load(plan.exchange / QUERY_VECTORS_FILE, allow_pickle=False), strict=True)
    )
    began = time.perf_counter()
    peer.build(documents, vectors)
    building = time.perf_counter() - began
    warm, rounds = deal(queries, plan.rounds, plan.round_queries)
    return {
        "title": PEERS[name][0],
        "versions": {package: version(package) for package in peer.packages} | _own_version(name),
        "build_seconds": round(building, 2),
        "seconds": {
            "keyword": time_rounds(lambda asked: peer.keyword(asked[0]), warm, rounds),
            "hybrid": time_rounds(lambda asked: peer.hybrid(*asked), warm, rounds),
        },
        "memory_megabytes": memory_megabytes(),
        "found": {
            "keyword": [peer.keyword(text) for text, _ in queries],
            "hybrid": [peer.hybrid(text, vector) for text, vector in queries],
        },
    }


def _make(name: str, folder: Path) -> Peer:
    _, module, kind = PEERS[name]
    return cast("Peer", getattr(importlib.import_module(f"bench.peers.{module}"), kind)(folder))


def _own_version(name: str) -> dict[str, str]:
    return {"SQLite": sqlite3.sqlite_version} if name == "fts5" else {}


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


if __name__ == "__main__":
    main()
