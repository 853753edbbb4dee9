"""The allow-list that all HTML of articles passes, last of all: what is not named here does not exist."""

from __future__ import annotations

import re

import nh3

# fmt: off
TAGS = frozenset({
    "a", "abbr", "b", "bdi", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
})
# fmt: on
ATTRIBUTES = {
    "*": frozenset({"id", "class", "title", "lang", "dir"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start", "reversed"}),
    "li": frozenset({"value"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "details": frozenset({"open"}),
    "time": frozenset({"datetime"}),
    "section": frozenset({"data-platform"}),
}
ATTRIBUTE_VALUES = {
    "a": {"rel": frozenset({"noopener noreferrer nofollow"})},
    "img": {"loading": frozenset({"lazy"})},
    "td": {"align": frozenset({"left", "center", "right"})},
    "th": {"align": frozenset({"left", "center", "right"}), "scope": frozenset({"col", "row"})},
}
CLASSES = {
    "div": frozenset(
        ["admonition", "note", "tip", "warning", "danger", "important", "caution", "internal", "tabs", "table", "footnote"]
    ),
    "details": frozenset(["note", "tip", "warning", "danger", "important", "caution", "internal"]),
    "section": frozenset({"tab"}),
    "p": frozenset({"admonition-title", "tab-name", "expect"}),
    "a": frozenset({"footnote-ref", "footnote-backref"}),
}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
INLINE_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")
RESERVED_IDS = "fx-"  # the page's own, which content must not be able to take

# Their content is code, or a document of its own, and never text to read.
# fmt: off
_DROPPED_WHOLE = frozenset({
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math", "frameset",
    "noembed", "noframes", "select", "datalist", "audio", "video", "canvas",
})
# fmt: on
_LANGUAGE = re.compile(r"language-[\w.+#-]{1,40}")
_ID = re.compile(r"[^\s\"'<>`&]{1,200}")
_NUMBER = re.compile(r"-?\d{1,5}")
_NUMERIC = frozenset({"width", "height", "start", "value", "colspan", "rowspan"})
# Names that admonitions of other systems go by -> ours.
_SYNONYMS = {
    "info": "note",
    "hint": "tip",
    "attention": "warning",
    "error": "danger",
    "failure": "danger",
    "bug": "danger",
    "notes": "note",
    "tips": "tip",
}


def sanitise(html: str) -> str:
    """HTML in which only tags, attributes, classes and schemes of the allow-list are left, well-formed."""
    return _CLEANER.clean(html)


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return _filter_classes(tag, value)
    if name == "id":
        return value if _ID.fullmatch(value) and not value.casefold().startswith(RESERVED_IDS) else None
    if name in _NUMERIC:
        return value if _NUMBER.fullmatch(value) else None
    if value.lstrip().casefold().startswith("data:") and name in ("src", "href"):
        return value if tag == "img" and INLINE_IMAGE.fullmatch(value) else None
    return value


def _filter_classes(tag: str, value: str) -> str | None:
    names = (_SYNONYMS.get(name, name) for name in value.casefold().split())
    kept = [name for name in names if name in CLASSES.get(tag, ()) or (tag == "code" and _LANGUAGE.fullmatch(name))]
    return " ".join(dict.fromkeys(kept)) or None


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(_DROPPED_WHOLE),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
    attribute_filter=_filter_attribute,
    tag_attribute_values={
        tag: {name: set(values) for name, values in by_name.items()} for tag, by_name in ATTRIBUTE_VALUES.items()
    },
    strip_comments=True,
    link_rel=None,
    url_schemes={*SCHEMES, "data"},
)
