"""`<VMName>` and other things in angle brackets that only look like HTML, kept as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from kb.content.html_tokens import Tag, is_too_deep, tags
from kb.content.sanitise import SCHEMES, TAGS

# HTML's other elements. What an article must not contain is taken out by the allow-list, with a
# problem; harmless leftovers of old pages lose their tags and keep their text.
# fmt: off
_REFUSED = frozenset({
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "select", "textarea", "svg", "math",
    "base", "meta", "link", "template", "noscript",
})
_HARMLESS = frozenset({
    "html", "head", "body", "main", "header", "footer", "article", "aside", "nav", "address", "hgroup", "center",
    "font", "big", "tt", "strike", "u", "nobr", "picture", "source", "video", "audio", "track", "canvas", "map",
    "area", "label", "fieldset", "legend", "option", "optgroup", "output", "progress", "meter", "dialog", "data",
    "rp", "rt", "ruby", "search", "acronym", "basefont", "dir", "menu", "param", "slot", "frame", "frameset",
    "noframes", "noembed", "applet", "bdo",
})
# fmt: on
_KNOWN = TAGS | _REFUSED | _HARMLESS
# Browsers read what follows these as text until they are closed; unclosed they would swallow the rest.
# fmt: off
_SWALLOWING = frozenset({
    "script", "style", "iframe", "textarea", "title", "xmp", "noembed", "noframes", "plaintext", "noscript",
    "template", "select", "object", "svg", "math",
})
# fmt: on


_SCHEME = re.compile(r"\bhref\s*=\s*[\"']?\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class Kept(NamedTuple):
    """HTML in which only real elements are left as tags."""

    html: str
    placeholders: tuple[str, ...]  # what was turned into text, as written, without repeats
    refused: tuple[str, ...]  # what the allow-list will take out: `<script`, `javascript:`
    is_too_deep: bool  # so many elements inside one another that building the tree would take too long


def keep_placeholders(html: str) -> Kept:
    """Escape every tag that no HTML element has, and those that would swallow the text after them."""
    found = list(tags(html))
    closed = {tag.name.lower(): tag.start for tag in found if tag.is_end}
    pieces: list[str] = []
    position = 0
    placeholders: dict[str, None] = {}
    refused: dict[str, None] = {}
    for tag in found:
        if _is_element(tag, closed):
            refused.update(dict.fromkeys(_refused_in(tag)))
            continue
        pieces += [html[position : tag.start], "&lt;", html[tag.start + 1 : tag.end - 1], "&gt;"]
        position = tag.end
        if not tag.is_end:
            placeholders[html[tag.start : tag.end]] = None
    return Kept("".join([*pieces, html[position:]]), tuple(placeholders), tuple(refused), is_too_deep(found))


def _refused_in(tag: Tag) -> Iterator[str]:
    if tag.name.lower() in _REFUSED:
        yield f"<{tag.name.lower()}"
    scheme = _SCHEME.search(unescape(tag.attributes)) if "href" in tag.attributes else None
    if scheme and scheme[1].lower() not in SCHEMES:
        yield f"{scheme[1].lower()}:"


def _is_element(tag: Tag, closed: dict[str, int]) -> bool:
    name = tag.name.lower()
    if name not in _KNOWN:
        return False
    return tag.is_end or name not in _SWALLOWING or closed.get(name, -1) > tag.start
