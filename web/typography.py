"""Typography of titles: what a reader sees as one word stays on one line."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Short words joined by a hyphen, such as Wi-Fi, 5-GHz or e-mail; a long compound may break.
_JOINED = re.compile(r"\b\w{1,5}-\w{1,5}\b")


def keep_together(title: str) -> Markup:
    """Return the title, escaped, with short hyphenated words kept from breaking at their hyphen."""
    pieces = []
    done = 0
    for match in _JOINED.finditer(title):
        pieces += [escape(title[done : match.start()]), Markup('<span class="together">{}</span>').format(match.group())]
        done = match.end()
    return Markup().join([*pieces, escape(title[done:])])
