"""When each file of a folder was last changed, as git tells it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

_TIMEOUT = 120  # seconds; a history of 100,000 commits takes about ten
_MARK = "\x01"  # stands before each commit's date; no path can be taken for it

# A repository's own settings may name programs that git would run; every one that `log` reads is
# overruled. Nothing is fetched, locked or asked.
_COMMAND = (
    "git", "--no-pager", "--no-optional-locks", "--literal-pathspecs",
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false",
    "-c", "diff.external=", "-c", "log.showSignature=false", "-c", "log.mailmap=false",
    "log", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--no-decorate", "--no-notes",
    "--relative", "--name-only", "-z", f"--format=format:{_MARK}%cd", "--date=format-local:%Y-%m-%d", "--", ".",
)  # fmt: skip
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
}


def last_changed(root: Path) -> dict[str, dt.date]:
    """The date (UTC) of the last commit that touched each file below `root`, by path relative to it.

    Empty where there is no git, no repository, or no answer in time.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | _ENVIRONMENT
    try:
        done = subprocess.run(
            _COMMAND, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    return _read_log(done.stdout) if done.returncode == 0 else {}


def _read_log(output: bytes) -> dict[str, dt.date]:
    dates: dict[str, dt.date] = {}
    date: dt.date | None = None
    for field in os.fsdecode(output).split("\0"):
        entry = field
        if entry.startswith(_MARK):
            written, _, entry = entry[1:].partition("\n")
            date = dt.date.fromisoformat(written.strip())
        if entry and date:
            dates.setdefault(entry, date)  # newest first
    return dates
