"""site.toml: the help center's name, groupings and contact ways, read and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kb.content.reading import readable_name
from kb.content.rules import found
from kb.content.types import ContactWay, Problem, Site, Topic, TopicGroup

FILE = "site.toml"
_TEXTS = ("title", "tagline", "description")
_LISTS = ("example_searches", "most_needed")
_TABLES = ("topics", "products", "platforms", "contact", "search")
_CLOSENESS = (0.3, 0.9)  # the least and the most that can be asked of an article that answers
_MAX_BYTES = 1 << 20


@dataclass(slots=True)
class _Reading:
    lines: list[str]
    problems: list[Problem] = field(default_factory=list)

    def report(self, rule: str, name: str, message: str) -> None:
        line = next((number for number, text in enumerate(self.lines, 1) if text.strip(" \t[").startswith(name)), 1)
        self.problems.append(found(rule, FILE, line, message))

    def text(self, table: dict[str, Any], name: str, default: str = "") -> str:
        value = table.get(name, default)
        if isinstance(value, str):
            return value.strip() or default
        self.report("site-value", name, f"`{name}` must be text in quotes; it is left out.")
        return default

    def texts(self, table: dict[str, Any], name: str) -> tuple[str, ...]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.report("site-value", name, f"`{name}` must be a list of texts; it is left out.")
        return ()

    def table(self, table: dict[str, Any], name: str) -> dict[str, Any]:
        value = table.get(name, {})
        if isinstance(value, dict):
            return value
        self.report("site-value", name, f"`{name}` must be a table, `[{name}]`; it is left out.")
        return {}

    def tables(self, table: dict[str, Any], name: str) -> list[dict[str, Any]]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(item, dict) for item in value):
            return value
        self.report("site-value", name, f"`{name}` must be written as tables, `[[{name}]]`; it is left out.")
        return []


def read_site(root: Path, folders: Iterable[str]) -> tuple[Site, tuple[Problem, ...]]:
    """Read a library's site.toml; without one, the topics come from its folders."""
    file = root / FILE
    defaults = Site(topics=tuple(Topic(folder, readable_name(folder)) for folder in folders))
    if not file.exists():
        return defaults, ()
    try:
        text = file.read_bytes()[:_MAX_BYTES].decode("utf-8-sig")
        values = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        message = f"site.toml cannot be read, so defaults are used: {error}"
        return defaults, (found("site-invalid", FILE, 1, message),)
    reading = _Reading(text.split("\n"))
    site = _make_site(values, reading, defaults)
    return site, tuple(reading.problems)


def _make_site(values: dict[str, Any], reading: _Reading, defaults: Site) -> Site:
    for name in sorted(values.keys() - {*_TEXTS, *_LISTS, *_TABLES}):
        reading.report("site-unknown-key", name, f"`{name}` means nothing here; take it out.")
    contact, search = reading.table(values, "contact"), reading.table(values, "search")
    return Site(
        title=reading.text(values, "title", defaults.title),
        tagline=reading.text(values, "tagline"),
        description=reading.text(values, "description"),
        example_searches=reading.texts(values, "example_searches"),
        most_needed=reading.texts(values, "most_needed"),
        topics=_read_topics(values, reading, defaults.topics),
        products=_read_names(values, "products", reading),
        platforms=_read_names(values, "platforms", reading),
        contact_intro=reading.text(contact, "intro"),
        contact_ways=_read_ways(contact, reading),
        answer_closeness=_read_closeness(search, reading),
    )


def _read_closeness(search: dict[str, Any], reading: _Reading) -> float | None:
    name, (least, most) = "answer_closeness", _CLOSENESS
    for other in sorted(search.keys() - {name}):
        reading.report("site-unknown-key", other, f"`{other}` means nothing here; take it out.")
    value = search.get(name)
    if value is None or (isinstance(value, float) and least <= value <= most):
        return value
    reading.report("site-value", name, f"`{name}` must be a number from {least} to {most}; it is left out.")
    return None


def _read_topics(values: dict[str, Any], reading: _Reading, folders: tuple[Topic, ...]) -> tuple[Topic, ...]:
    topics: dict[str, Topic] = {}
    for table in reading.tables(values, "topics"):
        id = reading.text(table, "id")
        if not id or id in topics:
            fault = "the id of another" if id else "no id"
            reading.report("site-value", "id", f"A topic has {fault}; give it its folder's name.")
            continue
        topics[id] = Topic(
            id,
            reading.text(table, "title", readable_name(id)),
            reading.text(table, "summary"),
            reading.text(table, "icon", "router"),
            reading.texts(table, "featured"),
            _read_groups(table, reading),
        )
    return (*topics.values(), *(folder for folder in folders if folder.id not in topics))


def _read_groups(topic: dict[str, Any], reading: _Reading) -> tuple[TopicGroup, ...]:
    groups = []
    for table in reading.tables(topic, "groups"):
        title, articles = reading.text(table, "title"), reading.texts(table, "articles")
        if title and articles:
            groups.append(TopicGroup(title, articles))
        else:
            reading.report("site-value", "groups", "A group needs a `title` and `articles`; it is left out.")
    return tuple(groups)


def _read_names(values: dict[str, Any], name: str, reading: _Reading) -> dict[str, str]:
    table = values.get(name, {})
    if isinstance(table, dict) and all(isinstance(title, str) for title in table.values()):
        return dict(table)
    reading.report("site-value", name, f"`{name}` must be a table of ids and names; it is left out.")
    return {}


def _read_ways(contact: dict[str, Any], reading: _Reading) -> tuple[ContactWay, ...]:
    ways = []
    for table in reading.tables(contact, "ways"):
        name, value = reading.text(table, "name"), reading.text(table, "value")
        if name and value:
            ways.append(ContactWay(name, value, reading.text(table, "hours"), reading.text(table, "icon", "person")))
        else:
            reading.report("site-value", "ways", "A contact way needs a `name` and a `value`; it is left out.")
    return tuple(ways)
