"""Front matter: the YAML at the head of a file, split off, read tolerantly, and made clean.

Nothing is ever constructed from YAML: values are taken from the parsed nodes as text, so no tag
can make anything happen. Who may read an article is decided by denial: whatever cannot be read
for certain makes it an article for agents only, or a draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from kb.content.front_keys import KEYS, Entry, make_front_matter
from kb.content.rules import found
from kb.content.types import FrontMatter, Problem

MAX_BLOCK = 64 * 1024  # characters
MAX_DEPTH = 10

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it was built in: ten times as fast
_FENCE = re.compile(r"---[ \t]*")
_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_KEY_LINE = re.compile(r"[\"']?([\w.$-][\w .$-]{0,60}?)[\"']?[ \t]{0,9}:(?:[ \t]+(.*))?")
_GUARDED = re.compile(r"audience|status|publish_on", re.IGNORECASE)
_GUARDED_KEY = re.compile(
    r"^[ \t>*+-]{0,20}[\"']?[\w -]{0,40}audience[\w -]{0,40}[\"']?[ \t]{0,9}[:=]", re.IGNORECASE | re.MULTILINE
)
_HEAD_LINES = 40  # how far down misplaced front matter is looked for


@dataclass(frozen=True, slots=True)
class _Block:
    """The text between the two `---`, and where it stands."""

    text: str
    line: int  # of the file, of the block's first line
    body: str
    body_line: int
    is_closed: bool


class _RefusedError(Exception):
    """YAML that is well-formed but more than a writer needs."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def split_front_matter(text: str, path: str) -> tuple[FrontMatter, str, int, tuple[Problem, ...]]:
    """Split clean text into (front matter, body, line of the file where the body begins, problems)."""
    block = _find_block(text)
    if block is None:
        return _without_block(text, path)
    problems: list[Problem] = []
    entries: list[Entry] = []
    is_certain = block.is_closed
    if not block.is_closed:
        message = "The front matter has no end, so what it says is not certain; add a line `---` after it."
        problems.append(found("front-matter-unclosed", path, block.line - 1, message))
    else:
        try:
            entries = _read_yaml(block.text)
        except (yaml.YAMLError, _RefusedError, ValueError) as error:
            is_certain = False
            line, reason = _explain(error)
            message = f"{reason}; quote values that hold `: ` or `#`, and check the indentation."
            problems.append(found("front-matter-invalid", path, block.line + line, message))
    if not is_certain:
        entries = _salvage(block.text)
    guarded = _mentioned(block, is_certain)
    front, more = make_front_matter(entries, path, block.line, guarded)
    return front, block.body, block.body_line, (*problems, *more)


def _find_block(text: str) -> _Block | None:
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None or not _FENCE.fullmatch(lines[first]):
        return None
    for number in range(first + 1, len(lines)):
        if _END.fullmatch(lines[number]):
            return _Block("\n".join(lines[first + 1 : number]), first + 2, "\n".join(lines[number + 1 :]), number + 2, True)
    if first + 1 >= len(lines) or not _KEY_LINE.fullmatch(lines[first + 1]):
        return None
    end = next((number for number in range(first + 1, len(lines)) if not lines[number].strip()), len(lines))
    return _Block("\n".join(lines[first + 1 :]), first + 2, "\n".join(lines[end:]), end + 1, False)


def _without_block(text: str, path: str) -> tuple[FrontMatter, str, int, tuple[Problem, ...]]:
    head = "\n".join(text.split("\n", _HEAD_LINES)[:_HEAD_LINES])
    mention = _GUARDED_KEY.search(head)
    if mention is None:
        return FrontMatter(), text, 1, ()
    front, more = make_front_matter([], path, 1, frozenset({"audience"}))
    message = "This looks like front matter, but it is not at the head of the file between two lines `---`; move it there."
    problem = found("front-matter-misplaced", path, head.count("\n", 0, mention.start()) + 1, message)
    return front, text, 1, (problem, *more)


def _read_yaml(block: str) -> list[Entry]:
    """The top-level entries of a block. Raises YAMLError or _RefusedError."""
    if len(block) > MAX_BLOCK:
        raise _RefusedError(0, f"The front matter is longer than {MAX_BLOCK // 1024} KB")
    _refuse_excess(block)
    root = yaml.compose(block, Loader=_LOADER)
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise _RefusedError(root.start_mark.line, "The front matter is not a list of `key: value` lines")
    return [Entry(_key_text(key), key.start_mark.line, value) for key, value in root.value]


def _refuse_excess(block: str) -> None:
    """Walk the events before any tree is built, so that a bomb costs nothing."""
    depth = 0
    for event in yaml.parse(block, Loader=_LOADER):
        line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError(line, "Anchors (`&`) and aliases (`*`) are not allowed")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise _RefusedError(line, f"The front matter is nested more than {MAX_DEPTH} levels deep")
        tag = getattr(event, "tag", None)
        if tag and tag != "!" and not tag.startswith("tag:yaml.org,2002:"):
            raise _RefusedError(line, f"The tag {tag!r} is not allowed")
        if tag and tag.startswith("tag:yaml.org,2002:python"):
            raise _RefusedError(line, f"The tag {tag.rsplit(':', 1)[-1]!r} is not allowed")


def _key_text(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


def _explain(error: Exception) -> tuple[int, str]:
    """The line within the block, from 0, and what is wrong there."""
    if isinstance(error, _RefusedError):
        return error.line, str(error)
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return error.problem_mark.line, f"YAML: {error.problem or error.context}"
    return 0, f"YAML: {' '.join(str(error).split())}"


def _salvage(block: str) -> list[Entry]:
    """Top-level `key: value` lines, with what is listed or continued below them, without YAML's rules."""
    entries: list[tuple[str, int, str, list[yaml.Node]]] = []
    for number, line in enumerate(block.split("\n")):
        pair = _KEY_LINE.fullmatch(line.rstrip())
        if pair:
            entries.append((pair[1], number, (pair[2] or "").strip(), []))
        elif entries and line.strip():
            key, start, value, items = entries[-1]
            if re.match(r"[ \t]*-[ \t]+\S", line):
                items.append(_scalar(line.strip()[1:]))
            elif line[0].isspace():
                entries[-1] = (key, start, f"{value} {line.strip()}".strip(), items)
    known = [entry for entry in entries if entry[0].strip().casefold() in KEYS]
    return [Entry(key, start, _sequence(items) if items and not value else _scalar(value)) for key, start, value, items in known]


def _sequence(items: list[yaml.Node]) -> yaml.Node:
    return yaml.SequenceNode("tag:yaml.org,2002:seq", items)


def _scalar(text: str) -> yaml.Node:
    """A value as a person would read it: without the quotes round it; `[a, b]` is a list."""
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return _sequence([_scalar(part) for part in text[1:-1].split(",") if part.strip(" []")])
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return yaml.ScalarNode("tag:yaml.org,2002:str" if text else "tag:yaml.org,2002:null", text)


def _mentioned(block: _Block, is_certain: bool) -> frozenset[str]:
    """The guarded keys that the block speaks of, so that their absence among the entries means denial."""
    if is_certain:
        return frozenset({"audience"}) if _GUARDED_KEY.search(block.text) else frozenset()
    head = block.text if block.is_closed else block.text.split("\n\n", 1)[0]
    mentions = {match.casefold() for match in _GUARDED.findall(head)}
    # An unclosed block ends nobody knows where, so for the audience all of the file counts.
    return frozenset(mentions | ({"audience"} if "audience" in block.text.casefold() else set()))
