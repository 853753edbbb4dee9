"""The keyword side: BM25 over whole articles and over passages, and operators, by Whoosh.

Everything that knows Whoosh is here and in `indexer/keyword.py`. A partition holds two Whoosh
indexes, each of one segment whose document numbers are the partition's rows. The field `words`
ranks: the text of all fields, each repeated as often as its weight says, which is the simple
BM25F of Robertson, Zaragoza and Taylor (2004): frequencies are weighted before they saturate.
The other fields exist in the articles' index only: `codes` holds what `errors:` declares, with
compounds joined up, and the text fields answer operators.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import analysis as whoosh_analysis
from whoosh import fields, query, scoring
from whoosh.filedb.filestore import FileStorage

from kb.search.analysis import tokenise
from kb.search.types import TEXT_FIELDS, Evidence, Mask, ReadQuery, Scores

ARTICLES_INDEX = "articles"
PASSAGES_INDEX = "passages"

# Repetitions of each field in an article's `words`: a title is nine words that say it all, the
# body hundreds that also say other things.
FIELD_WEIGHTS = {"title": 3, "summary": 2, "symptoms": 2, "errors": 2, "heading": 2, "body": 1}

_K1 = 1.2  # BM25's usual saturation and length normalisation (Robertson and Zaragoza, 2009)
_B = 0.75
_MAX_EXPANSIONS = 32  # words that one `prefix*` may stand for


class WhooshAnalyzer(whoosh_analysis.Analyzer):  # type: ignore[misc]
    """Our analysis chain in the form that Whoosh calls."""

    def __init__(self, *, parts_only: bool) -> None:
        self.parts_only = parts_only  # a phrase is a run of parts, without joined-up compounds

    def __call__(self, value: str, positions: bool = False, chars: bool = False, **_: Any) -> Iterator[Any]:
        """Yield Whoosh's one token object, changed for each term, as Whoosh expects."""
        token = whoosh_analysis.Token(positions, chars)
        for found in tokenise(value):
            if self.parts_only and found.is_whole:
                continue
            token.text, token.boost, token.stopped = found.term, 1.0, False
            token.pos, token.startchar, token.endchar = found.position, found.start, found.end
            yield token


def articles_schema() -> fields.Schema:
    """The fields of the articles' index."""
    text = {name: fields.TEXT(analyzer=WhooshAnalyzer(parts_only=True), phrase=True) for name in TEXT_FIELDS}
    codes = fields.TEXT(analyzer=WhooshAnalyzer(parts_only=False), phrase=False)
    return fields.Schema(words=_words_field(), codes=codes, **text)


def passages_schema() -> fields.Schema:
    """The field of the passages' index."""
    return fields.Schema(words=_words_field())


def _words_field() -> fields.TEXT:
    return fields.TEXT(analyzer=WhooshAnalyzer(parts_only=False), phrase=False)


class KeywordIndex:
    """The two Whoosh indexes of a partition, opened read-only; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the indexes under `folder`, which must be a verified part of a snapshot."""
        storage = FileStorage(str(folder), readonly=True)
        weighting = scoring.BM25F(B=_B, K1=_K1)
        # The schema is given, so that Whoosh does not unpickle the stored one.
        self._articles = storage.open_index(ARTICLES_INDEX, schema=articles_schema()).searcher(weighting=weighting)
        self._passages = storage.open_index(PASSAGES_INDEX, schema=passages_schema()).searcher(weighting=weighting)
        self._lock = threading.Lock()  # Whoosh's readers seek in shared files

    def evidence(self, terms: Sequence[str]) -> Evidence:
        """BM25 scores of every article and passage for a query of these analysed terms."""
        with self._lock:
            articles = _sum_scores(self._articles, terms)
            passages = _sum_scores(self._passages, terms)
        return Evidence(articles, passages)

    def coverage(self, terms: Sequence[str]) -> Scores:
        """The share of the query's idf that each article holds, 0 to 1; shape (articles,)."""
        size = self._articles.doc_count_all()
        found = np.zeros(size, np.float32)
        total = 0.0
        with self._lock:
            for term in terms:
                idf = float(self._articles.idf("words", term))
                total += idf
                for row in _rows(self._articles, "words", term):
                    found[row] += idf
        return np.asarray(found / total, np.float32) if total else found

    def holding(self, field: str, terms: Sequence[str]) -> Mask:
        """Which articles hold one of these analysed terms in a field."""
        mask = np.zeros(self._articles.doc_count_all(), np.bool_)
        with self._lock:
            for term in terms:
                mask[list(_rows(self._articles, field, term))] = True
        return mask

    def allowed(self, read: ReadQuery) -> Mask:
        """Which articles satisfy the query's phrases, prefixes, exclusions and text fields."""
        wanted = [_phrase(name, phrase) for name, phrase in _text_terms(read)]
        wanted += [_anywhere(phrase) for phrase in read.phrases]
        wanted += [query.Or([query.Term("words", term) for term in self.expand(prefix)]) for prefix in read.prefixes]
        unwanted = [_anywhere(phrase) for phrase in read.excluded]
        mask = np.ones(self._articles.doc_count_all(), np.bool_)
        with self._lock:
            for part in wanted:
                mask &= _matching(self._articles, part)
            for part in unwanted:
                mask &= ~_matching(self._articles, part)
        return mask

    def expand(self, prefix: str) -> list[str]:
        """Indexed terms that begin with a prefix, the most frequent first."""
        folded = prefix.casefold()
        reader = self._articles.reader()
        with self._lock:
            found = [raw.decode("utf-8") for raw in reader.expand_prefix("words", folded)]
            found.sort(key=lambda term: (-reader.doc_frequency("words", term), term))
        return found[:_MAX_EXPANSIONS]


def _sum_scores(searcher: Any, terms: Sequence[str]) -> Scores:
    scores = np.zeros(searcher.doc_count_all(), np.float32)
    for term in terms:
        if ("words", term) in searcher.reader():
            matcher = searcher.postings("words", term)
            while matcher.is_active():
                scores[matcher.id()] += matcher.score()
                matcher.next()
    return scores


def _rows(searcher: Any, field: str, term: str) -> Iterator[int]:
    if (field, term) in searcher.reader():
        yield from searcher.postings(field, term).all_ids()


def _text_terms(read: ReadQuery) -> Iterator[tuple[str, str]]:
    for term in read.fields:
        if term.is_text:
            yield term.field, term.value


def _phrase(field: str, text: str) -> query.Query:
    """The parts of a text in a row; nothing to look for matches everything."""
    parts = [token for token in tokenise(text) if not token.is_whole]
    if not parts:
        return query.Every()
    if len(parts) == 1:
        return query.Term(field, parts[0].term)
    span = parts[-1].position - parts[0].position
    slop = span - len(parts) + 2  # 1 is "next to each other"; stop words leave gaps
    return query.Phrase(field, [part.term for part in parts], slop=slop)


def _anywhere(text: str) -> query.Query:
    """A phrase in any one field; a single word also in its other spellings, as `words` holds them."""
    tokens = list(tokenise(text))
    wholes = [token for token in tokens if token.is_whole]
    spellings = wholes if len(text.split()) == 1 and wholes else tokens
    one_word = len(spellings) == 1
    return query.Or([_phrase(name, text) for name in TEXT_FIELDS] + [query.Term("words", t.term) for t in spellings if one_word])


def _matching(searcher: Any, wanted: query.Query) -> Mask:
    mask = np.zeros(searcher.doc_count_all(), np.bool_)
    for row in wanted.docs(searcher):
        mask[row] = True
    return mask
