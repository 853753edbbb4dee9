"""The command line, and the composition root: the one place that knows every part."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kb.access import Audience, Viewer
from kb.config import ROOT, SETTINGS, Settings, load_settings
from kb.content.types import Severity
from kb.errors import FixlineError, SettingError
from kb.search.types import Filters, Mode, Query
from kb.terminal import (
    BuildProgress,
    show_article,
    show_evaluation,
    show_findability,
    show_json,
    show_line,
    show_problems,
    show_results,
)

if TYPE_CHECKING:
    from kb.search.serving import Serving

_audience_option = click.option(
    "--audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.PUBLIC.value,
    show_default=True,
    help="Whose articles to read.",
)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
_settings_help = "\b\nSettings, from the environment:\n" + "\n".join(
    f"{row.name:<18} {row.help} [{row.default or 'unset'}]" for row in SETTINGS
)


def main() -> None:
    """Run the command line; what Fixline can explain ends as one sentence and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except FixlineError as error:
        _stop(str(error))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, sqlite3.Error) as error:  # a full disk, a folder that cannot be written
        _stop(f"the system refused: {error}")


@click.group(epilog=_settings_help, context_settings={"max_content_width": 140})
def cli() -> None:
    """Fixline: knowledge-base search for technical support."""


@cli.command()
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True, help="Hits to show.")
@click.option("--topic", multiple=True, help="Only this topic; may be repeated.")
@click.option("--product", multiple=True, help="Only this product; may be repeated.")
@click.option("--platform", multiple=True, help="Only this platform; may be repeated.")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.HYBRID.value, help="What ranks.")
@click.option("--verbatim", is_flag=True, help="Search for the words as typed, without correcting any.")
@click.option("--explain", is_flag=True, help="Say how the search was read and judged, and why each hit stands there.")
@_audience_option
@_json_option
def search(query: str, mode: str, explain: bool, audience: str, as_json: bool, **asked: Any) -> None:
    """Search the articles as the site does."""
    engine = _serving(with_model=mode != Mode.KEYWORD).engine(Viewer(Audience(audience)))
    limit, verbatim = asked.pop("limit"), asked.pop("verbatim")
    results = engine.search(Query(query, Mode(mode), Filters(**asked), limit, verbatim=verbatim), explain=explain)
    if as_json:
        show_json(asdict(results))
    else:
        show_results(results)


@cli.command()
@click.argument("article_id", metavar="FOLDER/SLUG")
@_audience_option
@_json_option
def show(article_id: str, audience: str, as_json: bool) -> None:
    """Show one article as its readers get it."""
    partition = _serving(with_model=False).engine(Viewer(Audience(audience))).partition
    article = partition.article(article_id)
    if article is None:
        _stop(f"There is no article {article_id!r} for this audience.", code=1)
    if as_json:
        show_json(asdict(article))
    else:
        show_article(article)


@cli.command()
@_json_option
def index(as_json: bool) -> None:
    """Build a snapshot of the articles if anything has changed, and make it current."""
    from indexer.publish import publish  # noqa: PLC0415 - searching needs no indexer

    settings = load_settings(os.environ)
    with BuildProgress(quiet=as_json) as progress:
        published = publish(settings, progress)
    manifest = published.manifest
    if as_json:
        partitions = {name: asdict(counts) for name, counts in manifest.partitions.items()}
        problems = [asdict(problem) for problem in published.problems]
        show_json({"snapshot": manifest.id, "built": published.built, "partitions": partitions, "problems": problems})
        return
    public = manifest.partitions[Audience.PUBLIC]
    state = "Built snapshot" if published.built else "Nothing has changed since snapshot"
    show_line(f"{state} {manifest.id}: {public.articles} public articles, {public.sections} sections.")
    if published.problems:
        show_line(f"{len(published.problems)} problems in the articles: `python -m kb lint` lists them.")


@cli.command()
@_json_option
def lint(as_json: bool) -> None:
    """Check the articles: file:line: rule: message. Exit code 1 if there is an error."""
    from kb.content.library import load_library  # noqa: PLC0415 - searching needs no Markdown
    from kb.content.lint import lint as check  # noqa: PLC0415

    settings = load_settings(os.environ)
    problems = check(load_library(settings.articles))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if as_json:
        show_json([asdict(problem) for problem in problems])
    else:
        show_problems(settings.articles, problems)
        click.echo(f"{errors} errors, {len(problems) - errors} warnings", err=True)
    sys.exit(1 if errors else 0)


