"""The plan of one run: what is measured, on what, how often; every part reads it from the work folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from kb.config import ROOT, Settings, load_settings

PLAN_FILE = "plan.json"
SHARED = ROOT.parent / "shared" / "corpora"
ARCHIVE = SHARED / "microsoft-support.tar.xz"
QUERIES = SHARED / "microsoft-support-queries.tsv"
WORK = ROOT / ".data" / "bench"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a part of the run needs to know."""

    corpus: Path  # a .tar.xz, or an unpacked folder, which is copied
    queries: Path  # TSV: query, path of the one article it must find
    work: Path  # all that the run writes, but for its results
    model: str = "bundled"  # KB_MODEL of the run
    keep_vectors: bool = False  # build with the model and the vectors that an earlier run left
    articles: int | None = None  # take only so many of the corpus' articles; all when None
    rounds: int = 3
    round_queries: int = 300  # distinct queries in a round, and none of them in another round
    load_clients: int = 8
    load_requests: int = 3_000
    load_seconds: float = 30.0  # the load ends here even when requests are left
    starts: int = 3  # of the site, to time how soon a worker is ready
    throughput_passages: int = 2_000
    growth: tuple[int, ...] = (1_000, 4_000, 13_337, 100_000)
    peers: tuple[str, ...] = ("whoosh", "fts5", "bm25s", "bm25s-convex", "tantivy", "txtai")

    @property
    def library(self) -> Path:
        """The articles of this run: the bench's own copy, as one of them is changed and changed back."""
        return self.work / "articles"

    @property
    def results(self) -> Path:
        """Where each part leaves its figures, as `<part>.json`."""
        return self.work / "parts"

    @property
    def exchange(self) -> Path:
        """What peers read: documents, queries and vectors."""
        return self.work / "exchange"

    def settings(self, **more: str) -> Settings:
        """The product's settings for this run, whatever `KB_*` says outside."""
        return load_settings(self.environ(**more))

    def environ(self, **more: str) -> dict[str, str]:
        """The `KB_*` variables that say the same to another process."""
        ours = {"KB_ARTICLES": str(self.library), "KB_DATA": str(self.work / "data"), "KB_MODEL": self.model}
        return ours | {f"KB_{name.upper()}": value for name, value in more.items()}


_ADAPTER = TypeAdapter(Plan)

# A smoke run: every part, few calls; its figures mean nothing.
QUICK = {
    "articles": 1_000,
    "round_queries": 20,
    "load_requests": 200,
    "load_seconds": 10.0,
    "starts": 1,
    "throughput_passages": 100,
    "growth": (200, 1_500),
}


def write_plan(plan: Plan) -> None:
    """Leave the plan in its work folder, for the processes that measure."""
    plan.results.mkdir(parents=True, exist_ok=True)
    (plan.work / PLAN_FILE).write_bytes(_ADAPTER.dump_json(plan, indent=1))


def read_plan(work: Path) -> Plan:
    """The plan of a work folder."""
    return _ADAPTER.validate_json((work / PLAN_FILE).read_bytes())


def outside_environ() -> dict[str, str]:
    """The environment of this process without `KB_*`, which would reach into a run's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
