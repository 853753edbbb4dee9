"""The corpus of a run: unpacked or copied into the work folder, and the queries that judge it."""

from __future__ import annotations

import csv
import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator
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
    """Fill the run's library from the archive or folder, taking only as many articles as the plan says."""
    shutil.rmtree(plan.library, ignore_errors=True)
    plan.library.mkdir(parents=True)
    if plan.corpus.is_dir():
        files = [path.relative_to(plan.corpus).as_posix() for path in plan.corpus.rglob("*") if path.is_file()]
        for name in _choose(files, plan):
            target = plan.library / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(plan.corpus / name, target)
        return
    with tarfile.open(plan.corpus) as archive:
        members = {member.name.removeprefix("./"): member for member in archive if member.isfile() or member.issym()}
        archive.extractall(plan.library, [members[name] for name in _choose(members, plan)], filter="data")


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


def _choose(files: Iterable[str], plan: Plan) -> list[str]:
    """Every file; or as many articles as wanted, up to half of them such that a query asks for."""
    names = sorted(name.removeprefix("./") for name in files)
    if plan.articles is None:
        return names
    wanted = {path for _, path in _rows(plan.queries)}
    articles = [name for name in names if name.endswith(".md")]
    asked_for = [name for name in articles if name in wanted][: plan.articles // 2]
    others = [name for name in articles if name not in wanted]
    return [*asked_for, *others[: plan.articles - len(asked_for)]]
