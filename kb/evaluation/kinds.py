"""Kinds of queries, since what helps one may harm another."""

from __future__ import annotations

from kb.search.identifiers import codes_of

_FEW_WORDS = 3
_MANY_WORDS = 25


def kind_of(text: str) -> str:
    """`code`, `few words` (up to 3), `long` (over 25), `question` or `phrase`."""
    if next(codes_of(text), None) is not None:
        return "code"
    words = text.split()
    if len(words) <= _FEW_WORDS:
        return "few words"
    if len(words) > _MANY_WORDS:
        return "long"
    return "question" if _asks(text, words[0].casefold()) else "phrase"


def _asks(text: str, first: str) -> bool:
    openings = ("how", "what", "why", "when", "where", "who", "which", "can", "is", "are", "do", "does", "i", "my", "im", "i'm")
    return "?" in text or first in openings
