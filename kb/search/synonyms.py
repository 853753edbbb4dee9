"""Synonyms of one partition: what else to look for when somebody uses words that writers know by others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from kb.content.synonyms import MAX_WORDS, keyed_words, phrase_key
from kb.content.types import SynonymLine
from kb.search.analysis import normalise, stop_words
from kb.search.types import Expansion, WeightedTerm
from kb.search.vocabulary import Vocabulary

SYNONYMS_FILE = "synonyms.json"

# BM25 with k1 = 1.2 gives a term that fills an article at most 2.2 times what it gives one mention
# in an article of average length. Below 1 / 2.2, a synonym cannot outrank the word itself. It is also the best of
# 0.1 to 1.0 with BM25 on the 179 questions of our first 44 articles: MRR@10 .670, against .642 without synonyms.
SYNONYM_WEIGHT = 0.45
# All synonyms of a word together, so that an article that uses three of them does not, either.
TOGETHER = 0.9

MAX_EXPANSIONS = 16  # of one query: more are found in pasted texts only, which say all they need


@dataclass(frozen=True, slots=True)
class Means:
    """One synonym: as the writers put it, and its analysed terms, all of which the partition has."""

    text: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Whoever asks for this may be helped by those."""

    asked: tuple[str, ...]  # `phrase_key`
    means: tuple[Means, ...]


RULES = TypeAdapter(tuple[Rule, ...])


class Synonyms:
    """The synonyms that lead to words of one partition; safe to share between threads."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Take rules with different `asked`."""
        self._means = {rule.asked: rule.means for rule in rules}
        self._openings = {rule.asked[0] for rule in rules}
        self._words = {word for rule in rules for word in rule.asked}

    def has_word(self, word: str) -> bool:
        """Whether a folded word is part of what somebody may ask for."""
        return normalise(word) in self._words

    def expand(self, text: str, vocabulary: Vocabulary) -> tuple[tuple[Expansion, ...], tuple[WeightedTerm, ...]]:
        """The synonyms of a text's words and phrases, the longest first, and the terms to look for in addition.

        No term outweighs the words it stands for: weight times idf is at most `SYNONYM_WEIGHT`
        times theirs.
        """
        expansions: list[Expansion] = []
        weights: dict[str, float] = {}
        for asked, typed in self._found_in(keyed_words(text)).items():
            means = self._means[asked]
            expansions.append(Expansion(typed, tuple(other.text for other in means)))
            worth = sum(vocabulary.idf(word) for word in _telling(asked))
            each = min(SYNONYM_WEIGHT, TOGETHER / len(means))
            for other in means:
                for term in other.terms:
                    weight = each / len(other.terms) * min(1.0, worth / vocabulary.idf(term))
                    weights[term] = max(weight, weights.get(term, 0.0))
        return tuple(expansions), tuple(WeightedTerm(term, weight) for term, weight in weights.items())

    def _found_in(self, words: Sequence[tuple[str, str]]) -> dict[tuple[str, ...], str]:
        """The phrases of a text that have synonyms, each with its words as typed."""
        keys = tuple(key for _, key in words)
        found: dict[tuple[str, ...], str] = {}
        place = 0
        while place < len(keys) and len(found) < MAX_EXPANSIONS:
            phrase = self._longest(keys[place : place + MAX_WORDS])
            if phrase:
                found.setdefault(phrase, " ".join(word for word, _ in words[place : place + len(phrase)]))
            place += len(phrase) or 1
        return found

    def _longest(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """The longest phrase that has synonyms and begins with the first of the keys; empty when there is none."""
        sizes = range(len(keys), 0, -1) if keys[0] in self._openings else ()
        return next((keys[:size] for size in sizes if keys[:size] in self._means), ())


def read_synonyms(folder: Path) -> Synonyms:
    """Open the synonyms that the build left in `folder`."""
    return Synonyms(RULES.validate_json((folder / SYNONYMS_FILE).read_bytes()))


def compile_synonyms(lines: Sequence[SynonymLine], vocabulary: Vocabulary) -> tuple[Rule, ...]:
    """The rules of a synonyms file that lead to words of the partition, one for each phrase that may be asked."""
    means: dict[tuple[str, ...], dict[tuple[str, ...], Means]] = {}
    for line in lines:
        for asked in map(phrase_key, line.asked):
            for other in line.means:
                terms = _telling(phrase_key(other))
                if phrase_key(other) != asked and terms and all(map(vocabulary.has_term, terms)):
                    means.setdefault(asked, {}).setdefault(terms, Means(other, terms))
    return tuple(Rule(asked, tuple(others.values())) for asked, others in means.items())


def _telling(key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in key if word not in stop_words()))
