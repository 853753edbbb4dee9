"""Snippets: the stretch of a section that says most about the query, with its matches marked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from kb.search.analysis import Token, tokenise

LENGTH = 200  # characters: two lines on a phone
_BOUNDARY = re.compile(r"(?<=\D[.!?])\s+|\n+")  # not behind the number of a step
_MARKER = re.compile(r"^(?:[-*•]|\d+\.)\s+")  # of a list item at the beginning of a line
_ENDED = re.compile(r"[.!?:…]$")
_BETWEEN_ITEMS = " · "
_ELLIPSIS = "…"


def make_snippet(text: str, terms: Iterable[str]) -> str:
    """Return safe HTML: about 200 characters of `text`, escaped, with `<mark>` around matches.

    Without a match it is the beginning of the text; of an empty text, the empty string.
    """
    wanted = frozenset(terms)
    sentences = _sentences(text)
    if not sentences:
        return ""
    held = [{token.term for token in tokenise(sentence)} & wanted for sentence in sentences]
    first = max(range(len(sentences)), key=lambda index: (_worth(held[index : index + 2]), -index))
    chosen: list[str] = []
    length = 0
    for sentence in sentences[first:]:
        if chosen and length + len(sentence) > LENGTH:
            break
        chosen.append(sentence)
        length += len(sentence) + 1
    return _mark(_shorten(_join(chosen), wanted), wanted)


def _sentences(text: str) -> list[str]:
    pieces = (_MARKER.sub("", " ".join(piece.split()), count=1) for piece in _BOUNDARY.split(text))
    return [piece for piece in pieces if piece]


def _join(sentences: list[str]) -> str:
    """As running text; items of a list, which end without a full stop, are told apart by a dot."""
    joined = sentences[0]
    for sentence in sentences[1:]:
        joined += (" " if _ENDED.search(joined) else _BETWEEN_ITEMS) + sentence
    return joined


def _worth(held: list[set[str]]) -> float:
    """How much a sentence says, from the terms that it and the next one hold."""
    # Distinct terms, as a reader looks for all of them; the next sentence counts half since it
    # will mostly be shown too.
    here, after = held[0], held[1] if len(held) > 1 else set()
    return len(here) + 0.5 * len(after - here)


def _shorten(passage: str, wanted: frozenset[str]) -> str:
    if len(passage) <= LENGTH:
        return passage
    matches = [token.start for token in tokenise(passage) if token.term in wanted]
    start = max(0, matches[0] - LENGTH // 4) if matches and matches[0] > LENGTH // 2 else 0
    if start:
        start = passage.find(" ", start) + 1 or start
    end = min(len(passage), start + LENGTH)
    if end < len(passage):
        space = passage.rfind(" ", start, end)
        end = space if space > start else end
    return (f"{_ELLIPSIS} " if start else "") + passage[start:end] + (_ELLIPSIS if end < len(passage) else "")


def _mark(passage: str, wanted: frozenset[str]) -> str:
    spans = _merge([token for token in tokenise(passage) if token.term in wanted])
    pieces, done = [], 0
    for start, end in spans:
        pieces += [escape(passage[done:start]), "<mark>", escape(passage[start:end]), "</mark>"]
        done = end
    return "".join(pieces) + escape(passage[done:])


def _merge(tokens: list[Token]) -> list[tuple[int, int]]:
    """Overlapping matches as one span: a compound and its parts are marked once."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted((token.start, token.end) for token in tokens):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans
