"""What the command line shows: tables, progress bars, problems, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from kb.content.types import Article, Problem
from kb.evaluation.findability import FIRST, Asked, Findability
from kb.evaluation.types import Evaluation
from kb.search.explanation import Check, ExplainedTerm, Explanation, Reading, Stage
from kb.search.types import Hit, Results

_PIPE_WIDTH = 140  # characters, where no terminal says how wide it is

_NUMBERS = frozenset(("best", "needed", "articles", "rarity", "weight", "value", "points"))  # columns set to the right
_Row = TypeVar("_Row")

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
    """The hits as a table, with whatever the reader should know first, and their explanation if there is one."""
    out = _out()
    for note in _notes(results):
        out.print(f"[yellow]{escape(note)}[/]")
    table = Table("#", "article", "section", "score", "updated", box=None)
    for place, hit in enumerate(results.hits, 1):
        title = f"[bold]{escape(hit.title)}[/]\n[dim]{escape(hit.url)}[/]"
        where = f"{hit.section.heading} (step {hit.step} of {hit.steps})" if hit.step else hit.section.heading
        table.add_row(str(place), title, escape(where), f"{hit.score:.2f}", str(hit.updated or ""))
    out.print(table)
    out.print(f"{len(results.hits)} of {results.total} · {results.mode}", highlight=False)
    if results.explanation:
        show_explanation(results.explanation, results.hits)


def show_explanation(told: Explanation, hits: Iterable[Hit]) -> None:
    """How a search was read, weighed and judged, and why each hit stands where it does."""
    _say("Answered" if told.verdict.answered else "Not answered", told.verdict.meaning)
    _table(("check", "best", "needed", "passed", "what is measured"), told.verdict.checks, _check_row)
    _say("Searched for", told.searched)
    _table(("taken as", "typed", "searched for", "what that means"), told.readings, _reading_row)
    _table(("word", "looked for as", "articles", "rarity", "weight"), told.terms, _term_row)
    _say("Trusted", "each side by its weight")
    _table(("side", "weight", "what it looks at"), told.weights, _stage_row)
    _table(("because of", "value", "what that means"), told.evidence, _stage_row)
    for place, hit in enumerate(hits, 1):
        if hit.explain:
            _say(f"{place}. {hit.title}", hit.explain.meaning)
            _table(("stage", "points", "what it says"), (*hit.explain.stages, *hit.explain.measures), _stage_row)
            _say("Best passage", hit.explain.passage)


def _say(subject: str, text: str) -> None:
    _out().print(f"\n[bold]{escape(subject)}[/]: {escape(text)}", highlight=False)


def _notes(results: Results) -> Iterator[str]:
    yield from results.notes
    if results.corrected:
        yield f"Showing results for: {results.corrected} (--verbatim searches as typed)"
    if results.suggestion:
        yield f"Did you mean: {results.suggestion}"
    if results.degraded:
        yield f"Keyword matches only ({results.reason})."
    if results.is_vague:
        yield "What is not working? Nothing here says what to look for."
    elif not results.answered:
        nearest = ", ".join(topic.title for topic in results.topics)
        yield "No article seems to answer this." + (f" Nearest topics: {nearest}." if nearest else "")


def _table(columns: Sequence[str], rows: Sequence[_Row], cells: Callable[[_Row], Sequence[str]]) -> None:
    """Rows under their headings, numbers to the right; nothing where there are no rows."""
    if not rows:
        return
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in _NUMBERS else "left", style="dim" if column == columns[-1] else "")
    for row in rows:
        table.add_row(*(escape(cell) for cell in cells(row)))
    _out().print(table, highlight=False)


def _check_row(check: Check) -> tuple[str, ...]:
    return (
        check.name,
        f"{check.score:.2f}",
        f"{check.threshold:.2f}",
        f"{'passed' if check.passed else 'failed'}: {check.meaning}",
    )


def _reading_row(reading: Reading) -> tuple[str, ...]:
    return reading.kind, reading.typed, reading.became, reading.meaning


def _term_row(term: ExplainedTerm) -> tuple[str, ...]:
    return term.origin, term.term, f"{term.articles:,}", f"{term.idf:.2f}", f"{term.weight:.2f}"


def _stage_row(stage: Stage) -> tuple[str, ...]:
    return stage.name, f"{stage.value:.2f}", stage.meaning


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
    for problem in problems:
        click.echo(f"{_shown(root / problem.path)}:{problem.line}: {problem.rule}: {problem.message}")


def _shown(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def show_findability(found: Findability) -> None:
    """Each question that fails as file:line, with what stood above its article and why; doubtful ones, and the counts."""
    for asked in (*found.failed, *found.unanswered):
        question = asked.question
        click.echo(f"{_shown(question.file)}:{question.line}: {question.text!r} {_outcome(asked)}")
        for above in asked.above:
            click.echo(f"    {above.place}. {above.id}, “{above.title}”: {above.reason}\n       {above.passage}")
    for text in found.answered:
        click.echo(f"{text!r} is answered, though no article answers it")
    if found.failed:
        click.echo("To mend one, say it in the article's `symptoms` or `errors`, or set it apart by title and summary.")
    total = max(found.questions, 1)
    shares = [
        f"{found.passed} of {found.questions} questions of {found.articles} articles find theirs among the first {FIRST}",
        f"that is {found.passed / total:.1%}, and {found.first / total:.1%} find it first",
        f"{len(found.unanswered)} are found, but readers are told that nothing answers",
    ]
    if found.hopeless:
        told = found.hopeless - len(found.answered)
        shares.append(f"{told} of {found.hopeless} that no article answers are told so ({told / found.hopeless:.1%})")
    click.echo("; ".join(shares) + ".", err=True)


def _outcome(asked: Asked) -> str:
    if asked.place is None:
        return f"does not find {asked.question.article}"
    unanswered = "" if asked.answered else ", but readers are told that nothing answers"
    return f"finds {asked.question.article} in place {asked.place}{unanswered}"


def show_evaluation(one: Evaluation) -> None:
    """Quality of every configuration and kind of query, no-answer shares, significance and latency of one collection."""
    out = _out()
    out.print(f"[bold]{escape(one.collection)}[/] · {one.queries} queries", highlight=False)
    table = Table("configuration", *EVALUATION_COLUMNS)
    for name, metrics in one.ablation.items():
        table.add_row(escape(name), *(f"{metrics[measure]:.4f}" for measure in EVALUATION_COLUMNS))
    out.print(table)
    kinds = Table("kind of query", "queries", *EVALUATION_COLUMNS)
    for kind, metrics in one.kinds.items():
        kinds.add_row(kind, f"{metrics['queries']:.0f}", *(f"{metrics[measure]:.4f}" for measure in EVALUATION_COLUMNS))
    out.print(kinds)
    for measure, against in one.significance.items():
        out.print(f"{measure}: {against.ahead:+.4f} over {against.side}, p = {against.p:.4f}", highlight=False)
    shares = one.no_answer
    out.print(
        f"answered: {shares.answerable:.1%} of its own questions; no answer: {shares.unrelated:.1%} of unrelated ones, "
        f"{shares.near_misses:.1%} of its own without the documents that answer them",
        highlight=False,
    )
    out.print(" · ".join(f"{share} {value:.1f} ms" for share, value in one.latency_ms.items()), highlight=False)


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
