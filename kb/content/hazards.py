"""Markdown that the converter would take minutes over, found before it is tried.

The converter's time grows with the square of some things: marks that are opened and not
closed, deep nesting, very many marked lines without a blank one between. Each bound here lies
far above anything in 13,000 real articles, and low enough that the worst file takes seconds.
"""

from __future__ import annotations

import re

_BLANK_LINES = re.compile(r"\n[ \t>]*\n")
_NESTED_QUOTES = re.compile(r"^(?:[ \t]*>){20}", re.MULTILINE)
_NESTED_LISTS = re.compile(r"^[ \t]*(?:(?:[-*+:]|\d{1,9}[.)]|>)[ \t]+){20}", re.MULTILINE)
_MARKED_LINE = re.compile(r"^[ \t>]*(?:#|===|!!!|\?\?\?|```|~~~|:|\||[-=*_]+[ \t]*$|<)", re.MULTILINE)
_PAIRS = (  # what is opened, what closes it, how many may be open at once in one paragraph
    (re.compile(r"\["), re.compile(r"\]"), 60),
    (re.compile(r"\]\("), re.compile(r"\)"), 60),
    (re.compile(r"<[A-Za-z!/?]"), re.compile(r">"), 60),
)
_TAG_OPENER = re.compile(r"<[A-Za-z!/?]")
_MARKS = "*_`\\&{}<[!~"
_MAX_MARKS = 20_000  # in one paragraph
_MAX_WORK = 20_000_000  # characters to be looked at again because of marked lines, or of tags left open: about 4 s


def find_hazard(text: str) -> str | None:
    """What would take the converter too long, in a few words, or None."""
    if _NESTED_QUOTES.search(text) or _NESTED_LISTS.search(text):
        return "quotes or lists are nested more than 20 deep in one line"
    if _open_tag_work(text) > _MAX_WORK:
        return "too many marks `<` are never closed"
    work = 0
    for block in _BLANK_LINES.split(text):
        hazard = _find_in_block(block)
        if hazard:
            return hazard
        work += len(block) * sum(1 for _ in _MARKED_LINE.finditer(block))
    return "too many headings, rules or boxes follow each other without a blank line" if work > _MAX_WORK else None


def _find_in_block(block: str) -> str | None:
    if len(block) > _MAX_MARKS and sum(block.count(mark) for mark in _MARKS) > _MAX_MARKS:
        return "one paragraph has too many marks"
    for opener, closer, limit in _PAIRS:
        if _most_open(block, opener, closer, limit) > limit:
            shown = opener.pattern.replace("\\", "")[: 2 if "(" in opener.pattern else 1]
            return f"more than {limit} marks `{shown}` are opened and not closed in one paragraph"
    return None


def _most_open(block: str, opener: re.Pattern[str], closer: re.Pattern[str], limit: int) -> int:
    """How many of one kind of mark are open at once, at most."""
    opened = [match.start() for match in opener.finditer(block)]
    if len(opened) <= limit:
        return 0
    steps = sorted([(place, 1) for place in opened] + [(match.start(), -1) for match in closer.finditer(block)])
    depth = most = 0
    for _, step in steps:
        depth = max(0, depth + step)
        most = max(most, depth)
    return most


def _open_tag_work(text: str) -> int:
    """How many characters lie between each `<` that may open a tag and the next `>` that can close it."""
    work = 0
    closing = -1
    for match in _TAG_OPENER.finditer(text):
        if closing < match.start():
            closing = text.find(">", match.start())
            closing = closing if closing >= 0 else len(text)
        work += closing - match.start()
    return work
