"""Spelling: what somebody meant who typed a word that the vocabulary of the partition does not know.

The choice is that of a noisy channel (Kernighan, Church and Gale, 1990): the more frequent a word,
and the likelier the slip that leads from it to what was typed, the likelier it was meant; a word
that titles have beside one of its neighbours in the query is likelier still. Numbers, identifiers,
quotations and operators are never touched, nor is a word that the vocabulary knows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kb.search.analysis import fold, normalise, stop_words
from kb.search.types import Correction
from kb.search.vocabulary import MAX_WORD, Neighbour, Vocabulary

MAX_CORRECTIONS = 8  # of one query: an unknown word costs up to 1 ms, and a text full of them is in another language

# What a slip costs, in nats: a cost of 1 is outweighed by a word 2.7 times as frequent. Swapped and
# doubled letters and neighbouring keys are the commonest slips of a hand that knows the word
# (Damerau, 1964; Grudin, 1983). Measured in the module's benchmark; half or twice as much made no difference.
_SWAPPED = _DOUBLED = _NEIGHBOURING = 1.0
_MISSING = 2.0
_OTHER = 3.0
_FIRST_LETTER = 2.0  # more: hardly anybody errs in the first letter (Pollock and Zamora, 1984)
_SECOND_SLIP = 5.0
_MISSING_SPACE = 3.0
_EXTRA_SPACE = 2.0
_BESIDE_IN_A_TITLE = 3.0  # less, when titles have the word beside its neighbour in the query

# A word that stands in the partition at most so often, and in another spelling so many times as often, is worth a question.
_RARE = 5
_TIMES_AS_FREQUENT = 200

_MIN_LETTERS = 4  # typed or meant: of a shorter word, every other one is a neighbour
_MIN_SPLIT_PART = 3  # letters: nearly every word could be split into shorter ones
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SLANT = 0.5  # of a key, by which each row of a keyboard lies to the right of the one above
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CHUNK = re.compile(r"\S+")
_CODE_LIKE = re.compile(r"[\d_@/\\]")  # a code, an address of mail or of a page, or a path holds one of these


@dataclass(frozen=True, slots=True)
class Spelling:
    """A text with its slips mended."""

    text: str
    corrections: tuple[Correction, ...] = ()
    suggestions: tuple[Correction, ...] = ()  # not made, but worth asking


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    folded: str
    is_free: bool  # may be corrected


@dataclass(frozen=True, slots=True)
class _Choice:
    """What to put in place of words `first` to `last`, and how likely it is, in nats."""

    first: int
    last: int
    meant: str
    score: float
    is_sure: bool = True  # likely enough to be put there without asking


def _neighbouring_keys() -> frozenset[tuple[str, str]]:
    places = {key: (column + row * _SLANT, row) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}
    return frozenset(
        (one, other)
        for one, (x, y) in places.items()
        for other, (other_x, other_y) in places.items()
        if one != other and abs(x - other_x) <= 1 and abs(y - other_y) <= 1
    )


_NEIGHBOURING_KEYS = _neighbouring_keys()


def correct(text: str, vocabulary: Vocabulary, is_fixed: Callable[[int, str], bool] = lambda _place, _word: False) -> Spelling:
    """Mend the slips of a text; `is_fixed` tells of a word, by its place and folded form, that it must stay.

    At most `MAX_CORRECTIONS` words that the partition does not have are looked at.
    """
    words = _read_words(text, is_fixed)
    rare = {place: word.folded for place, word in enumerate(words) if word.is_free and vocabulary.count(word.folded) <= _RARE}
    unused = [place for place, typed in rare.items() if not vocabulary.is_used(typed)]
    choices: list[_Choice] = []
    for place in unused[:MAX_CORRECTIONS]:
        choice = _choose(words, place, vocabulary)
        if choice and (not choices or choice.first > choices[-1].last):
            choices.append(choice)
            if choice.is_sure and choice.first == choice.last:
                words[place] = replace(words[place], folded=choice.meant)  # its neighbours stand beside what was meant
    sure = [choice for choice in choices if choice.is_sure]
    doubtful = (Correction(words[choice.first].folded, choice.meant) for choice in choices if not choice.is_sure)
    return _mend(text, words, sure, (*doubtful, *_suggestions(rare.values(), vocabulary)))


def neighbours_of(key: str) -> list[str]:
    """The letters whose keys lie beside a letter's on a QWERTY keyboard, in alphabetical order."""
    return sorted(other for one, other in _NEIGHBOURING_KEYS if one == key)


def slip_cost(typed: str, neighbour: Neighbour) -> float:
    """What the slips from a word to what was typed cost, in nats."""
    meant = neighbour.word
    first = 0.0 if typed[0] == meant[0] else _FIRST_LETTER
    if neighbour.slips > 1:
        return first + _OTHER + _SECOND_SLIP
    same = next((place for place, pair in enumerate(zip(typed, meant, strict=False)) if pair[0] != pair[1]), len(typed))
    if len(typed) == len(meant):
        swapped = typed[same + 1 :] == meant[same + 1 :]
        return first + (_substitution_cost(typed[same], meant[same]) if swapped else _SWAPPED)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    place = min(same, len(shorter))
    around = longer[max(0, place - 1) : place] + longer[place + 1 : place + 2]
    if longer[place] in around:
        return first + _DOUBLED
    if longer is meant:
        return first + _MISSING
    return first + min(_substitution_cost(longer[place], key) for key in around)


