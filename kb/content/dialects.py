"""Other help centers' Markdown: DocFX and Docusaurus marks, rewritten line by line into ours.

Every line stays where it is, so that line numbers stay right. Code blocks are left alone.
What we cannot do (text included from another file) is taken out and reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb.content.rules import found
from kb.content.types import Problem

_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)*(`{3,}|~{3,})([^`\n]*)")
_COLONS = re.compile(r"(?P<indent>[ \t>]*):{3}[ \t]*(?P<name>[A-Za-z][\w-]*)?(?P<rest>.*)")
_IMAGE = re.compile(r":::image\b(?P<attributes>[^\n]*?):::")
_ATTRIBUTE = re.compile(r"([\w-]+)[ \t]*=[ \t]*\"([^\"\n]*)\"")
_INCLUDE = re.compile(r"\[!INCLUDE[ \t]{0,9}(?:\[[^\]\n]{0,300}\])?[ \t]{0,9}(?:\([^)\n]{0,500}\))?[ \t]{0,9}\]?", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"(?P<head>[ \t]*>[ \t>]*)\[!(?P<kind>div|video)(?P<rest>[^\]\n]*)\]", re.IGNORECASE)
_DOCFX_TAB = re.compile(r"#{1,6}[ \t]+\[(?P<name>[^\n]*?)\]\(#tab/[^)\n]*\)[ \t]*")
_KINDS = {
    "note": "note",
    "info": "note",
    "tip": "tip",
    "important": "important",
    "caution": "caution",
    "warning": "warning",
    "danger": "danger",
}


@dataclass(slots=True)
class _State:
    path: str
    body_line: int
    fence: str = ""  # what closes the code block we are in
    fence_line: int = 0
    is_in_box: bool = False  # inside `:::note`
    problems: list[Problem] = field(default_factory=list)


def translate(body: str, path: str, body_line: int) -> tuple[str, tuple[Problem, ...]]:
    """Rewrite a body that begins on line `body_line` of its file; report what had to go, and unclosed code blocks."""
    state = _State(path, body_line)
    text = "\n".join(_translated(body, state))
    if state.fence:
        message = f"The code block that begins here with `{state.fence}` is never closed; close it with the same mark."
        state.problems.append(found("fence-unclosed", path, state.fence_line, message))
    return text, tuple(state.problems)


def _translated(body: str, state: _State) -> Iterator[str]:
    closings = {number for number, line in enumerate(body.split("\n")) if line.strip() == ":::"}
    for number, line in enumerate(body.split("\n")):
        if _in_code(line, number, state):
            yield f"    {line}" if state.is_in_box else line
        else:
            yield _translate_line(line, number, state, closings)


def _in_code(line: str, number: int, state: _State) -> bool:
    """Whether a line is part of a code block, its marks included."""
    if state.fence:
        rest = line.strip(" \t>")
        if rest.startswith(state.fence) and not rest.strip(state.fence[0]):
            state.fence = ""
        return True
    opening = _FENCE.fullmatch(line.rstrip()) if "```" in line or "~~~" in line else None
    if opening:
        state.fence, state.fence_line = opening[1], state.body_line + number
    return opening is not None


def _translate_line(line: str, number: int, state: _State, closings: set[int]) -> str:
    if ":::" in line:
        line = _IMAGE.sub(_image, line)
        colons = _COLONS.fullmatch(line)
        if colons:
            return _translate_colons(colons, number, state, closings)
    if "[!" in line:
        line = _QUOTE_MARK.sub(_quote_mark, line)
        include = _INCLUDE.search(line)
        if include:
            message = "Including another file is not supported; write its text here."
            state.problems.append(found("include-unsupported", state.path, state.body_line + number, message))
            line = _INCLUDE.sub("", line)
    if "(#tab/" in line:
        tab = _DOCFX_TAB.fullmatch(line)
        line = f"**{tab['name']}**" if tab else line
    return f"    {line}" if state.is_in_box and line.strip() else line


def _translate_colons(colons: re.Match[str], number: int, state: _State, closings: set[int]) -> str:
    kind = _KINDS.get((colons["name"] or "").lower())
    if kind and not state.is_in_box and any(closing > number for closing in closings):
        state.is_in_box = True
        title = colons["rest"].strip(' []{}"').replace('"', "'")
        return f'{colons["indent"]}!!! {kind} "{title}"' if title else f"{colons['indent']}!!! {kind}"
    if not colons["name"]:
        state.is_in_box = False
    return ""


def _image(match: re.Match[str]) -> str:
    attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
    source = attributes.get("source", "").replace("<", "%3C").replace(">", "%3E")
    alt = re.sub(r"[\[\]\\]", "", attributes.get("alt-text", ""))
    return f"![{alt}](<{source}>)" if source else ""


def _quote_mark(match: re.Match[str]) -> str:
    address = match["rest"].strip()
    if match["kind"].lower() == "video" and address.startswith("https://"):
        return f"{match['head']}[Video](<{address.replace('>', '%3E')}>)"
    return match["head"].rstrip()
