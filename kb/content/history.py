"""When each file of a folder was last changed, as git tells it."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT = 120  # seconds; a history of 100,000 commits takes about ten
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MARK = "\x01"  # stands before each commit's date; no path can be taken for it

# A repository's own settings may name programs that git would run; every one that `log` reads is
# overruled. Nothing is fetched, locked or asked.
_GIT = (
    "git", "--no-pager", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
    "-c", "diff.external=", "-c", "log.showSignature=false", "-c", "log.mailmap=false",
)  # fmt: skip
_LOG = (
    "log", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--no-decorate", "--no-notes",
    "--relative", "--name-only", "-z", f"--format=format:{_MARK}%cd", "--date=format-local:%Y-%m-%d",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True, slots=True)
class History:
    """When each file below a folder was last changed, and as of which commit that is."""

    head: str  # empty where there is no history, or only the end of one
    dates: Mapping[str, dt.date]


NO_HISTORY = History("", {})


def last_changed(root: Path) -> dict[str, dt.date]:
    """The date (UTC) of the latest commit that touched each file below `root`, by path relative to it.

    Empty where there is no git, no repository, or no answer in time.
    """
    return dict(read_history(root, NO_HISTORY).dates)


def read_history(root: Path, known: History) -> History:
    """The history of `root`; only commits since those of `known`, of the same root, are looked at if it leads up to them."""
    head = _head(root)
    if head and head == known.head:
        return known
    if head and known.head and _run(root, "merge-base", "--is-ancestor", known.head, head) is not None:
        news = _run(root, *_LOG, f"{known.head}..{head}", "--", ".")
        if news is not None:
            return History(head, _latest(known.dates, _read_log(news)))
    log = _run(root, *_LOG, "--", ".")
    return History(head, _read_log(log)) if log is not None else NO_HISTORY


def _head(root: Path) -> str:
    """The commit that is checked out; empty in a shallow clone, whose history may still grow backwards."""
    told = _run(root, "rev-parse", "HEAD", "--is-shallow-repository")
    head, _, shallow = (told or b"").decode("ascii", "replace").partition("\n")
    return head if shallow.strip() == "false" and _COMMIT.fullmatch(head) else ""


def _run(root: Path, *arguments: str) -> bytes | None:
    """What git prints; `None` if it fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | _ENVIRONMENT
    try:
        done = subprocess.run(
            (*_GIT, *arguments),
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _read_log(output: bytes) -> dict[str, dt.date]:
    dates: dict[str, dt.date] = {}
    date: dt.date | None = None
    for field in os.fsdecode(output).split("\0"):
        entry = field
        if entry.startswith(_MARK):
            written, _, entry = entry[1:].partition("\n")
            date = dt.date.fromisoformat(written.strip())
        if entry and date:
            dates[entry] = max(date, dates.get(entry, date))
    return dates


def _latest(known: Mapping[str, dt.date], news: Mapping[str, dt.date]) -> dict[str, dt.date]:
    return {**known, **{path: max(date, known.get(path, date)) for path, date in news.items()}}
