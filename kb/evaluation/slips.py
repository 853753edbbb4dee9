"""Slips: queries as a hurried hand types them, to measure what a slip costs."""

from __future__ import annotations

import random
import re

from kb.search.spelling import neighbours_of

_WORD = re.compile(r"[A-Za-z]{4,}")


def make_slip(text: str, rng: random.Random) -> str:
    """The text with one slip in one word of four letters or more; without such a word, the text as it is.

    A letter is added (that of a key beside the right one), left out, mistaken for that of a key
    beside it, or swapped with the next; each is as likely, and so is each word and place in it.
    """
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    place = rng.randrange(word.start(), word.end())
    last = word.end() - 1
    beside = rng.choice(neighbours_of(text[place].lower()))
    return rng.choice(
        [
            text[:place] + beside + text[place:],
            text[:place] + text[place + 1 :],
            text[:place] + beside + text[place + 1 :],
            _swap(text, min(place, last - 1)),
        ]
    )


def _swap(text: str, place: int) -> str:
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
