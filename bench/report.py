"""stub."""

from pathlib import Path

from bench.plan import Plan


def write_report(plan: Plan, *, publish: bool) -> list[Path]:
    return []
