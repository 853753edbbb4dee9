"""The corpus of a run: unpacked or copied into the work folder, and the queries that judge it."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.plan import Plan
from kb.content.library import load_library

_JUDGED_FILE = "judged.json"


@dataclass(frozen=True, slots=True)
class Judged:
    """One query and the article that it must find."""

    text: str
    article: str  # id


def unpack_corpus(plan: Plan) -> None:
    """Fill the run's library from the archive or folder, taking only as many articles as the plan says.

    Articles that a query asks for come first, so that a small run has something to find.
    """
    if plan.library.exists():
        shutil.rmtree(plan.library)
    plan.library.parent.mkdir(parents=True, exist_ok=True)
    if plan.corpus.is_dir():
        shutil.copytree(plan.corpus, plan.library, symlinks=True)
        _own(plan.library)
    else:
        plan.library.mkdir()
        with tarfile.open(plan.corpus) as archive:
            archive.extractall(plan.library, filter="data")
    if plan.articles is not None:
        _thin_out(plan)


def judge(plan: Plan) -> None:
    """Leave the distinct queries whose article is in the run's library, in the file's order, for the parts to read."""
    ids = {source.path: source.id for source in load_library(plan.library).sources}
    asked = {text: ids[path] for text, path in _rows(plan.queries) if path in ids}
    (plan.work / _JUDGED_FILE).write_text(json.dumps(asked, indent=0))


def judged_queries(plan: Plan) -> tuple[Judged, ...]:
    """The run's queries."""
    asked = json.loads((plan.work / _JUDGED_FILE).read_text())
    return tuple(Judged(text, article) for text, article in asked.items())


def _rows(queries: Path) -> Iterator[tuple[str, str]]:
    with queries.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield row["query"], row["path"]


def _own(folder: Path) -> None:
    """Make a copy of read-only files ours to change and to remove."""
    for place, _, files in os.walk(folder):
        Path(place).chmod(0o755)
        for name in files:
            if not Path(place, name).is_symlink():
                Path(place, name).chmod(0o644)


def _thin_out(plan: Plan) -> None:
    wanted = {path for _, path in _rows(plan.queries)}
    paths = sorted(plan.library.rglob("*.md"))
    paths.sort(key=lambda path: path.relative_to(plan.library).as_posix() not in wanted)  # stable: wanted ones first
    asked_for = sum(path.relative_to(plan.library).as_posix() in wanted for path in paths)
    kept = min(asked_for, (plan.articles or 0) // 2)
    others = (plan.articles or 0) - kept
    for path in [*paths[kept:asked_for], *paths[asked_for + others :]]:
        path.unlink()
