"""Internal text taken out of what customers read: first from the Markdown, then from the HTML.

Both passes deny by default. The first works on lines, before any Markdown is understood, so that
nothing which confuses the converter can confuse it; where in doubt more is taken out, not less.
Removed lines become blank, so that line numbers stay right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.content.rules import found
from kb.content.types import Problem

# What may stand before a marker: indentation, quote marks, list markers.
_PREFIX = re.compile(r"(?:[\s>]|[-*+:]\s|\d{1,9}[.)]\s)*")
_MARKER = re.compile(r"(?:!{2,}|\?{2,}\+?)[ \t]*(?P<classes>[^\"\n]*)(?:\"(?P<title>[^\"\n]*))?")
_CONTAINER = re.compile(r":{3,}[ \t]*(?P<classes>\w[^\"=\n]*)")
_CONTAINER_END = re.compile(r":{3,}[ \t]*")
_ALERT = re.compile(r"\[![^\]\n]{0,80}?\binternal\b", re.IGNORECASE)
_INTERNAL = re.compile(r"(?<![A-Za-z0-9])internal(?![a-z0-9])", re.IGNORECASE)
_FENCE = re.compile(r"(`{3,}|~{3,})")
_STRUCTURE = re.compile(r"#{1,6}[ \t]|[-*+][ \t]|\d{1,9}[.)][ \t]|===[ \t+!]|!{3}|\?{3}|`{3}|~{3}")


@dataclass(frozen=True, slots=True)
class Stripped:
    """Markdown without its internal text, line for line as long as before."""

    text: str
    blocks: int  # how many were taken out
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of Markdown as this pass sees it."""

    text: str
    column: int  # of the first character that is neither blank nor a quote mark, tabs being 4 wide
    rest: str  # from there on
    is_quote: bool

    @property
    def is_blank(self) -> bool:
        return not self.rest


def strip_internal(body: str, path: str, body_line: int) -> Stripped:
    """Blank out every internal block of a body that begins on line `body_line` of its file."""
    if "internal" not in body.casefold():
        return Stripped(body, 0, ())
    texts = body.split("\n")
    lines = [_read_line(text) for text in texts]
    problems: list[Problem] = []
    blocks = number = 0
    while number < len(lines):
        span = _block_at(lines, number)
        if span is None:
            number += 1
            continue
        start, end, slip = span
        problems.extend(_report(lines[start:end], path, body_line + start, None if slip is None else body_line + slip))
        texts[start:end] = [""] * (end - start)
        blocks += 1
        number = max(end, number + 1)
    return Stripped("\n".join(texts), blocks, tuple(problems))


def is_internal_marker(text: str) -> bool:
    """Whether a line opens an internal block (`!!! internal` in any of its spellings)."""
    rest = text[_end_of_prefix(text) :]
    marker = _MARKER.match(rest) or _CONTAINER.match(rest)
    if marker is None:
        return False
    title = (marker.groupdict().get("title") or "").strip().casefold()
    return bool(_INTERNAL.search(marker["classes"])) or title == "internal"


def _end_of_prefix(text: str) -> int:
    prefix = _PREFIX.match(text)
    return prefix.end() if prefix else 0


def _read_line(text: str) -> _Line:
    column, is_quote = 0, False
    for place, char in enumerate(text):
        if char != ">" and not char.isspace():
            return _Line(text, column, text[place:].rstrip(), is_quote)
        is_quote = is_quote or char == ">"
        column += 4 - column % 4 if char == "\t" else 1
    return _Line(text, column, "", is_quote)


def _block_at(lines: list[_Line], number: int) -> tuple[int, int, int | None] | None:
    """The internal block that is opened on a line: its first line, the line after it, and a slip's line."""
    line = lines[number]
    if "internal" not in line.rest.casefold():
        return None
    prefix = line.text[: _end_of_prefix(line.text)]
    rest = line.text[len(prefix) :]
    if ">" in prefix and _ALERT.match(rest):
        return (*_quote_around(lines, number), None)
    if not is_internal_marker(line.text):
        return None
    if _CONTAINER.match(rest):
        return number, number + 1 if rest.rstrip().endswith(":::") else _end_of_container(lines, number), None
    return (number, *_end_of_block(lines, number, len(prefix.expandtabs(4))))


def _quote_around(lines: list[_Line], number: int) -> tuple[int, int]:
    """The whole block quote round a line, with the lines that continue it without a quote mark."""
    start = number
    while start and lines[start - 1].is_quote:
        start -= 1
    end = number + 1
    while end < len(lines) and (lines[end].is_quote or not lines[end].is_blank):
        end += 1
    return start, end


def _end_of_container(lines: list[_Line], number: int) -> int:
    ends = (end + 1 for end in range(number + 1, len(lines)) if _CONTAINER_END.fullmatch(lines[end].rest))
    return next(ends, len(lines))


def _end_of_block(lines: list[_Line], number: int, column: int) -> tuple[int, int | None]:
    """The line after a `!!! internal` block whose marker stands at a column, and the first line that is not indented."""
    end, slip, fence = number + 1, None, ""
    for here in range(number + 1, len(lines)):
        line = lines[here]
        is_deeper = line.column > column
        if fence:
            fence = "" if line.rest.startswith(fence) and not line.rest.strip(fence[0]) else fence
        elif line.is_blank:
            continue
        else:
            runs_on = end == here and not (end > number + 1 and slip is None and _STRUCTURE.match(line.rest))
            if not is_deeper and not runs_on:
                break
            opening = _FENCE.match(line.rest)
            fence = opening[1] if opening else ""
        slip = here if slip is None and not is_deeper and not line.is_blank else slip
        end = here + 1
    return end, slip


def _report(lines: list[_Line], path: str, line: int, slip: int | None) -> list[Problem]:
    problems = []
    if slip is not None:
        message = (
            "This line follows an internal block without being indented; indent it by 4 spaces, or put a blank line before it."
        )
        problems.append(found("internal-not-indented", path, slip, message))
    if len(lines) < 2 or all(below.is_blank for below in lines[1:]):
        message = "The internal block is empty; indent its text by 4 spaces, or delete the marker."
        problems.append(found("internal-empty", path, line, message))
    return problems
