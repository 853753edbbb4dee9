"""The one configured Markdown converter: text in, HTML that is not yet to be trusted out."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

from markdown import Markdown

from kb.content.hazards import find_hazard
from kb.content.tabs import StackedTabs

_EXTENSIONS = (
    "tables",
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "sane_lists",
    "pymdownx.superfences",
    "pymdownx.highlight",
    "pymdownx.details",
    "pymdownx.tabbed",
    "pymdownx.quotes",
    "pymdownx.tilde",
)
_SETTINGS = {
    "tables": {"use_align_attribute": True},
    "pymdownx.highlight": {"use_pygments": False},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.quotes": {"callouts": True},
    "pymdownx.tilde": {"subscript": False},
}
_ALSO_ESCAPED = "<\"'"  # GitHub and CommonMark take a backslash before these, too
_MAX_PIECE = 10_000  # characters in one paragraph of plain text; the sanitiser slows down on longer ones
_ATX_HEADING = re.compile(r"(#{1,6})[ \t]+([^\n]*?)[ \t]*#*[ \t]*")


class Converted(NamedTuple):
    """HTML as the converter made it, or why there is none."""

    html: str  # empty after a failure
    failure: str | None = None  # in a few words


@lru_cache(maxsize=2)  # an article without internal text is the same for both audiences, rendered one after the other
def convert(text: str) -> Converted:
    """Turn Markdown into HTML; what the converter cannot take comes back as a failure."""
    try:
        hazard = find_hazard(text)
        if hazard:
            return Converted("", hazard)
        converter = Markdown(extensions=[*_EXTENSIONS, StackedTabs()], extension_configs=_SETTINGS)
        converter.ESCAPED_CHARS = [*converter.ESCAPED_CHARS, *_ALSO_ESCAPED]
        return Converted(converter.convert(text))
    except Exception as error:  # noqa: BLE001 - the converter and its extensions are not ours; one article must not stop a build
        return Converted("", f"the converter failed ({type(error).__name__})")


def as_plain_text(text: str) -> str:
    """Text as it was written, in paragraphs; only headings are recognised."""
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", text))
    return "\n".join(_plain_block(block) for block in blocks if block.strip())


def _plain_block(block: str) -> str:
    heading = _ATX_HEADING.fullmatch(block)
    if heading:
        level = len(heading[1])
        return f"<h{level}>{html.escape(heading[2])}</h{level}>"
    pieces = (block[start : start + _MAX_PIECE] for start in range(0, len(block), _MAX_PIECE))
    return "\n".join(f"<p>{html.escape(piece)}</p>" for piece in pieces)
