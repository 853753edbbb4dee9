"""What each key of front matter takes, and what it comes to; denial where a guarded key is in doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import yaml

from kb.access import Audience
from kb.content.front_values import plain_value, read_date, read_list, read_text
from kb.content.rules import found
from kb.content.types import FrontMatter, Problem, Status

_TEXTS = ("title", "summary", "owner")
_LISTS = ("symptoms", "errors", "questions")
_ID_LISTS = ("products", "platforms", "related", "redirect_from")
_UPDATED = ("updated", "ms.date", "date", "last_modified")  # the first that can be read counts
_DAY = "publish_on"
_DATES = ("review_by", _DAY, *_UPDATED)
KEYS = frozenset({*_TEXTS, *_LISTS, *_ID_LISTS, *_DATES, "audience", "status"})

_STRICTEST = (Status.PUBLISHED, Status.RETIRED, Status.DRAFT)


@dataclass(frozen=True, slots=True)
class Entry:
    """One top-level `key: value` of a block."""

    key: str  # as written
    line: int  # within the block, from 0
    value: yaml.Node


@dataclass(slots=True)
class _Gathering:
    """What has been read so far."""

    path: str
    first_line: int
    values: dict[str, Any] = field(default_factory=dict)
    audiences: list[Audience] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    dates: dict[str, dt.date] = field(default_factory=dict)
    extra: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, rule: str, entry: Entry, message: str) -> None:
        self.problems.append(found(rule, self.path, self.first_line + entry.line, message))


def make_front_matter(
    entries: Iterable[Entry], path: str, first_line: int, guarded: frozenset[str]
) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """Make clean front matter of a block's entries.

    `first_line` is the file's line of the block's line 0. `guarded` names the keys, of `audience`,
    `status` and `publish_on`, that the block mentions: if no entry settles one, the stricter value is taken.
    """
    gathering = _Gathering(path, first_line)
    seen: dict[str, int] = {}
    for entry in entries:
        key = entry.key.strip().casefold()
        if key in seen:
            gathering.report("front-matter-duplicate-key", entry, f"`{entry.key}` stands twice; keep one of them.")
        _take(gathering, key, entry, is_repeated=key in seen)
        seen.setdefault(key, first_line + entry.line)
    _report_unknown(gathering)
    gathering.values["audience"] = _audience(gathering, guarded)
    gathering.values["status"] = _status(gathering, guarded)
    gathering.values["publish_on"] = gathering.dates.get(_DAY)
    gathering.values["review_by"] = gathering.dates.get("review_by")
    gathering.values["updated"] = next((gathering.dates[key] for key in _UPDATED if key in gathering.dates), None)
    return FrontMatter(**gathering.values, extra=gathering.extra, lines=seen), tuple(gathering.problems)


def _take(gathering: _Gathering, key: str, entry: Entry, *, is_repeated: bool) -> None:
    if key == "audience":
        _take_audience(gathering, entry)
    elif key == "status":
        _take_status(gathering, entry)
    elif key not in KEYS:
        gathering.extra[entry.key] = plain_value(entry.value)
    elif key == _DAY and is_repeated:
        _withhold(gathering, entry)
    elif is_repeated:
        return
    elif key in _DATES:
        _take_date(gathering, key, entry)
    elif key in _TEXTS:
        _take_text(gathering, key, entry)
    else:
        _take_list(gathering, key, entry)


def _take_text(gathering: _Gathering, key: str, entry: Entry) -> None:
    text = read_text(entry.value)
    if text:
        gathering.values[key] = text
    elif not isinstance(entry.value, yaml.ScalarNode):
        gathering.report("front-matter-wrong-type", entry, f"`{key}` must be one line of text; it is left out.")


def _take_list(gathering: _Gathering, key: str, entry: Entry) -> None:
    items, is_plain = read_list(entry.value, split_commas=key in _ID_LISTS)
    gathering.values[key] = items
    if not is_plain:
        message = f"`{key}` must be a list of texts; quote items that hold `: `. What could be read is used."
        gathering.report("front-matter-wrong-type", entry, message)


def _take_date(gathering: _Gathering, key: str, entry: Entry) -> None:
    text = read_text(entry.value)
    date = read_date(text) if text else None
    if date:
        gathering.dates[key] = date
    elif key == _DAY:
        _withhold(gathering, entry)
    elif text or not isinstance(entry.value, yaml.ScalarNode):
        gathering.report("front-matter-date", entry, f"`{key}` is not a date; write it as 2026-05-31.")


def _withhold(gathering: _Gathering, entry: Entry) -> None:
    """Keep the article a draft: the day from which it may be read is not certain."""
    message = "It is not certain which day is meant, so the article is a draft; write one line such as `publish_on: 2026-05-31`."
    gathering.report("publish-day-unknown", entry, message)
    gathering.statuses.append(Status.DRAFT)


def _take_audience(gathering: _Gathering, entry: Entry) -> None:
    text = (read_text(entry.value) or "").casefold()
    if text not in set(Audience):
        message = f"The audience {text!r} does not exist, so the article is for agents only; use `public` or `agents`."
        gathering.report("audience-unknown", entry, message)
    gathering.audiences.append(Audience(text) if text in set(Audience) else Audience.AGENTS)


def _take_status(gathering: _Gathering, entry: Entry) -> None:
    text = (read_text(entry.value) or "").casefold()
    if text not in set(Status):
        message = f"The status {text!r} does not exist, so the article is a draft; use `draft`, `published` or `retired`."
        gathering.report("status-unknown", entry, message)
    gathering.statuses.append(Status(text) if text in set(Status) else Status.DRAFT)


def _audience(gathering: _Gathering, guarded: frozenset[str]) -> Audience:
    if gathering.audiences:
        return Audience.AGENTS if Audience.AGENTS in gathering.audiences else Audience.PUBLIC
    if "audience" not in guarded:
        return Audience.PUBLIC
    message = "The audience is spoken of but not given, so the article is for agents only; add a line `audience: …`."
    gathering.problems.append(found("audience-unknown", gathering.path, gathering.first_line, message))
    return Audience.AGENTS


def _status(gathering: _Gathering, guarded: frozenset[str]) -> Status:
    if _DAY in guarded and _DAY not in gathering.dates and Status.DRAFT not in gathering.statuses:
        message = (
            "A day to publish on is spoken of but not given, so the article is a draft; add a line `publish_on: 2026-05-31`."
        )
        gathering.problems.append(found("publish-day-unknown", gathering.path, gathering.first_line, message))
        return Status.DRAFT
    if gathering.statuses:
        return max(gathering.statuses, key=_STRICTEST.index)
    if "status" not in guarded:
        return Status.PUBLISHED
    message = "The status is spoken of but not given, so the article is a draft; add a line `status: published`."
    gathering.problems.append(found("status-unknown", gathering.path, gathering.first_line, message))
    return Status.DRAFT


def _report_unknown(gathering: _Gathering) -> None:
    if gathering.extra:
        names = ", ".join(f"`{key}`" for key in gathering.extra)
        message = f"Nothing here knows {names}; take out what is a slip of the pen."
        gathering.problems.append(found("front-matter-unknown-keys", gathering.path, gathering.first_line, message))
