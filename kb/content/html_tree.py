"""A tree of sanitised HTML: walked without recursion, and read as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

# fmt: off
_BLOCKS = frozenset({
    "address", "blockquote", "body", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "tr", "ul",
})
# fmt: on
_CELLS = frozenset({"td", "th"})


def parse_html(html: str) -> LexborNode:
    """The root of the tree of an HTML fragment; its children are the fragment's."""
    # As a document, not as a fragment: only there has the tree one root that every node hangs from.
    body = LexborHTMLParser(f"<!DOCTYPE html><html><head></head><body>{html}</body></html>").body
    assert body is not None
    return body


def inner_html(root: LexborNode) -> str:
    """The HTML of a root's children."""
    return "".join(child.html or "" for child in root.iter(include_text=True))


def drop_internal_elements(html: str) -> str:
    """HTML without the elements of class `internal` that a browser would find in it."""
    if "internal" not in html.casefold():
        return html
    root = parse_html(html)
    # One at a time from the top: an element inside another goes with it and must not be touched again.
    while (node := next((node for node in root.css("[class]") if _is_internal(node)), None)) is not None:
        node.decompose()
    return inner_html(root)


def _is_internal(node: LexborNode) -> bool:
    return any(name.casefold().startswith("internal") for name in (node.attributes.get("class") or "").split())


def readable_text(nodes: Iterable[LexborNode]) -> str:
    """What a reader sees of some nodes, one block a line: list items numbered, cells apart, images by their description."""
    reading = _Reading()
    for node in nodes:
        for inner, is_entered in _walk(node):
            reading.enter(inner) if is_entered else reading.leave(inner)
    reading.end_line()
    return "\n".join(reading.lines)


def _walk(top: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Yield each node twice: when it is entered and when it is left. Depth costs no stack."""
    stack: list[tuple[LexborNode, bool]] = [(top, True)]
    while stack:
        node, is_entered = stack.pop()
        yield node, is_entered
        if is_entered:
            stack.append((node, False))
            stack.extend((child, True) for child in reversed(list(node.iter(include_text=True))))


class _Reading:
    """The lines read so far, and the one being read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._pieces: list[str] = []
        self._counters: list[int | None] = []  # of the lists we are in; None for one without numbers
        self._marker = ""  # of the list item that has not begun its first line
        self._verbatim = 0  # how many `pre` we are in

    def enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._pieces.append(node.text_content or "")
        elif tag == "img":
            self._pieces.append(node.attributes.get("alt") or "")
        elif tag == "br":
            self._break_line()
        elif tag in _BLOCKS:
            self.end_line()
            self._enter_block(tag, node)

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _CELLS and _next_element(node) is not None:
            self._pieces.append(" | ")
        elif tag in _BLOCKS:
            self.end_line()
            if tag == "pre":
                self._verbatim -= 1
            elif tag in ("ol", "ul"):
                self._counters.pop()

    def end_line(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        text = text.strip("\n") if self._verbatim else " ".join(text.split())
        if text.strip():
            self.lines.append(self._marker + text)
            self._marker = ""

    def _break_line(self) -> None:
        if self._verbatim:
            self._pieces.append("\n")
        else:
            self.end_line()

    def _enter_block(self, tag: str, node: LexborNode) -> None:
        if tag == "pre":
            self._verbatim += 1
        elif tag == "ol":
            start = node.attributes.get("start") or "1"
            self._counters.append(int(start) - 1)
        elif tag == "ul":
            self._counters.append(None)
        elif tag == "li" and self._counters:
            count = self._counters[-1]
            self._counters[-1] = None if count is None else count + 1
            self._marker = "- " if count is None else f"{count + 1}. "


def _next_element(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and not following.is_element_node:
        following = following.next
    return following
