"""Lists as GitHub and CommonMark indent them, laid out as the converter wants them.

The converter nests what is indented by four columns per level, and begins a list only after a
blank line. Elsewhere two or three columns do, and no blank line is needed. Lines that already
lie far enough in are left as they are, so articles written for the converter do not change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

STEP = 4  # columns per level

_MARKER = re.compile(r"(?P<mark>[-*+]|(?P<number>\d{1,9})[.)])(?P<gap>[ ]+)(?=\S)")
_RULE = re.compile(r"([-*_])(?:[ ]*\1){2,}[ ]*")
_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*")
_TABLE_RULE = re.compile(r"[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_BREAKS_PARAGRAPH = re.compile(r"#{1,6}[ ]|>|!!!|\?\?\?|===|</?[A-Za-z]|\||:{3}")


@dataclass(slots=True)
class _Level:
    """One list that we are in."""

    content: int  # column at which the text of its item begins
    base: int | None = None  # column of the first line below the marker


class _Layout:
    """Lines going in, and the same lines at the columns where the converter takes them rightly."""

    def __init__(self) -> None:
        self._levels: list[_Level] = []
        self._fence = ""  # what closes the code block we are in
        self._fence_shift = 0
        self._is_paragraph = False  # whether the line before is text that a list or a table could stand under
        self._goes_on = False  # whether the line before is text, an item's first line too, that this one could go on with
        self._begins_with_marker = False  # whether the first line since the last blank one is a list item's
        self._is_below_item = False  # whether the line before is a later paragraph of an item

    def place(self, line: str, following: str) -> Iterator[str]:
        """Yield a line where it belongs, with a blank line before it if it needs one."""
        text = line.strip()
        column = len(line) - len(line.lstrip(" "))
        if self._fence:
            yield " " * self._fence_shift + line if text else line
            self._fence = "" if text.startswith(self._fence) and not text.strip(self._fence[0]) else self._fence
        elif not text:
            self._is_paragraph = self._goes_on = self._begins_with_marker = False
            yield line
        else:
            yield from self._place_text(line, text, column, following)

    def _place_text(self, line: str, text: str, column: int, following: str) -> Iterator[str]:
        marker = None if _RULE.fullmatch(text) else _MARKER.match(text)
        starts = marker is not None or bool(_BREAKS_PARAGRAPH.match(text) or _FENCE.fullmatch(text))
        if self._goes_on and not starts:
            column = max(column, self._levels[-1].content if self._levels else 0)
        self._leave(column)
        fence = _FENCE.fullmatch(text)
        if not self._levels and column >= STEP:
            self._fence, self._fence_shift = (fence[1] if fence else ""), 0
            yield line
            return
        target = self._target(column)
        if self._needs_blank(text, marker, following):
            yield ""
        if fence:
            self._fence, self._fence_shift = fence[1], max(0, target - (len(line) - len(line.lstrip(" "))))
        if marker:
            gap = len(marker["gap"])
            self._levels.append(_Level(column + len(marker["mark"]) + (gap if gap <= STEP else 1)))
            text = f"{marker['number']}.{text[len(marker['mark']) :]}" if marker["number"] else text
        if not self._goes_on:
            self._begins_with_marker = marker is not None
        self._is_below_item = bool(self._levels) and not self._begins_with_marker
        self._is_paragraph, self._goes_on = not starts, not starts or marker is not None
        yield " " * target + text + line[len(line.rstrip()) :]

    def _leave(self, column: int) -> None:
        while self._levels and column < self._levels[-1].content:
            self._levels.pop()

    def _target(self, column: int) -> int:
        """The column where a line of the innermost list belongs."""
        if not self._levels:
            return column
        level, wanted = self._levels[-1], STEP * len(self._levels)
        level.base = column if level.base is None else level.base
        return max(wanted, column + max(0, wanted - level.base))

    def _needs_blank(self, text: str, marker: re.Match[str] | None, following: str) -> bool:
        if not self._is_paragraph:
            return False
        begins_list = marker is not None and (marker["number"] in (None, "1") or self._is_below_item)
        return begins_list or ("|" in text and "|" in following and bool(_TABLE_RULE.fullmatch(following.strip())))


def lay_out_lists(text: str) -> str:
    """Lay out the lists of a text; nothing but blank lines and columns changes, and `1)` becomes `1.`."""
    lines = text.split("\n")
    layout = _Layout()
    return "\n".join(
        placed
        for line, following in zip(lines, [*lines[1:], ""], strict=True)
        for placed in layout.place(line.expandtabs(STEP), following)
    )
