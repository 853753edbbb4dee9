"""Tags in a string of HTML, found without building a tree.

Used where a tree would hide something: a tree has already moved or dropped what is nested
wrongly, and that is what internal text must not slip through.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"])
_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)([A-Za-z][^\s/>]*+)((?:[^>\"']|\"[^\"]*+\"|'[^']*+')*+)>", re.DOTALL)
_CLASS = re.compile(r"(?:^|[\s/\"'])class\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>\"']+)", re.IGNORECASE)
_IMPLIED_END = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "thead", "tbody", "tfoot"})  # need no end tag, so nest nothing
_FORMATTING = frozenset(
    {"abbr", "b", "big", "code", "em", "font", "i", "kbd", "mark", "s", "small", "span", "strike", "strong", "tt", "u"}
)
_MAX_DEPTH = 200
_MAX_OPEN_FORMATTING = 20  # a browser repeats each in every later paragraph until it is closed
_HEADING = re.compile(r"h[1-6]")


@dataclass(frozen=True, slots=True)
class Tag:
    """One start or end tag."""

    name: str  # as written
    start: int
    end: int
    is_end: bool
    attributes: str  # as written

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes, in lower case."""
        values = (html.unescape(match[1].strip("\"'")) for match in _CLASS.finditer(self.attributes))
        return tuple(name for value in values for name in value.casefold().split())


def tags(text: str) -> Iterator[Tag]:
    """Yield the tags of a string of HTML in order; comments are passed over."""
    for match in _TOKEN.finditer(text):
        if match[2]:
            yield Tag(match[2], match.start(), match.end(), bool(match[1]), match[3])


def is_too_deep(found: Iterable[Tag]) -> bool:
    """Whether so many elements are open at once that building the tree would take too long."""
    depth = formatting = 0
    for tag in found:
        name = tag.name.lower()
        if name in VOID or name in _IMPLIED_END:
            continue
        step = -1 if tag.is_end else 1
        depth = max(0, depth + step)
        formatting = max(0, formatting + step) if name in _FORMATTING else formatting
        if depth > _MAX_DEPTH or formatting > _MAX_OPEN_FORMATTING:
            return True
    return False


def drop_internal(text: str) -> str:
    """HTML without its elements of class `internal`, each to its own end tag, or else to the end of the text.

    A heading of that class takes everything under it along.
    """
    if "internal" not in html.unescape(text).casefold():
        return text
    found = list(tags(text))
    kept: list[str] = []
    position = 0
    for number, tag in enumerate(found):
        if tag.start >= position and not tag.is_end and any(name.startswith("internal") for name in tag.classes):
            kept.append(text[position : tag.start])
            is_heading = _HEADING.fullmatch(tag.name.lower())
            end = _end_of_heading_part(found, number) if is_heading else _end_of_element(found, number)
            position = len(text) if end is None else end
    kept.append(text[position:])
    return "".join(kept)


def _end_of_element(found: list[Tag], number: int) -> int | None:
    """Where the element that a start tag opens ends; None if it is never closed."""
    name = found[number].name.lower()
    if name in VOID:
        return found[number].end
    depth = 0
    for tag in found[number:]:
        if tag.name.lower() == name:
            depth += -1 if tag.is_end else 1
        if depth == 0:
            return tag.end
    return None


def _end_of_heading_part(found: list[Tag], number: int) -> int | None:
    """Where the next heading of the same or a higher level begins; None if there is none."""
    level = found[number].name.lower()
    later = (tag for tag in found[number + 1 :] if not tag.is_end and _HEADING.fullmatch(tag.name.lower()))
    return next((tag.start for tag in later if tag.name.lower() <= level), None)
