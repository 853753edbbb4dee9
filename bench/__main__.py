"""`python -m bench`: unpack the corpus, build, measure the product and its peers side by side, and write the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.corpus import judge, unpack_corpus
from bench.part import run_part
from bench.plan import ARCHIVE, QUERIES, QUICK, WORK, Plan, write_plan
from bench.report import write_report

PEERS_PYTHON = "venv/bin/python"  # below the work folder; the Makefile makes it
ALL_CORES: dict[str, str] = {}

_console = Console(stderr=True, highlight=False)


def main() -> int:
    """Run the parts asked for; exit code 1 when one of them failed, after the report on the others."""
    arguments = _arguments().parse_args()
    plan = _plan(arguments)
    parts = _parts(plan, arguments.peers_python)
    chosen = arguments.only or list(parts)
    write_plan(plan)
    failed = [part for part in parts if part in chosen and not _run(part, parts[part])]
    for file in write_report(plan, publish=not arguments.quick):
        _console.print(f"wrote {file}")
    return 1 if failed else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ARCHIVE, help="a .tar.xz of Markdown articles, or a folder of them")
    parser.add_argument("--queries", type=Path, default=QUERIES, help="TSV with the columns query and path")
    parser.add_argument("--work", type=Path, default=WORK, help="where everything is built")
    parser.add_argument("--model", default="bundled", help="KB_MODEL of the run")
    parser.add_argument("--articles", type=int, help="take only so many articles of the corpus")
    parser.add_argument("--keep-vectors", action="store_true", help="build with the model and vectors of an earlier run")
    parser.add_argument("--growth", type=int, nargs="*", help="articles of each row of the growth table")
    parser.add_argument("--peers", nargs="*", help="peers to measure")
    parser.add_argument("--peers-python", default=None, help="the interpreter that has the peers' packages")
    parser.add_argument("--only", nargs="+", help="parts to run, on what earlier runs have built")
    parser.add_argument("--quick", action="store_true", help="a smoke run on 1,000 articles that publishes no figures")
    return parser


def _plan(arguments: argparse.Namespace) -> Plan:
    work = arguments.work / "quick" if arguments.quick else arguments.work
    plan = Plan(
        corpus=arguments.corpus.resolve(), queries=arguments.queries.resolve(), work=work.resolve(), model=arguments.model
    )
    changes: dict[str, Any] = dict(QUICK) if arguments.quick else {}
    changes |= {
        name: value for name in ("articles", "growth", "peers", "keep_vectors") if (value := getattr(arguments, name)) is not None
    }
    changes |= {name: tuple(changes[name]) for name in ("growth", "peers") if name in changes}
    return replace(plan, **changes)


def _parts(plan: Plan, peers_python: str | None) -> dict[str, Callable[[], None]]:
    """Every part by name, in the order they are run in."""
    python = peers_python or str(WORK / PEERS_PYTHON)
    return {
        "corpus": lambda: _prepare(plan),
        "building": lambda: run_part(plan, "building", threads=ALL_CORES),
        "exchange": lambda: run_part(plan, "exchange", threads=ALL_CORES),
        "product": lambda: run_part(plan, "product"),
        "encoding": lambda: run_part(plan, "encoding", threads=ALL_CORES),
        "peers": lambda: _measure_peers(plan, python),
        "http": lambda: run_part(plan, "http_speed"),
        "growth": lambda: _grow(plan),
    }


def _prepare(plan: Plan) -> None:
    unpack_corpus(plan)
    judge(plan)


def _measure_peers(plan: Plan, python: str) -> None:
    for peer in plan.peers:
        run_part(plan, "peers.run", peer, python=python)


def _grow(plan: Plan) -> None:
    for articles in plan.growth:
        run_part(plan, "grown", str(articles), threads=ALL_CORES)
        run_part(plan, "growth", str(articles))


def _run(part: str, run: Callable[[], None]) -> bool:
    _console.print(f"{part} …")
    try:
        run()
    except Exception as error:  # noqa: BLE001 - a part that fails must not lose the figures of the others
        _console.print(f"{part} failed: {error}")
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
