"""A part of the run: a process of its own that measures one thing and leaves its figures as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.plan import Plan, outside_environ, read_plan
from kb.config import ROOT

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1") | {
    "TOKENIZERS_PARALLELISM": "false"
}


def run_part(plan: Plan, part: str, *arguments: str, python: str = sys.executable, threads: dict[str, str] | None = None) -> None:
    """Run `python -m bench.<part> WORK …` on one thread (or with the environment given) and wait for it.

    Raises `CalledProcessError` when the part fails.
    """
    command = [python, "-m", f"bench.{part}", str(plan.work), *arguments]
    environ = outside_environ() | (ONE_THREAD if threads is None else threads)
    subprocess.run(command, cwd=ROOT, env=environ, check=True)


def main_of(part: str, measure: Callable[[Plan], dict[str, Any]]) -> None:
    """The main function of a part's process: the plan from the work folder named, the figures into its file."""
    plan = read_plan(Path(sys.argv[1]))
    write_figures(plan, part, measure(plan))


def write_figures(plan: Plan, part: str, figures: dict[str, Any]) -> None:
    """Leave a part's figures for the report."""
    (plan.results / f"{part}.json").write_text(json.dumps(figures, indent=1) + "\n")


def read_figures(plan: Plan, part: str) -> dict[str, Any] | None:
    """A part's figures, or nothing where it has not run."""
    file = plan.results / f"{part}.json"
    return dict(json.loads(file.read_text())) if file.is_file() else None
