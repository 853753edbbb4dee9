"""The one analysis chain, used alike for index and query: text to terms with their places.

A chain of letters and digits joined by `. _ - ' / :` is a compound: `wi-fi`, `802.11ax`,
`DNS_PROBE_FINISHED_NXDOMAIN`, `169.254.1.1`. It gives its parts, each at a position of its own,
and the whole without its joints (`wifi`) at the position of the first part, so that each
spelling finds the others. Parts of ordinary words are stemmed (Snowball English); anything with
a digit or an underscore is left as it is, since codes have no plural.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import Stemmer

MAX_TERM = 64  # characters; longer runs are base64 or hashes, which nobody types

COMPOUND = re.compile(r"[^\W_]+(?:[._\-'’/:][^\W_]+)*")  # a word, or several joined into one
_PART = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_JOINT = re.compile(r"[._\-'’/:]")
_MAX_WHOLE_PARTS = 6  # a URL or a path is not a word that anybody types joined up
STOPWORDS_FILE = Path(__file__).parent / "data" / "stopwords.txt"
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Token:
    """One term and where it stands in the text."""

    term: str
    position: int  # counts parts, stop words included
    start: int  # character offsets into the text
    end: int
    is_whole: bool = False  # a compound without its joints


@cache
def stop_words() -> frozenset[str]:
    """The words left out of index and query."""
    lines = STOPWORDS_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=100_000)
def normalise(word: str) -> str:
    """Case-fold, take accents off, and stem a single word unless it holds a digit."""
    plain = fold(word).removesuffix("'s")
    if not plain.isalpha():
        return plain
    return str(_stemmer().stemWord(plain))


def tokenise(text: str) -> Iterator[Token]:
    """Yield the tokens of a text in order; stop words and over-long runs are left out."""
    position = 0
    for compound in COMPOUND.finditer(text):
        parts = list(_PART.finditer(text, compound.start(), compound.end()))
        if 1 < len(parts) <= _MAX_WHOLE_PARTS and compound.end() - compound.start() <= MAX_TERM:
            whole = normalise(_JOINT.sub("", compound.group()))
            yield Token(whole, position, compound.start(), compound.end(), True)
        for part in parts:
            term = _part_term(part.group())
            if term:
                yield Token(term, position, part.start(), part.end())
            position += 1


def terms(text: str) -> list[str]:
    """The distinct terms of a text, in the order of their first appearance."""
    return list(dict.fromkeys(token.term for token in tokenise(text)))


def words(text: str) -> list[str]:
    """The parts of a text as typed but for case and accents: unstemmed, stop words included."""
    return [fold(part.group()) for part in _PART.finditer(text)]


def compounds(text: str) -> list[str]:
    """The compounds of a text in order, folded: `Wi-Fi` is one, and so is `router`."""
    return COMPOUND.findall(fold(text))


@lru_cache(maxsize=100_000)
def surface_words(compound: str) -> tuple[str, ...]:
    """What of a folded compound may be typed as a word: the whole without its joints, then its parts, all unstemmed."""
    parts = tuple(part.removesuffix("'s") for part in _PART.findall(compound))
    joined = _JOINT.sub("", compound.removesuffix("'s"))
    if parts == (joined,):
        return parts
    is_word = len(parts) <= _MAX_WHOLE_PARTS and len(joined) <= MAX_TERM
    return tuple(word for word in ((joined, *parts) if is_word else parts) if len(word) <= MAX_TERM)


def wholes(text: str) -> list[str]:
    """As `words`, but compounds are not taken apart: their joints are left out."""
    return [_spell(compound)[0] for compound in COMPOUND.findall(text)]


def spellings(text: str) -> list[str]:
    """As `words`, with each compound's whole in front of its parts: wi-fi is wifi, wi, fi."""
    return [word for compound in COMPOUND.findall(text) for word in _spell(compound)]


def fold(word: str) -> str:
    """Case-fold a word and take its accents off."""
    if word.isascii():  # nearly every word, and nothing to take off
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _spell(compound: str) -> list[str]:
    if compound.isalnum():
        return [fold(compound)]
    parts = [fold(part) for part in _PART.findall(compound)]
    return [fold(_JOINT.sub("", compound)), *parts] if len(parts) > 1 else parts


def _part_term(word: str) -> str:
    if len(word) > MAX_TERM or fold(word) in stop_words():
        return ""
    return normalise(word)


def _stemmer() -> Stemmer.Stemmer:
    # A PyStemmer object must not be shared between threads.
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer
