"""The keyword side: BM25 over whole articles, their titles and their passages, and operators.

Articles are ranked by the text of all fields, each counted as often as its weight says, which is
the simple BM25F of Robertson, Zaragoza and Taylor (2004): frequencies are weighted before they
saturate.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kb.search.analysis import tokenise
from kb.search.forward import ForwardIndex
from kb.search.operators import Operators
from kb.search.postings import Postings, Sought, Vocabulary
from kb.search.types import TEXT_FIELDS, Mask, ReadQuery, Scores, WeightedTerm

ARTICLES = "articles"
PASSAGES = "passages"
TITLES = "titles"
POSTINGS = (ARTICLES, PASSAGES, TITLES)
OPERATORS = "operators"
FORWARD = "forward"

# How often each field counts in an article: a title is nine words that say it all, the body
# hundreds that also say other things.
FIELD_WEIGHTS = {"title": 3, "summary": 2, "symptoms": 2, "errors": 2, "heading": 2, "body": 1}

_MAX_EXPANSIONS = 32  # words that one `prefix*` may stand for


class KeywordIndex:
    """The keyword side of a partition, opened read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open what is under `folder`, which must be a verified part of a snapshot."""
        self.vocabulary = Vocabulary(folder)
        self.articles = Postings(folder / ARTICLES, self.vocabulary)
        self.passages = Postings(folder / PASSAGES, self.vocabulary)
        self.titles = Postings(folder / TITLES, self.vocabulary)  # title and other title of each article
        self.forward = ForwardIndex(folder / FORWARD)
        self._operators = Operators(folder / OPERATORS)

    def look_up(self, terms: Sequence[WeightedTerm]) -> tuple[Sought, ...]:
        """What the partition knows of these terms, in their order."""
        numbers = [self.vocabulary.number(wanted.term) for wanted in terms]
        return tuple(
            Sought(number, wanted.weight, self.articles.idf(number)) for number, wanted in zip(numbers, terms, strict=True)
        )

    def coverage(self, terms: Sequence[Sought]) -> Scores:
        """The share of the query's idf that each article holds, 0 to 1; shape (articles,).

        What synonyms and other spellings add makes up for words that were asked for, by its weight, but
        nobody has to hold it.
        """
        found = np.zeros(self.articles.documents, np.float32)
        asked = sum(sought.idf for sought in terms if sought.weight == 1)
        if not asked:
            return found
        for sought in terms:
            self.articles.add_to_holders(sought.number, found, sought.weight * sought.idf / asked)
        return np.minimum(found, np.float32(1), out=found)

    def allowed(self, read: ReadQuery) -> Mask:
        """Which articles satisfy the query's phrases, prefixes, exclusions and text fields; shape (articles,)."""
        mask = np.ones(self.articles.documents, np.bool_)
        for term in read.fields:
            if term.is_text:
                mask &= self._operators.phrase([term.field], term.value, self._holding_all(term.value))
        for phrase in read.phrases:
            mask &= self._anywhere(phrase)
        for prefix in read.prefixes:
            mask &= self._any_of(self.expand(prefix))
        for phrase in read.excluded:
            mask &= ~self._anywhere(phrase)
        return mask

    def expand(self, prefix: str) -> list[str]:
        """Indexed terms that begin with a prefix, the most frequent first."""
        return self.articles.most_frequent(self.vocabulary.beginning_with(prefix.casefold()), _MAX_EXPANSIONS)

    def _anywhere(self, text: str) -> Mask:
        """A phrase in any one field; a single word in each of its spellings, which needs no places."""
        tokens = list(tokenise(text))
        wholes = [token.term for token in tokens if token.is_whole]
        spellings = wholes if len(text.split()) == 1 and wholes else [token.term for token in tokens]
        if len(tokens) == 1:
            return self._any_of(spellings)
        mask = self._operators.phrase(TEXT_FIELDS, text, self._holding_all(text))
        return mask | self._any_of(spellings) if len(spellings) == 1 else mask

    def _holding_all(self, text: str) -> Mask:
        """Which articles hold all parts of a text somewhere."""
        mask = np.ones(self.articles.documents, np.bool_)
        for token in tokenise(text):
            if not token.is_whole:
                mask &= self._any_of([token.term])
        return mask

    def _any_of(self, terms: Sequence[str]) -> Mask:
        mask = np.zeros(self.articles.documents, np.bool_)
        for term in terms:
            mask[self.articles.rows(self.vocabulary.number(term))] = True
        return mask