@cli.command()
@click.argument("articles", nargs=-1, metavar="[FOLDER/SLUG]...")
@click.option("--queries", type=_file, help="Ask these instead: a table of query and path.")
@click.option("--hopeless", type=_file, help="Also ask these, one a line, which no article answers.")
@_json_option
def check(articles: tuple[str, ...], queries: Path | None, hopeless: Path | None, as_json: bool) -> None:
    """Check that articles are found: each of an article's `questions` among the first 3 hits.

    Asks the articles as they are now; what is served stays as it is. Exit code 1 if a question fails.
    """
    from indexer.publish import prepare  # noqa: PLC0415 - searching needs no indexer
    from kb.content.library import load_library  # noqa: PLC0415
    from kb.evaluation import findability  # noqa: PLC0415
    from kb.evaluation.no_answer import read_lines  # noqa: PLC0415
    from kb.search.serving import Serving  # noqa: PLC0415

    settings = load_settings(os.environ)
    library = load_library(settings.articles)
    if unknown := sorted(set(articles) - {source.id for source in library.sources}):
        _stop(f"There is no article {unknown[0]!r} in {settings.articles}.")
    written = findability.read_questions(queries, library) if queries else findability.own_questions(library)
    questions = [question for question in written if not articles or question.article in articles]
    without_answer = read_lines(hopeless) if hopeless else ()
    with BuildProgress(quiet=as_json) as progress:
        snapshot = prepare(settings, progress).manifest.id
        serving = Serving(settings)
        serving.load_model()
        engines = serving.open(snapshot).engines
        progress.begin("Asking", "questions", len(questions))
        asked = []
        for one in findability.check_findability(questions, engines):
            asked.append(one)
            progress.advance()
    answered = findability.answered_all_the_same(without_answer, engines[Audience.PUBLIC])
    found = findability.summarise(asked, without_answer, answered)
    if as_json:
        show_json(asdict(found))
    else:
        show_findability(found)
    sys.exit(1 if found.failed else 0)


@cli.command()
def serve() -> None:
    """Serve the current snapshot with gunicorn, on KB_HOST and KB_PORT."""
    settings = load_settings(os.environ)
    _check_address(settings)
    os.chdir(ROOT)
    config = ROOT / "web" / "gunicorn.py"
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "--config", str(config), "web:create_app()"])  # noqa: S606


@cli.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--ablate", is_flag=True, help="Also rank fusion, one slip in each query, and the pipeline less each of its stages."
)
@click.option(
    "--queries",
    "tables",
    multiple=True,
    type=_file,
    help="For a library of Markdown articles, its table of query and path; may be repeated, in the order of such libraries.",
)
@_json_option
def evaluate(folders: tuple[Path, ...], tables: tuple[Path, ...], ablate: bool, as_json: bool) -> None:
    """Measure relevance on judged collections.

    A collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv, or a library of Markdown
    articles with a table of queries and paths: queries.tsv in it, NAME.tsv or NAME-queries.tsv beside it, or --queries.
    """
    from indexer.collection import open_collection  # noqa: PLC0415 - serving needs neither
    from kb.evaluation.judgments import CORPUS, load_collection  # noqa: PLC0415
    from kb.evaluation.run import evaluate_collection  # noqa: PLC0415

    settings = load_settings(os.environ)
    named = iter(tables)
    collections = [load_collection(folder, None if (folder / CORPUS).exists() else next(named, None)) for folder in folders]
    evaluations = []
    for collection in collections:
        with BuildProgress(quiet=as_json) as progress, open_collection(collection, settings, progress) as engine:
            evaluations.append(evaluate_collection(collection, engine, ablate=ablate, told=_say_aside))
    if as_json:
        show_json({"collections": [asdict(evaluation) for evaluation in evaluations]})
    else:
        for evaluation in evaluations:
            show_evaluation(evaluation)


def _say_aside(text: str) -> None:
    click.echo(text, err=True)


def _serving(*, with_model: bool) -> Serving:
    from kb.search.serving import Serving  # noqa: PLC0415 - building searches nothing

    serving = Serving(load_settings(os.environ))
    serving.refresh()
    if with_model:
        serving.load_model()
    return serving


def _check_address(settings: Settings) -> None:
    """Say in a sentence what gunicorn would say in a loop of retries."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except PermissionError as error:
            raise SettingError("KB_PORT", f"is {settings.port}, which only root may use; choose one above 1023.") from error
        except socket.gaierror as error:
            raise SettingError("KB_HOST", f"is {settings.host!r}, which is not an address of this machine.") from error
        except OSError as error:
            why = f"{settings.host}:{settings.port} cannot be used: {error.strerror}"
            raise SettingError(
                "KB_PORT", f"is {settings.port}, but {why}. Stop the other program or choose another port."
            ) from error


def _stop(message: str, code: int = 2) -> NoReturn:
    click.echo(f"fixline: {message}", err=True)
    sys.exit(code)
