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
_FAR_IN = re.compile(r"^(?: {4}|\t){20,}[ ]{0,3}(?:[-*+:>]|\d{1,9}[.)]|!!!|\?\?\?|===)[ \t]", re.MULTILINE)
_MARKED_LINE = re.compile(r"^[ \t>]*(?:#|===|!!!|\?\?\?|```|~~~|:|[-=*_]+[ \t]*$)", re.MULTILINE)
_CODE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[\w+#-]*\n.*?^\1\2[ \t]*$", re.DOTALL | re.MULTILINE)  # what is code without any doubt
_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_PAIRS = (  # what is opened, and what closes it
    (re.compile(r"(?<!\\)\["), re.compile(r"(?<!\\)\]")),
    (re.compile(r"\]\("), re.compile(r"\)")),
)
_TAG_OPENER = re.compile(r"<[A-Za-z!/?]")
_MARKS = "*_`\\&{}<[!~"
_HARMLESS = 20
_MAX_MARKS = 20_000  # in one paragraph
_MAX_FENCE_WORK = 2_000_000_000  # code blocks times characters: the converter copies the text for each; about 2 s
_MAX_WORK = 20_000_000  # characters to be looked at again, because of marked lines or of marks left open: about 4 s


def find_hazard(text: str) -> str | None:
    """What would take the converter too long, in a few words, or None."""
    if len(_FENCE.findall(text)) * len(text) > _MAX_FENCE_WORK:
        return "there are too many code blocks"
    text = _CODE.sub("", text)
    if _NESTED_QUOTES.search(text) or _NESTED_LISTS.search(text) or _FAR_IN.search(text):
        return "quotes, lists or boxes are nested more than 20 deep"
    work = _open_tag_work(text)
    for block in _BLANK_LINES.split(text):
        if len(block) > _MAX_MARKS and sum(block.count(mark) for mark in _MARKS) > _MAX_MARKS:
            return "one paragraph has too many marks"
        again = len(_MARKED_LINE.findall(block)) + sum(_most_open(block, *pair) for pair in _PAIRS)
        work += again * len(block)
        if work > _MAX_WORK:
            return "too many marks are opened and not closed, or too many headings, rules or boxes follow without a blank line"
    return None


def _most_open(block: str, opener: re.Pattern[str], closer: re.Pattern[str]) -> int:
    """How many of one kind of mark are open at once, at most; 0 for the few that do no harm."""
    opened = [match.start() for match in opener.finditer(block)]
    if len(opened) <= _HARMLESS:
        return 0
    steps = sorted([(place, 1) for place in opened] + [(match.start(), -1) for match in closer.finditer(block)])
    depth = most = 0
    for _, step in steps:
        depth = max(0, depth + step)
        most = max(most, depth)
    return most if most > _HARMLESS else 0


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
