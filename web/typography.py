"""Typography of titles: what a reader sees as one word stays on one line, and a long code breaks between its words."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

# Short words joined by a hyphen, such as Wi-Fi, 5-GHz or e-mail; a long compound may break.
_JOINED = re.compile(r"\b[^\W_]{1,5}-[^\W_]{1,5}\b")
_CODE = re.compile(r"(?<=[^\W_])_(?=[^\W_])")  # of ERR_CONNECTION_TIMED_OUT
_MARKED = re.compile(f"{_JOINED.pattern}|{_CODE.pattern}")


def keep_together(title: str) -> Markup:
    """Return the title, escaped; short hyphenated words never break at their hyphen, codes may after each underscore."""
    pieces = []
    done = 0
    for match in _MARKED.finditer(title):
        marked = Markup("_<wbr>") if match.group() == "_" else Markup('<span class="together">{}</span>').format(match.group())
        pieces += [escape(title[done : match.start()]), marked]
        done = match.end()
    return Markup().join([*pieces, escape(title[done:])])
