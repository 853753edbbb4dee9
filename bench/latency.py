"""How fast search answers: every article's own questions through the engine that serves, mode by mode.

`make bench`, or `python -m bench.latency [ROUNDS]`. Builds the snapshot if need be, warms up with
one round, then prints medians and tails over all rounds, and what each stage takes at the median.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from indexer.publish import publish
from kb.access import Viewer
from kb.config import load_settings
from kb.content.library import load_library, readable
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.search.types import Mode, Query

PERCENTILES = (50, 95, 99)


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    settings = load_settings(os.environ)
    publish(settings)
    serving = Serving(settings)
    opening = _milliseconds(serving.refresh)
    loading = _milliseconds(serving.load_model)
    viewer = Viewer()
    questions = [text for source in readable(load_library(settings.articles), viewer.audience) for text in source.front.questions]
    _print(serving.engine(viewer), questions, rounds)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out = Console()
    out.print(f"{len(questions)} questions × {rounds} rounds on {os.cpu_count()} cores", highlight=False)
    out.print(
        f"opening the snapshot {opening:.0f} ms, loading the model {loading:.0f} ms, peak memory {memory:.0f} MB", highlight=False
    )


def _print(engine: Engine, questions: Sequence[str], rounds: int) -> None:
    table = Table("what", *(f"p{share} ms" for share in PERCENTILES))
    for mode in Mode:
        taken = _measure(lambda text, mode=mode: engine.search(Query(text, mode)), questions, rounds)  # type: ignore[misc]
        table.add_row(f"search, {mode}", *(f"{np.percentile(taken, share):.1f}" for share in PERCENTILES))
    taken = _measure(lambda text: engine.suggest(text[:8]), questions, rounds)
    table.add_row("suggest, 8 letters", *(f"{np.percentile(taken, share):.1f}" for share in PERCENTILES))
    Console().print(table)


def _measure(ask: Callable[[str], object], questions: Sequence[str], rounds: int) -> list[float]:
    for text in questions:
        ask(text)
    return [_milliseconds(lambda text=text: ask(text)) for _ in range(rounds) for text in questions]  # type: ignore[misc]


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
