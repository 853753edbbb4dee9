"""Platform tabs: the converter's tab sets rewritten as sections that also read well one below the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

# How writers name a platform -> the id that site.toml usually gives it.
_NAMES = (
    (re.compile(r"windows|win ?1[01]\b"), "windows"),
    (re.compile(r"\bmac(?:os|book|s)?\b|\bos x\b"), "macos"),
    (re.compile(r"\biphones?\b|\bipads?\b|\bios\b|\bipados\b"), "ios"),
    (re.compile(r"android"), "android"),
    (re.compile(r"chrome ?books?|chrome ?os"), "chromeos"),
    (re.compile(r"linux|ubuntu|debian|fedora"), "linux"),
)
_AFTER_INLINE = 15  # inline Markdown runs at 20: labels have become elements by then


def platform_of(name: str, platforms: Mapping[str, str]) -> str | None:
    """The id of the platform that a tab's name means, if the site has it. `platforms` is id -> name."""
    folded = " ".join(name.casefold().split())
    for id, title in platforms.items():
        if folded in (id.casefold(), title.casefold()):
            return id
    return next((id for pattern, id in _NAMES if id in platforms and pattern.search(folded)), None)


class StackedTabs(Extension):
    """Makes `div.tabs > section.tab > p.tab-name` of what pymdownx.tabbed makes."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Register with the converter."""
        md.treeprocessors.register(_Stacking(md), "stacked_tabs", _AFTER_INLINE)


class _Stacking(Treeprocessor):
    def run(self, root: Element) -> None:
        for tab_set in [div for div in root.iter("div") if "tabbed-set" in div.get("class", "").split()]:
            _stack(tab_set)


def _stack(tab_set: Element) -> None:
    labels = tab_set.find("div[@class='tabbed-labels']")
    content = tab_set.find("div[@class='tabbed-content']")
    if labels is None or content is None:
        return
    tail = tab_set.tail
    tab_set.clear()
    tab_set.set("class", "tabs")
    tab_set.tail = tail
    for label, block in zip(labels, content, strict=False):
        block.tag = "section"
        block.set("class", "tab")
        label.tag = "p"
        label.attrib.clear()
        label.set("class", "tab-name")
        label.tail = "\n"
        block.insert(0, label)
        tab_set.append(block)
