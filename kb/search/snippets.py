"""Snippets: the sentence or step that says most about the query, with its matches marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import chain
from typing import NamedTuple

from kb.search.analysis import tokenise

LENGTH = 200  # characters: two lines on a phone
MOST_READ = 1_600  # characters of a section: a passage of 90 words with the lines that it begins and ends in
LEAST_STATEMENT = 4  # words; fewer are a caption or the name of a button
FOLLOWING = 0.5  # what a word counts in the sentence behind, which will mostly be shown too
MOST_WORDS = 20_000  # words whose terms are kept, about 5 MB; a library's usual words are fewer
MOST_MARKED = 2_000  # words that have been marked; people ask with few of those that a library has

_LINE = re.compile(r"[^\n]+")
_MARKER = re.compile(r"\s*(?:[-*•]|(\d{1,4})\.)\s+")  # of a list item at the beginning of a line
_NUMBERED = re.compile(r"^[^\S\n]*(\d{1,4})\.\s", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?!\d*[.,])")
_ENDED = re.compile(r"[.!?:…]$")
_WORD = re.compile(r"\S+")
# What is seen afterwards answers nobody who asks what to do.
_OUTCOME = re.compile(r"(?:you|it|this) (?:should|will|may|might)\b", re.IGNORECASE)
_KEPT_LETTERS = 3  # of a word by its stem: Snowball changes endings
_BETWEEN_ITEMS = " · "
_ELLIPSIS = "…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """What is shown of a hit's text."""

    html: str  # escaped text with <mark> around matches
    step: int | None = None  # when it is a step of a numbered list: which one
    steps: int | None = None  # and of how many


class _Sentence(NamedTuple):
    text: str
    line: int  # where its line begins in the section
    number: int | None  # of the step that it belongs to


def make_snippet(text: str, worth: Mapping[str, float], window: range | None = None) -> Snippet:
    """Choose about 200 characters of a section's text, and mark the wanted terms in them.

    `worth` says how much each term tells, say its idf, less for a synonym; `window` is where in the
    text the passage stands that matched best, in characters. The sentence that holds the most is
    chosen; when none holds anything, the first in the window that states or instructs. Of an empty
    text, the empty snippet.
    """
    sentences = _split(text, window or range(len(text)))
    if not sentences:
        return Snippet("")
    first = _choose(sentences, worth)
    chosen = sentences[first]
    passage = _shorten(_join(sentences[first:]), worth)
    html = _mark(passage, worth)
    steps = _count_steps(text, chosen) if chosen.number else None
    return Snippet(html, chosen.number, steps) if steps and steps > 1 else Snippet(html)


def _split(text: str, window: range) -> list[_Sentence]:
    """The sentences of the lines that the window touches."""
    start = text.rfind("\n", 0, window.start) + 1
    if start < window.start - MOST_READ // 4:
        start = text.rfind(" ", start, window.start) + 1 or window.start
    end = text.find("\n", window.stop)
    if end < 0 or end > start + MOST_READ:
        end = len(text) if len(text) <= start + MOST_READ else text.rfind(" ", start, start + MOST_READ) + 1 or start + MOST_READ
    sentences: list[_Sentence] = []
    for line in _LINE.finditer(text, start, end):
        marker = _MARKER.match(text, line.start(), line.end())
        number = int(marker[1]) if marker and marker[1] else None
        begin = marker.end() if marker else line.start()
        pieces = (" ".join(piece.split()) for piece in _SENTENCE_END.split(text[begin : line.end()]))
        sentences += [_Sentence(piece, line.start(), number) for piece in pieces if piece]
    return sentences


def _choose(sentences: Sequence[_Sentence], worth: Mapping[str, float]) -> int:
    """The place of the sentence to show."""
    # Distinct terms, as a reader looks for all of them.
    wanted = worth.keys()
    beginnings = [beginning for term in wanted for beginning in _beginnings(term)]
    held = [wanted & chain.from_iterable(_terms_of(word) for _, word in _likely_words(one.text, beginnings)) for one in sentences]
    values = [
        sum(worth[term] for term in here) + FOLLOWING * sum(worth[term] for term in behind - here)
        for here, behind in zip(held, [*held[1:], set()], strict=True)
    ]
    most = max(values)
    if most > 0:
        return values.index(most)
    return next((place for place, one in enumerate(sentences) if _states(one.text)), 0)


def _states(sentence: str) -> bool:
    """Whether a sentence instructs or states something by itself."""
    return sentence.count(" ") >= LEAST_STATEMENT - 1 and not sentence.endswith(":") and not _OUTCOME.match(sentence)


