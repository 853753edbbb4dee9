"""An article's HTML cut at its headings into sections, each with an anchor that no other has."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from kb.content.html_tree import parse_html, readable_text
from kb.content.sanitise import RESERVED_IDS
from kb.content.types import Section

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_NOT_IN_SLUG = re.compile(r"[^\w\s-]")
_GAPS = re.compile(r"[\s_-]+")
_NESTED_HEADING = re.compile(r"<(/?)h[1-3](?=[\s>])")
_MAX_SLUG = 80


class Cut(NamedTuple):
    """What an article's HTML comes to."""

    first_h1: str  # plain text of a first-level heading at the head; empty if there is none
    sections: tuple[Section, ...]
    anchors: frozenset[str]  # every id that a link can name


@dataclass(slots=True)
class _Part:
    heading: str
    level: int
    anchor: str
    nodes: list[LexborNode] = field(default_factory=list)


def slug(text: str) -> str:
    """The anchor that a heading's text gives: lower case, words joined by hyphens, any script."""
    plain = _NOT_IN_SLUG.sub("", unicodedata.normalize("NFC", text).lower())
    short = _GAPS.sub("-", plain).strip("-")[:_MAX_SLUG].strip("-") or "section"
    return f"on-{short}" if short.startswith(RESERVED_IDS) else short


def cut_sections(html: str) -> Cut:
    """Cut sanitised HTML at its top-level headings of the first three levels.

    A first `h1` that nothing but text precedes is the title and is dropped; later ones count as
    `h2`. Headings of deeper levels, or inside lists, quotes and tabs, stay where they are.
    """
    root = parse_html(html)
    anchors = _Anchors(root)
    parts = [_Part("", 1, "")]
    first_h1 = ""
    for node in root.iter(include_text=True):
        if node.tag not in ("h1", "h2", "h3"):
            parts[-1].nodes.append(node)
            continue
        heading = readable_text([node]).replace("\n", " ")
        if node.tag == "h1" and not first_h1 and len(parts) == 1:
            first_h1 = heading
            continue
        parts.append(_Part(heading, 3 if node.tag == "h3" else 2, anchors.claim(node, heading)))
    for part in parts:
        anchors.name_headings(part.nodes)
    sections = tuple(_section(part) for part in parts)
    kept = tuple(section for section in sections if section.level > 1 or section.text or "<img" in section.html)
    return Cut(first_h1, kept, frozenset(anchors.taken))


def _section(part: _Part) -> Section:
    html = "".join(node.html or "" for node in part.nodes).strip()
    # Sections are written under h2 or h3, so no heading inside one may be of a higher rank.
    html = _NESTED_HEADING.sub(r"<\1h4", html)
    return Section(part.anchor, part.heading, part.level, html, readable_text(part.nodes))


class _Anchors:
    """The ids of one article; those that a writer gave are reserved before any is made."""

    def __init__(self, root: LexborNode) -> None:
        self.taken: set[str] = set()
        self._counts: dict[str, int] = {}
        for node in root.css("[id]"):
            id = node.attributes.get("id") or ""
            if not id or id in self.taken:
                del node.attrs["id"]
            self.taken.add(id)
        self.taken.discard("")

    def claim(self, node: LexborNode, heading: str) -> str:
        """The id that a heading has, else one made of its text."""
        given = node.attributes.get("id")
        if given:
            return given
        wanted = slug(heading)
        anchor = wanted
        while anchor in self.taken:
            self._counts[wanted] = self._counts.get(wanted, 0) + 1
            anchor = f"{wanted}-{self._counts[wanted]}"
        self.taken.add(anchor)
        return anchor

    def name_headings(self, nodes: list[LexborNode]) -> None:
        """Give the headings inside a section ids as well, so that links to them work."""
        for top in nodes:
            if top.is_element_node:
                for node in top.css(", ".join(_HEADINGS)):
                    node.attrs["id"] = self.claim(node, readable_text([node]).replace("\n", " "))