def _substitution_cost(typed: str, meant: str) -> float:
    return _NEIGHBOURING if (typed, meant) in _NEIGHBOURING_KEYS else _OTHER


def _read_words(text: str, is_fixed: Callable[[int, str], bool]) -> list[_Word]:
    words: list[_Word] = []
    for chunk in _CHUNK.finditer(text):
        is_plain = not _CODE_LIKE.search(chunk.group())
        for match in _WORD.finditer(text, chunk.start(), chunk.end()):
            folded = fold(match.group()).removesuffix("'s")
            is_free = is_plain and folded.isalpha() and not is_fixed(match.start(), folded)
            words.append(_Word(match.start(), match.end(), folded, is_free))
    return words


def _choose(words: Sequence[_Word], place: int, vocabulary: Vocabulary) -> _Choice | None:
    """The likeliest of what may be meant by a word that the partition does not have."""
    typed = words[place].folded
    choices = list(_joined(words, place, vocabulary))
    if not vocabulary.is_known(typed) and len(typed) <= MAX_WORD:
        beside = [words[other].folded for other in (place - 1, place + 1) if 0 <= other < len(words)]
        near = (neighbour for neighbour in vocabulary.neighbours(typed) if _is_long_enough(typed, neighbour))
        choices += [_single(place, typed, neighbour, beside, vocabulary) for neighbour in near]
        choices += _split(place, typed, vocabulary)
    return max(choices, key=lambda choice: (choice.score, choice.meant), default=None)


def _is_long_enough(typed: str, neighbour: Neighbour) -> bool:
    is_swapped = sorted(typed) == sorted(neighbour.word)  # `teh` is `the`, and no `tech`
    return is_swapped or max(len(typed), len(neighbour.word)) >= _MIN_LETTERS


def _single(place: int, typed: str, neighbour: Neighbour, beside: Iterable[str], vocabulary: Vocabulary) -> _Choice:
    score = math.log(neighbour.count) - slip_cost(typed, neighbour)
    word = neighbour.word
    if any(vocabulary.stand_together(other, word) or vocabulary.stand_together(word, other) for other in beside):
        score += _BESIDE_IN_A_TITLE
    is_sure = neighbour.slips == 1 or typed[0] == word[0]  # hardly anybody errs twice, and in the first letter too
    return _Choice(place, place, word, score, is_sure)


def _split(place: int, typed: str, vocabulary: Vocabulary) -> Iterable[_Choice]:
    """`routerlights` as `router lights`."""
    for cut in range(_MIN_SPLIT_PART, len(typed) - _MIN_SPLIT_PART + 1):
        first, second = typed[:cut], typed[cut:]
        fewest = min(vocabulary.count(first), vocabulary.count(second))
        if fewest:
            stand_together = vocabulary.stand_together(first, second)
            # `routerlights` and not `chromecast`, whose parts are common, too, but of which no headline speaks
            is_sure = stand_together or all(vocabulary.is_telling(normalise(part)) for part in (first, second))
            beside = _BESIDE_IN_A_TITLE if stand_together else 0.0
            yield _Choice(place, place, f"{first} {second}", math.log(fewest) - _MISSING_SPACE + beside, is_sure)


def _joined(words: Sequence[_Word], place: int, vocabulary: Vocabulary) -> Iterable[_Choice]:
    """`inter net` as `internet`."""
    for first in (place - 1, place):
        if first >= 0 and first + 1 < len(words) and words[first].is_free and words[first + 1].is_free:
            whole = words[first].folded + words[first + 1].folded
            count = vocabulary.count(whole)
            if count:
                yield _Choice(first, first + 1, whole, math.log(count) - _EXTRA_SPACE)


def _suggestions(rare: Iterable[str], vocabulary: Vocabulary) -> tuple[Correction, ...]:
    """For words that may be slips though they are known, far more frequent ones that are one slip away.

    They are misspellings that some article has, and English words that none has.
    """
    found: list[Correction] = []
    long = (word for word in rare if len(word) >= _MIN_LETTERS and word not in stop_words())
    suspect = (word for word in long if vocabulary.is_english(word) != vocabulary.is_used(word))
    for word in islice(suspect, MAX_CORRECTIONS):
        near = [neighbour for neighbour in vocabulary.neighbours(word) if neighbour.slips == 1]
        best = max(near, key=lambda neighbour: (neighbour.count, neighbour.word), default=None)
        if best and best.count >= _TIMES_AS_FREQUENT * max(1, vocabulary.count(word)):
            found.append(Correction(word, best.word))
    return tuple(found)


def _mend(text: str, words: Sequence[_Word], choices: Sequence[_Choice], suggestions: tuple[Correction, ...]) -> Spelling:
    pieces: list[str] = []
    corrections: list[Correction] = []
    done = 0
    for choice in choices:
        start, end = words[choice.first].start, words[choice.last].end
        pieces += [text[done:start], choice.meant]
        corrections.append(Correction(text[start:end], choice.meant))
        done = end
    return Spelling("".join([*pieces, text[done:]]), tuple(corrections), suggestions)
