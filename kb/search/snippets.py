"""Snippets: the sentence or step that says most about the query, with its matches marked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import fsum
from typing import NamedTuple

from kb.search.analysis import tokenise

LENGTH = 200  # characters: two lines on a phone
MOST_READ = 1_600  # characters of a section: a passage of 90 words with the lines that it begins and ends in
LEAST_STATEMENT = 4  # words; fewer are a caption or the name of a button
FOLLOWING = 0.5  # what a word counts in the sentence behind, which will mostly be shown too
MOST_WORDS = 20_000  # words whose terms are kept, about 7 MB; a library's usual words are fewer

_MARKER = re.compile(r"\s*(?:[-*•]|(\d{1,4})\.)\s+")  # of a list item at the beginning of a line
_NUMBERED = re.compile(r"^[^\S\n]*(\d{1,4})\.\s", re.MULTILINE)
_BREAK = re.compile(r"\n|[.!?][^\S\n]+(?!\d*[.,])")  # the end of a line, or of a sentence within one
_ENDED = re.compile(r"[.!?:…]$")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
# What is seen afterwards answers nobody who asks what to do.
_OUTCOME = re.compile(r"(?:you|it|this) (?:should|will|may|might)\b", re.IGNORECASE)
_KEPT_LETTERS = 3  # of a word by its stem: Snowball changes endings
_BETWEEN_ITEMS = " · "
_ELLIPSIS = "…"

Span = tuple[int, int]
Match = tuple[str, int, int]  # a term, and where the word stands that has it


@dataclass(frozen=True, slots=True)
class Snippet:
    """What is shown of a hit's text."""

    html: str  # escaped text with <mark> around matches
    step: int | None = None  # when it is a step of a numbered list: which one
    steps: int | None = None  # and of how many


class _Sentence(NamedTuple):
    start: int  # in the section
    end: int
    line: int  # where its line begins
    number: int | None  # of the step that it belongs to


def make_snippet(text: str, worth: Mapping[str, float], window: range | None = None) -> Snippet:
    """Choose about 200 characters of a section's text, and mark the wanted terms in them.

    `worth` says how much each term tells, say its idf, less for a synonym; `window` is where in the
    text the passage stands that matched best, in characters. The sentence that holds the most is
    chosen; when none holds anything, the first in the window that states or instructs. Of an empty
    text, the empty snippet.
    """
    start, end = _bounds(text, window or range(len(text)))
    sentences = list(_split(text, start, end))
    if not sentences:
        return Snippet("")
    matches = [(term, start + place) for term, place, _ in _find(text[start:end], worth.keys())]
    first = _choose(text, sentences, matches, worth)
    chosen = sentences[first]
    found = {term for term, _ in matches}
    html = _mark(_shorten(_join(text, sentences[first:]), found), found)
    steps = _count_steps(text, chosen) if chosen.number else None
    return Snippet(html, chosen.number, steps) if steps and steps > 1 else Snippet(html)


def _bounds(text: str, window: range) -> Span:
    """Where the lines that the window touches begin and end."""
    start = text.rfind("\n", 0, window.start) + 1
    if start < window.start - MOST_READ // 4:
        start = text.rfind(" ", start, window.start) + 1 or window.start
    end = text.find("\n", window.stop)
    if end < 0 or end > start + MOST_READ:
        end = len(text) if len(text) <= start + MOST_READ else text.rfind(" ", start, start + MOST_READ) + 1 or start + MOST_READ
    return start, end


def _split(text: str, start: int, end: int) -> Iterator[_Sentence]:
    """The sentences between two places, without the markers of list items."""
    while start < end:
        line = start
        marker = _MARKER.match(text, start, end)
        number = int(marker[1]) if marker and marker[1] else None
        start = marker.end() if marker else start
        for found in _BREAK.finditer(text, start, end):
            is_line = text[found.start()] == "\n"
            stop = found.start() if is_line else found.start() + 1
            if not text[start:stop].isspace() and start < stop:
                yield _Sentence(start, stop, line, number)
            start = found.end()
            if is_line:
                break
        else:
            if not text[start:end].isspace():
                yield _Sentence(start, end, line, number)
            return


def _choose(text: str, sentences: Sequence[_Sentence], matches: Iterable[tuple[str, int]], worth: Mapping[str, float]) -> int:
    """Which sentence to show; the matches are terms and where they stand."""
    starts = [sentence.start for sentence in sentences]
    held: list[dict[str, float]] = [{} for _ in sentences]  # distinct terms, as a reader looks for all of them
    for term, start in matches:
        held[max(bisect_right(starts, start) - 1, 0)][term] = worth[term]
    values = [
        fsum(here.values()) + FOLLOWING * fsum(value for term, value in behind.items() if term not in here)
        for here, behind in zip(held, [*held[1:], {}], strict=True)
    ]
    most = max(values)
    if most > 0:
        return values.index(most)
    return next((place for place, sentence in enumerate(sentences) if _states(_words_of(text, sentence))), 0)


