"""Part `growth-<articles>`: one partition of the growth table, measured in a process of its own.

`python -m bench.growth WORK ARTICLES`; `bench/grown.py` has written the partition.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from bench.corpus import judged_queries
from bench.grown import partition_folder
from bench.memory import disk_megabytes, memory_megabytes
from bench.opened import open_encoder
from bench.part import write_figures
from bench.plan import Plan, read_plan
from bench.product import measure_engine
from kb.access import Audience
from kb.search.engine import Engine
from kb.snapshot.partition import Partition


def measure(plan: Plan, articles: int) -> dict[str, Any]:
    """Latency, memory and disk of a partition of so many articles."""
    encoder = open_encoder(plan)
    encoder.encode(["warm up"])
    model = memory_megabytes()
    folder = partition_folder(plan, articles)
    began = time.perf_counter()
    engine = Engine(Partition(folder, Audience.AGENTS, "growth"), lambda: encoder)
    opening = time.perf_counter() - began
    latency = measure_engine(lambda: engine, [query.text for query in judged_queries(plan)], plan)
    return {
        "articles": len(engine.partition.cards),
        "passages": len(engine.partition.passages),
        "opening_seconds": round(opening, 2),
        "latency_ms": latency,
        "memory_megabytes": memory_megabytes(),
        "model_memory_megabytes": model,
        "disk_megabytes": disk_megabytes(folder),
    }


def main() -> None:
    """Measure one size."""
    plan, articles = read_plan(Path(sys.argv[1])), int(sys.argv[2])
    write_figures(plan, f"growth-{articles}", measure(plan, articles))


if __name__ == "__main__":
    main()
