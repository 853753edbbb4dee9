"""Hits: which passage of an article is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kb.search import gathering
from kb.search.account import Account
from kb.search.engine import Engine
from kb.search.evidence import Passages
from kb.search.hits import HitMaker
from kb.search.keyword import KeywordIndex
from kb.search.types import HitSection, Mode, Query
from kb.snapshot.partition import KEYWORD_FOLDER

ARTICLE = "wifi/drops"
QUESTION = "which channel is good on 2.4 GHz"
ANSWER = "Change the channel"
NO_SECTION = HitSection("", "")


@pytest.fixture
def maker(engine: Engine) -> HitMaker:
    return HitMaker(engine.partition, KeywordIndex(engine.partition.folder / KEYWORD_FOLDER).passages)


@pytest.fixture
def row(engine: Engine) -> int:
    (row,) = engine.partition.rows([ARTICLE])
    return row


def find(engine: Engine, text: str = QUESTION, mode: Mode = Mode.HYBRID) -> Account:
    account = engine.find(Query(text, mode))
    assert account
    return account


def compare(engine: Engine, account: Account, articles: Sequence[int]) -> Account:
    """The same account, but that the passages of some articles alone were compared."""
    compared = Passages.of(np.array(articles, np.int32), engine.partition.first_passages)
    ranked = replace(account.ranked, passages=account.ranked.passages[compared.rows])
    return replace(account, found=replace(account.found, compared=compared), ranked=ranked)


def favour(account: Account, row: int, *places: int) -> Account:
    """The same account, but that some of an article's passages are the best ones, equally so."""
    passages = np.zeros_like(account.ranked.passages)
    passages[account.found.compared.of_article(row).start + np.array(places)] = 5
    return replace(account, ranked=replace(account.ranked, passages=passages))


def headings(engine: Engine, row: int) -> list[str]:
    """Above each passage of an article, none above the one that speaks for it."""
    first = engine.partition.first_passages
    places = [engine.partition.place(passage) for passage in range(first[row], first[row + 1])]
    return [place.heading if place else "" for place in places]


def test_of_the_passages_that_were_compared_the_best_by_both_sides_is_shown(engine: Engine, maker: HitMaker, row: int) -> None:
    account = find(engine)
    assert len(headings(engine, row)) > 2
    for place, heading in enumerate(headings(engine, row)):
        assert maker.make(row, favour(account, row, place), {}).section.heading == heading


def test_of_equals_the_first_is_shown(engine: Engine, maker: HitMaker, row: int) -> None:
    account = find(engine)
    assert maker.make(row, favour(account, row, 2, 3), {}).section.heading == headings(engine, row)[2]
    assert maker.make(row, favour(account, row, 0, 3), {}).section == NO_SECTION


@pytest.mark.parametrize("mode", Mode)
def test_where_passages_were_not_compared_in_meaning_words_choose(engine: Engine, maker: HitMaker, row: int, mode: Mode) -> None:
    account = find(engine, mode=mode)
    others = [other for other in range(len(engine.partition.cards)) if other != row]
    for compared in (others, []):
        deep = compare(engine, account, compared)
        assert maker.make(row, deep, {}).section.heading == ANSWER
        assert ANSWER in maker.show_whole(row, deep).passage


def test_where_passages_were_not_compared_and_hold_no_word_the_article_speaks_for_itself(
    engine: Engine, maker: HitMaker, row: int
) -> None:
    nothing = compare(engine, find(engine, "xylophone quagmire"), [])
    assert maker.make(row, nothing, {}).section == NO_SECTION


def test_what_is_deep_in_the_list_is_shown_as_what_was_compared_is_where_words_alone_decide(
    engine: Engine, maker: HitMaker
) -> None:
    account = find(engine, "router channel settings windows", Mode.KEYWORD)
    deep = compare(engine, account, [])
    for row in range(len(engine.partition.cards)):
        assert maker.make(row, deep, {}).section == maker.make(row, account, {}).section


def test_a_hit_that_was_not_compared_lands_on_the_section_that_holds_the_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "COMPARED_IN_FULL", 0)
    monkeypatch.setattr(gathering, "_BEST_BY_WORDS_ALONE", 1)
    query = Query("red light on the fibre box, channel", Mode.KEYWORD)
    account = engine.find(query)
    assert account
    assert account.found.compared.articles.tolist() == engine.partition.rows(["no-internet/red-light"])
    assert {hit.id: hit.section.heading for hit in engine.search(query).hits}[ARTICLE] == ANSWER


def test_an_article_without_a_passage_shows_its_summary(
    engine: Engine, maker: HitMaker, row: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maker, "_first", np.zeros_like(engine.partition.first_passages))
    account = compare(engine, find(engine), [])
    hit, summary = maker.make(row, account, {}), engine.partition.cards[row].summary
    assert hit.section == NO_SECTION
    assert hit.snippet == summary
    assert maker.show_whole(row, account).passage == f"{hit.title}. {summary}"