def _join(sentences: Sequence[_Sentence]) -> str:
    """As running text up to the length; a step ends with its line, other items are told apart by a dot."""
    first, *others = sentences
    joined = first.text
    for sentence in others:
        if len(joined) + len(sentence.text) > LENGTH or (first.number and sentence.line != first.line):
            break
        joined += (" " if _ENDED.search(joined) else _BETWEEN_ITEMS) + sentence.text
    return joined


def _count_steps(text: str, chosen: _Sentence) -> int | None:
    """How many steps the list has that a step belongs to; `None` where lists lie one in the other.

    The plain text does not show how deep an item lies, but a list within another begins right behind an item.
    """
    items = [(int(item[1]), item.start(1)) for item in _NUMBERED.finditer(text)]
    first = last = bisect_left(items, chosen.line, key=lambda item: item[1])
    if first == len(items) or items[first][0] != chosen.number:  # an empty item, or one that a list marker precedes
        return None
    while first > 0 and items[first][0] == items[first - 1][0] + 1:
        first -= 1
    while last + 1 < len(items) and items[last + 1][0] == items[last][0] + 1:
        last += 1
    for before, after in ((first - 1, first), (last, last + 1)):
        if before >= 0 and after < len(items) and text.count("\n", items[before][1], items[after][1]) == 1:
            return None
    return items[last][0]


def _shorten(passage: str, worth: Mapping[str, float]) -> str:
    if len(passage) <= LENGTH:
        return passage
    matches = _matches(passage, worth)
    start = max(0, matches[0][0] - LENGTH // 4) if matches and matches[0][0] > LENGTH // 2 else 0
    if start:
        start = passage.find(" ", start) + 1 or start
    end = min(len(passage), start + LENGTH)
    if end < len(passage):
        space = passage.rfind(" ", start, end)
        end = space if space > start else end
    return (f"{_ELLIPSIS} " if start else "") + passage[start:end] + (_ELLIPSIS if end < len(passage) else "")


def _mark(passage: str, worth: Mapping[str, float]) -> str:
    pieces, done = [], 0
    for start, end in _matches(passage, worth):
        pieces += [escape(passage[done:start]), "<mark>", escape(passage[start:end]), "</mark>"]
        done = end
    return "".join(pieces) + escape(passage[done:])


def _matches(passage: str, worth: Mapping[str, float]) -> list[Span]:
    """Where the wanted terms stand, in order; a compound and its parts are one place."""
    spans: list[Span] = []
    beginnings = [beginning for term in worth for beginning in _beginnings(term)]
    for place, word in _likely_words(passage, beginnings):
        if not worth.keys().isdisjoint(_terms_of(word)):
            for term, start, end in _places_of(word):
                if term in worth:
                    _add(spans, place + start, place + end)
    return spans


def _likely_words(text: str, beginnings: Iterable[str]) -> list[tuple[int, str]]:
    """The words, as spaces part them, that may hold a wanted term, and where they begin: a tenth of all."""
    if not text.isascii():  # a letter with an accent is not the one that a term begins with
        return [(word.start(), word.group()) for word in _WORD.finditer(text)]
    lowered = text.lower()
    places: set[int] = set()
    is_joined = "-" in lowered
    for beginning in beginnings:
        if "-" in beginning and not is_joined:
            continue
        place = lowered.find(beginning)
        while place >= 0:
            if place == 0 or not lowered[place - 1].isalnum():
                places.add(lowered.rfind(" ", 0, place) + 1)
            place = lowered.find(beginning, place + 1)
    return [(place, text[place:].partition(" ")[0]) for place in sorted(places)]


def _add(spans: list[Span], start: int, end: int) -> None:
    if spans and start <= spans[-1][1]:
        spans[-1] = (spans[-1][0], max(spans[-1][1], end))
    else:
        spans.append((start, end))


@lru_cache(maxsize=MOST_WORDS)
def _beginnings(term: str) -> tuple[str, ...]:
    """How a word, or a part of a compound, may begin that has a term: stems keep the first letters, `e-mail` is `email`."""
    kept = term[: _KEPT_LETTERS if len(term) > _KEPT_LETTERS else _KEPT_LETTERS - 1]
    return (kept, *(f"{kept[:at]}-{kept[at:]}" for at in range(1, len(kept))))


@lru_cache(maxsize=MOST_WORDS)
def _terms_of(word: str) -> tuple[str, ...]:
    """The terms of a word with what punctuation it has, or of several joined up."""
    return tuple(token.term for token in tokenise(word))


@lru_cache(maxsize=MOST_MARKED)
def _places_of(word: str) -> tuple[tuple[str, int, int], ...]:
    """The same with where in the word they stand, in order."""
    return tuple((token.term, token.start, token.end) for token in tokenise(word))
