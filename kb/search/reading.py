"""Reading a query: control characters out, operators recognised, the rest kept as plain words."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from kb.search.types import TEXT_FIELDS, VALUE_FIELDS, FieldTerm, ReadQuery

MAX_CHARACTERS = 2_000  # a pasted error dialog fits; beyond it nothing more is learned
MIN_PREFIX = 2  # characters before a star

# With more words than this around it, a quotation is part of a story ("it says …"), not an
# operator: 9 of wixqa_expert160's 160 questions quote something, and requiring the quoted words
# left 8 of them with next to nothing.
MAX_WORDS_AROUND_PHRASE = 7

_ITEM = re.compile(
    r"""(?P<minus>(?<!\S)-(?=["\w])(?!\d))?  # before a number it is a sign: -28 dBm
        (?:(?<!\w)(?P<field>[a-z]+):(?=["\w<>]))?
        (?:"(?P<phrase>[^"]*)"|(?P<word>\S+))""",
    re.VERBOSE,
)
_UPDATED = re.compile(r"(?:[<>]=?)?\d{4}(?:-\d{2}(?:-\d{2})?)?")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def read_query(text: str) -> ReadQuery:
    """Take a query's text apart; any text is accepted, and what is odd becomes plain words."""
    cleaned = _clean(text)
    notes: tuple[str, ...] = ()
    if len(cleaned) > MAX_CHARACTERS:
        cleaned = cleaned[:MAX_CHARACTERS].rsplit(" ", 1)[0]
        notes = (f"The question is long; its first {MAX_CHARACTERS:,} characters were searched.",)
    found: dict[_Kind, list[tuple[str, str]]] = {kind: [] for kind in _Kind}
    plain: list[str] = []
    for item in _ITEM.finditer(cleaned):
        kind, field, value = _classify(item)
        if value:
            found[kind].append((field, value))
            plain += _plain_words(kind, field, value)
    if len(plain) - len(found[_Kind.PHRASE]) > MAX_WORDS_AROUND_PHRASE:
        found[_Kind.PHRASE] = []
    return ReadQuery(
        plain=" ".join(plain),
        phrases=tuple(value for _, value in found[_Kind.PHRASE]),
        prefixes=tuple(value for _, value in found[_Kind.PREFIX]),
        excluded=tuple(value for _, value in found[_Kind.EXCLUDED]),
        fields=tuple(FieldTerm(field, value) for field, value in found[_Kind.FIELD]),
        notes=notes,
    )


class _Kind(StrEnum):
    WORD = "word"
    PHRASE = "phrase"
    PREFIX = "prefix"
    EXCLUDED = "excluded"
    FIELD = "field"


def _classify(item: re.Match[str]) -> tuple[_Kind, str, str]:
    value = " ".join((item["phrase"] if item["phrase"] is not None else item["word"]).split())
    field = item["field"] or ""
    if item["minus"]:
        return _Kind.EXCLUDED, "", value
    if _is_field(field, value):
        return _Kind.FIELD, field, value
    if field:
        return _Kind.WORD, "", f"{field}:{value}"
    if item["phrase"] is not None:
        return _Kind.PHRASE, "", value
    if _is_prefix(value):
        return _Kind.PREFIX, "", value.rstrip("*")
    return _Kind.WORD, "", value


def _plain_words(kind: _Kind, field: str, value: str) -> list[str]:
    """What an item adds to the words that both sides rank by."""
    is_asked_for = kind is not _Kind.EXCLUDED and field not in VALUE_FIELDS
    return [value] if is_asked_for else []


def _clean(text: str) -> str:
    """Straight quotes, composed accents, single spaces; control and formatting characters are gone."""
    if text.isascii() and text.isprintable():  # nearly every query, and nothing to do but for the spaces
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", text.translate(_QUOTES))
    kept = (char for char in composed if unicodedata.category(char) != "Cf")
    return " ".join("".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in kept).split())


def _is_field(name: str, value: str) -> bool:
    if name == "updated":
        return bool(_UPDATED.fullmatch(value))
    return name in TEXT_FIELDS or name in VALUE_FIELDS


def _is_prefix(value: str) -> bool:
    return value.endswith("*") and value[:-1].isalnum() and len(value) > MIN_PREFIX
