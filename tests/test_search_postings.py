"""Postings: the compiled scores are Whoosh's own, and every term is found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
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
from kb.search.evidence import Spread
from kb.search.keyword import FIELD_WEIGHTS, KeywordIndex
from kb.search.postings import Postings, Sought, Vocabulary
from kb.search.types import Rows, Scores, WeightedTerm
from tests.content_files import read_documents

ARTICLES = Path(__file__).parent.parent / "articles"
QUERIES = ("router lights", "wifi is slow in the evening", "DNS_PROBE_FINISHED_NXDOMAIN", "how do I reset the wi-fi password?")
KINDS = ("articles", "passages", "titles")
RAREST, MOST_FREQUENT = 0.0, 1.0

# A term as its place among all of them in order of frequency, or none that the partition has, and its weight.
places = st.one_of(st.sampled_from([RAREST, MOST_FREQUENT]), st.floats(0.9, 1), st.floats(0, 1), st.none())
weighted_places = st.lists(st.tuples(places, st.one_of(st.just(1.0), st.floats(0.05, 3))), max_size=8)


@pytest.fixture(scope="module")
def documents() -> Documents:
    return read_documents(load_library(ARTICLES), Audience.AGENTS)


@pytest.fixture(scope="module")
def index(documents: Documents, tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    folder: Path = tmp_path_factory.mktemp("postings") / "keyword"
    write_keyword(folder, documents, Silence())
    return KeywordIndex(folder)


def number_at(postings: Postings, place: float | None) -> int | None:
    """The number of the term that stands at a place, 0 to 1, among all terms of a kind of document."""
    frequencies = np.array([len(postings.rows(number)) for number in range(len(postings.vocabulary))])
    order = np.argsort(frequencies, kind="stable")[np.count_nonzero(frequencies == 0) :]
    return None if place is None else int(order[round(place * (len(order) - 1))])


def terms_at(postings: Postings, drawn: Sequence[tuple[float | None, float]]) -> list[Sought]:
    """Terms by their places and weights."""
    numbers = [number_at(postings, place) for place, _ in drawn]
    return [Sought(number, weight, postings.idf(number)) for number, (_, weight) in zip(numbers, drawn, strict=True)]


def one(postings: Postings, term: str) -> Sought:
    """A term as a word that was asked for."""
    number = postings.vocabulary.number(term)
    return Sought(number, 1.0, postings.idf(number))


def is_frequent(postings: Postings, place: float) -> bool:
    """Whether a term stands in so many documents that it has a row of all of them."""
    return len(postings.rows(number_at(postings, place))) > postings.documents / 8


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


def spread_said(postings: Postings, sought: Sequence[Sought]) -> Spread:
    return postings.compare(np.zeros(0, np.int32), sought)[1]


def deviation(postings: Postings, sought: Sequence[Sought]) -> float:
    return float(postings.scores(sought).astype(np.float64).std())


def assert_scores_like_whoosh(postings: Postings, texts: list[str]) -> None:
    wanted = sorted({term for text in texts for term in terms(text)})
    expected = whoosh_scores(texts, wanted)
    for term, scores in zip(wanted, expected, strict=True):
        np.testing.assert_allclose(postings.scores([one(postings, term)]), scores, rtol=1e-6, err_msg=term)


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
    sought = index.look_up([WeightedTerm(term, 1 / (place + 1)) for place, term in enumerate(terms(query))])
    alone = [index.articles.scores([wanted._replace(weight=1.0)]) * np.float32(wanted.weight) for wanted in sought]
    np.testing.assert_allclose(index.articles.scores(sought), np.sum(alone, axis=0), rtol=1e-5)


@pytest.mark.parametrize("place", [RAREST, MOST_FREQUENT])
def test_a_term_scores_in_those_documents_that_hold_it_be_it_rare_or_everywhere(index: KeywordIndex, place: float) -> None:
    assert is_frequent(index.articles, place) == (place == MOST_FREQUENT)
    sought = terms_at(index.articles, [(place, 1.0)])
    holders = index.articles.rows(sought[0].number)
    assert len(holders)
    assert np.flatnonzero(index.articles.scores(sought)).tolist() == holders.tolist()


def test_a_term_that_is_nowhere_scores_nothing_and_has_the_greatest_idf(index: KeywordIndex) -> None:
    (zebra,) = index.look_up([WeightedTerm("zebra")])
    assert zebra.number is None
    assert not index.articles.scores([zebra]).any()
    assert index.articles.rows(zebra.number).tolist() == []
    assert spread_said(index.articles, [zebra]) == Spread(0, 0)
    assert zebra.idf > max(sought.idf for sought in index.look_up([WeightedTerm(term) for term in terms("router wifi reset")]))


def test_terms_are_looked_up_in_their_order_and_keep_their_weights(index: KeywordIndex) -> None:
    wanted = [WeightedTerm("router", 0.4), WeightedTerm("zebra"), WeightedTerm("light"), WeightedTerm("router")]
    sought = index.look_up(wanted)
    assert [one.weight for one in sought] == [0.4, 1, 1, 1]
    assert [one.number for one in sought] == [index.vocabulary.number(one.term) for one in wanted]
    assert [one.idf for one in sought] == [index.articles.idf(one.number) for one in sought]
    assert index.look_up([]) == ()


@pytest.mark.parametrize("kind", KINDS)
@given(drawn=weighted_places, rows=st.lists(st.integers(0, 10_000), max_size=20))
def test_some_documents_score_what_they_do_among_all(
    index: KeywordIndex, kind: str, drawn: list[tuple[float | None, float]], rows: list[int]
) -> None:
    postings: Postings = getattr(index, kind)
    some: Rows = np.array(rows, np.int32) % postings.documents
    sought = terms_at(postings, drawn)
    np.testing.assert_allclose(postings.compare(some, sought)[0], postings.scores(sought)[some], rtol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
@given(drawn=weighted_places)
def test_the_mean_of_all_scores_is_known_without_them(
    index: KeywordIndex, kind: str, drawn: list[tuple[float | None, float]]
) -> None:
    postings: Postings = getattr(index, kind)
    sought = terms_at(postings, drawn)
    assert spread_said(postings, sought).mean == pytest.approx(float(postings.scores(sought).mean()), rel=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@given(place=places, weight=st.one_of(st.just(1.0), st.floats(0.05, 3)))
def test_the_scores_of_one_term_are_said_to_deviate_as_they_do(
    index: KeywordIndex, kind: str, place: float | None, weight: float
) -> None:
    postings: Postings = getattr(index, kind)
    sought = terms_at(postings, [(place, weight)])
    assert spread_said(postings, sought).deviation == pytest.approx(deviation(postings, sought), rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("query", ["DNS_PROBE_FINISHED_NXDOMAIN", "0x800CCC0F", "ERR_CERT_DATE_INVALID"])
def test_the_parts_of_a_code_which_always_stand_together_are_said_to_deviate_as_they_do(index: KeywordIndex, query: str) -> None:
    sought = index.look_up([WeightedTerm(term) for term in terms(query)])
    assert spread_said(index.passages, sought).deviation == pytest.approx(deviation(index.passages, sought), rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
@given(drawn=weighted_places)
def test_frequent_terms_are_taken_to_have_nothing_to_do_with_each_other_or_the_rest(
    index: KeywordIndex, kind: str, drawn: list[tuple[float | None, float]]
) -> None:
    postings: Postings = getattr(index, kind)
    sought = terms_at(postings, drawn)
    rare = [one for one in sought if one.number not in postings._frequent]
    parts = [rare, *([one] for one in sought if one.number in postings._frequent)]
    alone = [spread_said(postings, part).deviation for part in parts]
    assert spread_said(postings, sought).deviation == pytest.approx(math.hypot(*alone))


@pytest.mark.parametrize("kind", KINDS)
@given(place=places, worth=st.floats(-3, 3), before=st.floats(-3, 3))
def test_what_a_term_is_worth_is_added_to_each_document_that_holds_it_and_to_no_other(
    index: KeywordIndex, kind: str, place: float | None, worth: float, before: float
) -> None:
    postings: Postings = getattr(index, kind)
    number = number_at(postings, place)
    total = np.full(postings.documents, before, np.float32)
    expected = total.copy()
    expected[postings.rows(number)] += np.float32(worth)
    postings.add_to_holders(number, total, worth)
    assert total.tolist() == expected.tolist()


@pytest.mark.parametrize("place", [RAREST, MOST_FREQUENT])
def test_scoring_leaves_the_arrays_as_they_were(index: KeywordIndex, place: float) -> None:
    sought = terms_at(index.articles, [(place, 1.0)] * 3)
    before = index.articles.scores(sought[:1])
    index.articles.scores(sought)
    index.articles.compare(np.arange(index.articles.documents, dtype=np.int32), sought)
    index.articles.add_to_holders(sought[0].number, index.articles.scores(sought), 5.0)
    assert (index.articles.scores(sought[:1]) == before).all()


def test_the_arrays_are_read_only(index: KeywordIndex) -> None:
    with pytest.raises(ValueError, match="read-only"):
        index.articles.rows(index.vocabulary.number("router"))[0] = 1


def test_the_most_frequent_terms_come_first(index: KeywordIndex) -> None:
    found = index.articles.most_frequent(range(len(index.vocabulary)), 5)
    frequencies = [len(index.articles.rows(number)) for number in range(len(index.vocabulary))]
    assert [len(index.articles.rows(index.vocabulary.number(term))) for term in found] == sorted(frequencies, reverse=True)[:5]


@given(words=st.frozensets(st.text(min_size=1, max_size=5)), prefix=st.text(max_size=2))
def test_every_term_has_its_number_and_stands_under_its_prefixes(
    tmp_path_factory: pytest.TempPathFactory, words: frozenset[str], prefix: str
) -> None:
    written = sorted(word.encode() for word in words)
    folder: Path = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder, written)
    vocabulary = Vocabulary(folder)
    for _ in range(2):  # also when it has been asked before
        assert [vocabulary.number(word.decode()) for word in written] == list(range(len(written)))
        assert vocabulary.number("longer than any") is None
    assert [word.encode() for word in vocabulary] == written
    assert [written[number] for number in vocabulary.beginning_with(prefix)] == [
        word for word in written if word.startswith(prefix.encode())
    ]


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
