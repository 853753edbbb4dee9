"""Postings: the compiled scores are Whoosh's own, and every term is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import analysis as whoosh_analysis
from whoosh import fields, scoring
from whoosh.filedb.filestore import RamStorage

from indexer.analyser import Analyser
from indexer.documents import Documents
from indexer.keyword import field_texts, write_keyword
from indexer.postings import K1, B, write_vocabulary
from indexer.progress import Silence
from kb.access import Audience
from kb.content.library import load_library
from kb.search.analysis import terms, tokenise
from kb.search.keyword import FIELD_WEIGHTS, KeywordIndex
from kb.search.postings import Postings, Vocabulary
from kb.search.types import Scores, WeightedTerm
from tests.content_files import read_documents

ARTICLES = Path(__file__).parent.parent / "articles"
QUERIES = ("router lights", "wifi is slow in the evening", "DNS_PROBE_FINISHED_NXDOMAIN", "how do I reset the wi-fi password?")


@pytest.fixture(scope="module")
def documents() -> Documents:
    return read_documents(load_library(ARTICLES), Audience.AGENTS)


@pytest.fixture(scope="module")
def index(documents: Documents, tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    folder: Path = tmp_path_factory.mktemp("postings") / "keyword"
    write_keyword(folder, documents, Silence())
    return KeywordIndex(folder)


class ChainAnalyzer(whoosh_analysis.Analyzer):  # type: ignore[misc]
    """The analysis chain in the form that Whoosh calls."""

    def __call__(self, value: str, **_: Any) -> Iterator[Any]:
        token = whoosh_analysis.Token()
        for found in tokenise(value):
            token.text, token.boost, token.stopped = found.term, 1.0, False
            yield token


def whoosh_scores(texts: list[str], wanted: list[str]) -> Scores:
    """What Whoosh's BM25F says of each text for each term; shape (terms, texts)."""
    schema = fields.Schema(words=fields.TEXT(analyzer=ChainAnalyzer(), phrase=False))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for text in texts:
        writer.add_document(words=text)
    writer.commit()
    scores = np.zeros((len(wanted), len(texts)), np.float32)
    with index.searcher(weighting=scoring.BM25F(B=B, K1=K1)) as searcher:
        for row, term in zip(scores, wanted, strict=True):
            matcher = searcher.postings("words", term)
            while matcher.is_active():
                row[matcher.id()] = matcher.score()
                matcher.next()
    return scores


def assert_scores_like_whoosh(postings: Postings, texts: list[str]) -> None:
    wanted = sorted({term for text in texts for term in terms(text)})
    expected = whoosh_scores(texts, wanted)
    for term, scores in zip(wanted, expected, strict=True):
        np.testing.assert_allclose(postings.scores([WeightedTerm(term)]), scores, rtol=1e-6, err_msg=term)


def weighted_text(texts: dict[str, str]) -> str:
    return "\n".join(texts[name] for name, weight in FIELD_WEIGHTS.items() for _ in range(weight))


def test_every_term_scores_every_article_as_whoosh_does(index: KeywordIndex, documents: Documents) -> None:
    texts = [weighted_text(field_texts(article)) for article in documents.articles]
    assert_scores_like_whoosh(index.articles, texts)


def test_every_term_scores_every_passage_as_whoosh_does(index: KeywordIndex, documents: Documents) -> None:
    assert_scores_like_whoosh(index.passages, [passage.text for _, passage in documents.passages])


def test_every_term_scores_every_title_as_whoosh_does(index: KeywordIndex, documents: Documents) -> None:
    assert_scores_like_whoosh(index.titles, [field_texts(article)["title"] for article in documents.articles])


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_scores_the_sum_of_its_terms_by_weight(index: KeywordIndex, query: str) -> None:
    weighted = [WeightedTerm(term, 1 / (place + 1)) for place, term in enumerate(terms(query))]
    expected = sum(index.articles.scores([WeightedTerm(wanted.term)]) * wanted.weight for wanted in weighted)
    np.testing.assert_allclose(index.articles.scores(weighted), expected, rtol=1e-5)


def test_a_term_scores_in_those_documents_that_hold_it_be_it_rare_or_everywhere(index: KeywordIndex) -> None:
    frequencies = {term: index.articles.document_frequency(term) for term in index.vocabulary}
    for term in (min(frequencies, key=frequencies.__getitem__), max(frequencies, key=frequencies.__getitem__)):
        scores = index.articles.scores([WeightedTerm(term)])
        assert np.flatnonzero(scores).tolist() == index.articles.rows(term).tolist()


def test_a_term_that_is_nowhere_scores_nothing_and_has_the_greatest_idf(index: KeywordIndex) -> None:
    assert not index.articles.scores([WeightedTerm("zebra")]).any()
    assert index.articles.rows("zebra").tolist() == []
    assert index.articles.idf("zebra") > max(index.articles.idf(term) for term in terms("router wifi reset"))


def test_the_arrays_are_read_only(index: KeywordIndex) -> None:
    with pytest.raises(ValueError, match="read-only"):
        index.articles.rows("router")[0] = 1


def test_the_most_frequent_terms_come_first(index: KeywordIndex) -> None:
    found = index.articles.most_frequent(range(len(index.vocabulary)), 5)
    frequencies = [index.articles.document_frequency(term) for term in index.vocabulary]
    assert [index.articles.document_frequency(term) for term in found] == sorted(frequencies, reverse=True)[:5]


@given(words=st.frozensets(st.text(min_size=1, max_size=5)), prefix=st.text(max_size=2))
def test_every_term_has_its_number_and_stands_under_its_prefixes(
    tmp_path_factory: pytest.TempPathFactory, words: frozenset[str], prefix: str
) -> None:
    written = sorted(word.encode() for word in words)
    folder: Path = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder, written)
    vocabulary = Vocabulary(folder)
    assert [vocabulary.number(word.decode()) for word in written] == list(range(len(written)))
    assert [word.encode() for word in vocabulary] == written
    assert [written[number] for number in vocabulary.beginning_with(prefix)] == [
        word for word in written if word.startswith(prefix.encode())
    ]
    assert vocabulary.number("longer than any") is None


@pytest.mark.parametrize("prefix", ["\ud800", "\x00", "\U0010ffff", "x" * 10_000])
def test_a_prefix_of_nothing_finds_nothing(index: KeywordIndex, prefix: str) -> None:
    assert index.expand(prefix) == []


@given(text=st.text() | st.text(alphabet="ab1-_.’'/: \n\u2028éßİ"))
def test_words_in_a_row_have_the_terms_and_places_of_the_text(text: str) -> None:
    analyser = Analyser()
    numbers = analyser.numbers(text)
    assert [analyser.terms[number] for number in numbers] == [token.term for token in tokenise(text)]
    places = [(place, term) for term, places in analyser.places(text).items() for place in places]
    assert sorted(places) == sorted((token.position, token.term) for token in tokenise(text) if not token.is_whole)
