"""What the command line shows: tables, progress bars, problems, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from kb.content.types import Article, Problem
from kb.search.types import Results

_PIPE_WIDTH = 140  # characters, where no terminal says how wide it is

EVALUATION_COLUMNS = ("nDCG@10", "MRR@10", "recall@10", "success@1", "success@3")


class BuildProgress:
    """A build's stages as bars with rate and time left; where there is no terminal, a line for each stage."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Show on standard error; quietly, nothing."""
        self._quiet = quiet
        self._task: TaskID | None = None
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[unit]} {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True, quiet=quiet),
        )

    def __enter__(self) -> Self:
        """Start showing."""
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the bars as they stand."""
        self._bars.stop()

    def begin(self, stage: str, unit: str, total: int) -> None:
        """Show a new bar."""
        self._task = self._bars.add_task(stage, total=total, unit=unit, rate="")
        if not self._quiet and not self._bars.console.is_terminal:
            click.echo(f"{stage}: {total} {unit}", err=True)

    def advance(self, done: int = 1) -> None:
        """Move the current bar."""
        if self._task is None:
            raise ValueError("no stage has begun")
        self._bars.advance(self._task, done)
        speed = self._bars.tasks[self._task].speed
        self._bars.update(self._task, rate=f"{speed:,.0f}/s" if speed else "")


def show_results(results: Results) -> None:
    """The hits as a table, with whatever the reader should know first."""
    out = _out()
    for note in results.notes:
        out.print(f"[yellow]{escape(note)}[/]")
    if results.degraded:
        out.print(f"[yellow]Keyword matches only ({results.reason}).[/]")
    if not results.answered:
        out.print("[yellow]No article seems to answer this.[/]")
    table = Table("#", "article", "section", "score", "updated", box=None)
    for place, hit in enumerate(results.hits, 1):
        title = f"[bold]{escape(hit.title)}[/]\n[dim]{escape(hit.url)}[/]"
        table.add_row(str(place), title, escape(hit.section.heading), f"{hit.score:.2f}", str(hit.updated or ""))
        if hit.explain is not None:
            table.add_row("", "  ".join(f"{stage} {score:+.2f}" for stage, score in hit.explain.items()))
    out.print(table)
    out.print(f"{len(results.hits)} of {results.total} · {results.mode}", highlight=False)


def show_article(article: Article) -> None:
    """An article as plain text, with its anchors."""
    out = _out()
    out.print(f"[bold]{escape(article.title)}[/]\n{escape(article.summary)}")
    out.print(f"[dim]{escape(article.topic)} · {article.audience} · updated {article.updated or 'unknown'}[/]", highlight=False)
    for section in article.sections:
        if section.heading:
            out.print(f"\n[bold]{escape(section.heading)}[/] [dim]#{escape(section.anchor)}[/]")
        out.print(escape(section.text), highlight=False)


def show_problems(root: Path, problems: Iterable[Problem]) -> None:
    """One line a problem: file:line: rule: message."""
    here = Path.cwd()
    for problem in problems:
        path = root / problem.path
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        click.echo(f"{shown}:{problem.line}: {problem.rule}: {problem.message}")


def show_evaluations(rows: Sequence[tuple[str, str, dict[str, float], dict[str, float]]]) -> None:
    """Collection, mode, measures and latency, a line each."""
    table = Table("collection", "mode", *EVALUATION_COLUMNS, "p50 ms", "p95 ms")
    for collection, mode, metrics, latency in rows:
        numbers = [f"{metrics[name]:.3f}" for name in EVALUATION_COLUMNS]
        table.add_row(collection, mode, *numbers, f"{latency['p50']:.1f}", f"{latency['p95']:.1f}")
    _out().print(table)


def show_line(text: str) -> None:
    """One line of plain text."""
    click.echo(text)


def show_json(value: object) -> None:
    """JSON for machines; dates as ISO 8601."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _out() -> Console:
    out = Console(soft_wrap=True)
    if not out.is_terminal:
        out.width = _PIPE_WIDTH
    return out