def _words_of(text: str, sentence: _Sentence) -> str:
    return " ".join(text[sentence.start : sentence.end].split())


def _states(sentence: str) -> bool:
    """Whether a sentence instructs or states something by itself."""
    return sentence.count(" ") >= LEAST_STATEMENT - 1 and not sentence.endswith(":") and not _OUTCOME.match(sentence)


def _join(text: str, sentences: Iterable[_Sentence]) -> str:
    """As running text up to the length; a step ends with its line, other items are told apart by a dot."""
    joined, first = "", None
    for sentence in sentences:
        words = _words_of(text, sentence)
        if first is None:
            joined, first = words, sentence
        elif len(joined) + len(words) > LENGTH or (first.number and sentence.line != first.line):
            break
        else:
            joined += (" " if _ENDED.search(joined) else _BETWEEN_ITEMS) + words
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


def _shorten(passage: str, wanted: AbstractSet[str]) -> str:
    if len(passage) <= LENGTH:
        return passage
    match = next(iter(_spans(passage, wanted)), (0, 0))
    start = max(0, match[0] - LENGTH // 4) if match[0] > LENGTH // 2 else 0
    if start:
        start = passage.find(" ", start) + 1 or start
    end = min(len(passage), start + LENGTH)
    if end < len(passage):
        space = passage.rfind(" ", start, end)
        end = space if space > start else end
    return (f"{_ELLIPSIS} " if start else "") + passage[start:end] + (_ELLIPSIS if end < len(passage) else "")


def _mark(passage: str, wanted: AbstractSet[str]) -> str:
    pieces, done = [], 0
    for start, end in _spans(passage, wanted):
        pieces += [escape(passage[done:start]), "<mark>", escape(passage[start:end]), "</mark>"]
        done = end
    return "".join(pieces) + escape(passage[done:])


def _spans(passage: str, wanted: AbstractSet[str]) -> list[Span]:
    """Where the wanted terms stand, in order; a compound and its parts are one place."""
    spans: list[Span] = []
    for _, start, end in _find(passage, wanted):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return spans


def _find(text: str, wanted: AbstractSet[str]) -> Iterator[Match]:
    """The wanted terms in a text, in order of the words that have them."""
    spaced = text.replace("\n", " ").replace("\t", " ")
    for place in _likely_words(spaced, wanted):
        stop = spaced.find(" ", place)
        for term, start, end in _places_of(spaced[place:stop] if stop >= 0 else spaced[place:]):
            if term in wanted:
                yield term, place + start, place + end


def _likely_words(text: str, wanted: Iterable[str]) -> list[int]:
    """Where the words begin, as spaces part them, that may hold a wanted term: a tenth of all."""
    lowered = text.lower()
    if len(lowered) != len(text):  # one of very few capitals: all words
        return [0, *(place + 1 for place, character in enumerate(text) if character == " ")]
    places: set[int] = set()
    is_joined = "-" in lowered
    for term in wanted:
        for beginning in _beginnings(term)[: None if is_joined else 1]:
            place = lowered.find(beginning)
            while place >= 0:
                if place == 0 or not lowered[place - 1].isalnum():
                    places.add(lowered.rfind(" ", 0, place) + 1)
                place = lowered.find(beginning, place + 1)
    if not text.isascii():  # an accented letter is not the one that a term begins with
        places.update(lowered.rfind(" ", 0, found.start()) + 1 for found in _BEYOND_ASCII.finditer(lowered))
    return sorted(places)


@lru_cache(maxsize=MOST_WORDS)
def _beginnings(term: str) -> tuple[str, ...]:
    """How a word, or a part of a compound, may begin that has a term: stems keep the first letters, `e-mail` is `email`."""
    kept = term[: _KEPT_LETTERS if len(term) > _KEPT_LETTERS else _KEPT_LETTERS - 1]
    return (kept, *(f"{kept[:at]}-{kept[at:]}" for at in range(1, len(kept))))


@lru_cache(maxsize=MOST_WORDS)
def _places_of(word: str) -> tuple[Match, ...]:
    """The terms of a word with what punctuation it has, or of several joined up, and where in it they stand, in order."""
    return tuple((token.term, token.start, token.end) for token in tokenise(word))
