"""Understanding: from a query that was read to what it means in one partition.

The one place where spelling, identifiers, other spellings and synonyms come together.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from kb.search.analysis import fold, normalise, stop_words, terms, tokenise, words
from kb.search.identifiers import FoundCode, locate_identifiers, report_identifiers, spellings
from kb.search.spelling import Spelling, correct
from kb.search.stages import ALL_STAGES, Stages
from kb.search.synonyms import Synonyms
from kb.search.types import Identifier, ReadQuery, Understanding, WeightedTerm
from kb.search.vocabulary import Vocabulary
from kb.search.words import PartitionWords

VAGUE_FILE = Path(__file__).parent / "data" / "vague.txt"

# Terms of a query that are looked for: in longer texts, the most telling. Measured with BM25 on wixqa_expert160 and
# stackfaq_threads: with questions as they are, nDCG@10 is the same at 16, 24 and 40 (.758 and .843); with texts of 100
# to 165 words, six wordings of one question among four others, it is .637 and .872 at 16, .586 and .818 at 24, .555 and
# .668 without a bound.
MAX_TERMS = 16
_IN_A_HEADLINE = 1.5  # times as telling is a term that some title, heading, symptom, error or summary holds

# Of two words that some article writes as one. Low, as it may be another word, "in form" and "inform", and counts the same
# thing twice: 1.0 costs .004 nDCG@10 on wixqa_expert160 and .023 on cranfield, 0.25 gains .001 and costs .003.
_OTHER_SPELLING = 0.25
_MIN_JOINED_PART = 2  # letters


def understand(read: ReadQuery, known: PartitionWords, stages: Stages = ALL_STAGES, *, unfinished: bool = False) -> Understanding:
    """What a query is taken to mean; any query is accepted.

    `unfinished` says that somebody is still typing the last word: if it is the beginning of a known
    one, it is no slip.
    """
    vocabulary = known.vocabulary
    places = locate_identifiers(read.plain, known.codes) if stages.identifiers else ()
    beginning = next((word for word in words(read.plain)[-1:] if unfinished and vocabulary.is_beginning(word)), "")
    is_fixed = _fixed(read, places, beginning, known.synonyms)
    spelled = correct(read.plain, vocabulary, is_fixed) if stages.spelling else Spelling(read.plain)
    if spelled.corrections and stages.identifiers:  # a code typed as words may have become one
        places = locate_identifiers(spelled.text, known.codes)
    identifiers = report_identifiers(spelled.text, places)
    expansions, added = known.synonyms.expand(spelled.text, vocabulary) if stages.synonyms else ((), ())
    asked = _most_telling(_asked(spelled.text, identifiers, vocabulary), identifiers, spelled.text, vocabulary)
    others = (*_other_spellings(spelled.text, vocabulary), *added)
    return Understanding(
        text=spelled.text,
        terms=_merge(asked, others),
        identifiers=identifiers,
        corrections=spelled.corrections,
        suggestions=spelled.suggestions,
        expansions=expansions,
        is_vague=not (identifiers or read.is_explicit) and _is_vague(spelled.text),
    )


@cache
def vague_words() -> frozenset[str]:
    """The words that say that something is wrong, but not what; normalised."""
    lines = VAGUE_FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(normalise(word) for line in lines if not line.startswith("#") for word in line.split())


def _fixed(read: ReadQuery, codes: Sequence[FoundCode], beginning: str, synonyms: Synonyms) -> Callable[[int, str], bool]:
    """Which words must stay: those of identifiers, quotations, operators and synonyms, and the beginning of a word."""
    quoted = (*read.phrases, *read.prefixes, *(term.value for term in read.fields), beginning)
    literal = {word.removesuffix("'s") for text in quoted for word in words(text)}

    def is_fixed(place: int, word: str) -> bool:
        return word in literal or synonyms.has_word(word) or any(code.start <= place < code.end for code in codes)

    return is_fixed


def _asked(text: str, identifiers: Iterable[Identifier], vocabulary: Vocabulary) -> list[str]:
    """The distinct terms of a query, and those under which articles have its identifiers."""
    codes = [normalise(spelling.replace(".", "")) for found in identifiers for spelling in spellings(found.code)]
    return list(dict.fromkeys([*terms(text), *(code for code in codes if vocabulary.has_term(code))]))


def _most_telling(asked: Sequence[str], identifiers: Iterable[Identifier], text: str, vocabulary: Vocabulary) -> list[str]:
    """At most `MAX_TERMS` terms, in their order: those of identifiers, and the most telling of those that some article has."""
    if len(asked) <= MAX_TERMS:
        return list(asked)
    named = {term for found in identifiers for term in terms(found.typed)}
    said = Counter(token.term for token in tokenise(text))

    def worth(term: str) -> tuple[bool, bool, float]:
        headline = _IN_A_HEADLINE if vocabulary.is_telling(term) else 1.0
        often = 1.0 + math.log(max(1, said[term]))  # as in TF-IDF: what a long text is about, it says again
        return term in named, vocabulary.has_term(term), vocabulary.idf(term) * headline * often

    kept = set(sorted(asked, key=worth, reverse=True)[:MAX_TERMS])
    return [term for term in asked if term in kept]


def _other_spellings(text: str, vocabulary: Vocabulary) -> list[WeightedTerm]:
    """`wifi` for `wi fi` and `login` for `log in`, where some title, heading or the like writes it so."""
    typed = words(text)
    pairs = ((first, second) for first, second in pairwise(typed) if _may_be_one(first, second))
    joined = [first + second for first, second in pairs if vocabulary.is_telling(normalise(first + second))]
    return [WeightedTerm(normalise(word), _OTHER_SPELLING) for word in dict.fromkeys(joined)]


def _may_be_one(first: str, second: str) -> bool:
    are_words = min(len(first), len(second)) >= _MIN_JOINED_PART and (first + second).isalpha()
    return are_words and not {first, second} <= stop_words()  # "in to" is no spelling of "into"


def _merge(asked: Iterable[str], others: Iterable[WeightedTerm]) -> tuple[WeightedTerm, ...]:
    """Each term once, with the highest of its weights."""
    weights = dict.fromkeys(asked, 1.0)
    for other in others:
        weights[other.term] = max(other.weight, weights.get(other.term, 0.0))
    return tuple(WeightedTerm(term, weight) for term, weight in weights.items())


def _is_vague(text: str) -> bool:
    """Whether there are words, and none of them says what is wrong."""
    typed = [fold(word) for word in words(text)]
    return bool(typed) and all(word in stop_words() or normalise(word) in vague_words() for word in typed)
