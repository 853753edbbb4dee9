"""Sanitised HTML dressed for the site: links and images resolved, tables, tabs and expected results marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from selectolax.lexbor import LexborNode, create_tag

from kb.access import Audience
from kb.content.addresses import media_url
from kb.content.html_tree import inner_html, parse_html
from kb.content.links import Link, LinkResolver
from kb.content.rules import found
from kb.content.sanitise import INLINE_IMAGE
from kb.content.tabs import platform_of
from kb.content.types import Media, Problem, Site, Source

_EXPECTED = re.compile(r"You should (?:see|hear|get|notice)\b")
_REL = "noopener noreferrer nofollow"  # nh3's allow-list has the same words


@dataclass(frozen=True, slots=True)
class Reference:
    """A link that leads to a heading of an article of the library."""

    article: str
    fragment: str
    line: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What rendering an article asked of the rest of the library."""

    links: tuple[str, ...] = ()  # as written; those that leave the site ask nothing
    images: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(slots=True)
class Dressing:
    """One article being dressed for one audience, and what that brought to light."""

    source: Source
    audience: Audience
    resolver: LinkResolver
    media: dict[str, Media] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # as `Asked` has them
    images: list[str] = field(default_factory=list)
    _places: dict[str, int] = field(default_factory=dict)

    def line_of(self, address: str) -> int:
        """The line on which the next occurrence of an address stands, as well as can be told."""
        body = self.source.body
        for written in (address, unquote(address), address.replace("&", "&amp;")):
            place = body.find(written, self._places.get(written, 0))
            place = place if place >= 0 else body.find(written)
            if place >= 0 and written:
                self._places[written] = place + len(written)
                return self.source.body_line + body.count("\n", 0, place)
        return self.source.body_line

    def report(self, rule: str, address: str, message: str) -> None:
        """Note a problem on the line of an address."""
        self.problems.append(found(rule, self.source.path, self.line_of(address), message))


def dress(html: str, dressing: Dressing, site: Site) -> str:
    """Dress sanitised HTML; the caller sanitises once more, so that nothing here has to be trusted."""
    root = parse_html(html)
    for node in root.css("a[href]"):
        _dress_link(node, dressing)
    for node in root.css("a:not([href]):not([id])"):
        _unlink(node)
    for node in root.css("img"):
        _dress_image(node, dressing)
    for node in root.css("section.tab"):
        _name_platform(node, site)
    for node in root.css("li > p"):
        if _EXPECTED.match(node.text().lstrip()):
            node.attrs["class"] = "expect"
    for node in root.css("table"):
        _wrap_table(node)
    return inner_html(root)


def _dress_link(node: LexborNode, dressing: Dressing) -> None:
    href = node.attributes.get("href") or ""
    link = dressing.resolver.resolve(href, dressing.source.header, dressing.audience)
    if not link.is_external:
        dressing.links.append(href)
    if link.rule:
        dressing.report(link.rule, href, link.message)
    if link.href is None:
        _unlink(node)
        return
    node.attrs["href"] = link.href
    if link.is_external:
        node.attrs["rel"] = _REL
    if link.media:
        dressing.media[link.media.name] = link.media
    if link.fragment:
        dressing.references.append(_reference(link, href, dressing))


def _unlink(node: LexborNode) -> None:
    """Leave only what a link holds; one that holds nothing goes altogether, since unwrapping would leave it as it is."""
    if node.first_child is None:
        node.decompose()
    else:
        node.unwrap()


def _reference(link: Link, href: str, dressing: Dressing) -> Reference:
    return Reference(link.article, link.fragment, dressing.line_of(href))


def _dress_image(node: LexborNode, dressing: Dressing) -> None:
    src = node.attributes.get("src") or ""
    alt = node.attributes.get("alt") or ""
    if not alt:
        dressing.report(
            "image-alt-missing", src[:200], "The image has no description; write what it shows between the square brackets."
        )
    if not INLINE_IMAGE.fullmatch(src):
        image = dressing.resolver.resolve_image(src, dressing.source.header)
        dressing.images.append(src)
        if image.media is None:
            dressing.report(image.rule, src, image.message)
            node.replace_with(alt)
            return
        dressing.media[image.media.name] = image.media
        node.attrs["src"] = media_url(image.media.name)
    node.attrs["alt"] = alt
    node.attrs["loading"] = "lazy"


def _name_platform(node: LexborNode, site: Site) -> None:
    name = node.css_first("p.tab-name")
    platform = platform_of(name.text(), site.platforms) if name else None
    if platform:
        node.attrs["data-platform"] = platform
    elif "data-platform" in node.attributes:
        del node.attrs["data-platform"]


def _wrap_table(table: LexborNode) -> None:
    table.insert_before(create_tag("div"))
    wrapper = table.prev
    assert wrapper is not None
    wrapper.attrs["class"] = "table"
    wrapper.insert_child(table, move=True)
