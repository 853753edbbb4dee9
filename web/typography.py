"""Typography of titles: what a reader sees as one word stays on one line, and a long code breaks between its words."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Short words joined by a hyphen, such as Wi-Fi, 5-GHz or e-mail; a long compound may break.
_JOINED = re.compile(r"\b[^\W_]{1,5}-[^\W_]{1,5}\b")
_CODE = re.compile(r"(?<=_)[^\W_]+_(?=[^\W_])")  # of ERR_CONNECTION_TIMED_OUT all words but the first, which tells nothing
_MARKED = re.compile(f"{_JOINED.pattern}|{_CODE.pattern}")

_STAYS = Markup('<span class="together">{}</span>')
_MAY_BREAK = Markup("{}<wbr>")


def keep_together(title: str) -> Markup:
    """The title, escaped; short words with a hyphen never break at it, codes may after each underscore but the first."""
    pieces = []
    done = 0
    for match in _MARKED.finditer(title):
        form = _MAY_BREAK if match.group().endswith("_") else _STAYS
        pieces += [escape(title[done : match.start()]), form.format(match.group())]
        done = match.end()
    return Markup().join([*pieces, escape(title[done:])])
