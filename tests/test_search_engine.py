"""The engine: from a query to hits, over a real snapshot of the small library."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kb.errors import ModeUnavailableError
from kb.search.engine import Engine
from kb.search.filters import FACETS
from kb.search.types import Filters, Mode, Query, Results


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


@pytest.mark.parametrize("mode", Mode)
def test_the_article_about_it_is_first(engine: Engine, mode: Mode) -> None:
    assert ids(engine.search(Query("red light on the fibre box", mode)))[0] == "no-internet/red-light"


@pytest.mark.parametrize(
    ("code", "article"),
    [
        ("DNS_PROBE_FINISHED_NXDOMAIN", "no-internet/dns"),
        ("dns_probe_finished_nxdomain", "no-internet/dns"),
        ("0x80072EE7", "no-internet/dns"),
        ("wifi box 0x80072ee7 red light keeps dropping", "no-internet/dns"),
    ],
)
def test_the_article_that_declares_a_code_is_above_all_others(engine: Engine, code: str, article: str) -> None:
    assert ids(engine.search(Query(code)))[0] == article


def test_a_hit_lands_on_its_best_section(engine: Engine) -> None:
    hit = engine.search(Query("which channel is good on 2.4 GHz", Mode.KEYWORD)).hits[0]
    assert (hit.id, hit.section.heading) == ("wifi/drops", "Change the channel")
    assert hit.url == f"/articles/wifi/drops#{hit.section.anchor}"
    assert "<mark>channel</mark>" in hit.snippet.casefold()


def test_an_article_is_one_hit(engine: Engine) -> None:
    found = ids(engine.search(Query("wifi router box light", limit=50)))
    assert len(found) == len(set(found))


def test_scores_fall_from_hit_to_hit(engine: Engine) -> None:
    scores = [hit.score for hit in engine.search(Query("wifi drops in the evening", limit=50)).hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("path", ["email/can't send & receive é"])
def test_odd_paths_are_found_and_their_addresses_are_quoted(engine: Engine, path: str) -> None:
    hit = engine.search(Query("mail stays in the outbox port 587")).hits[0]
    assert hit.id == path
    assert re.fullmatch(r"/articles/[\w%/.'#&-]+", hit.url, re.ASCII)


class TestOperators:
    def test_a_phrase_keeps_its_order(self, engine: Engine) -> None:
        assert ids(engine.search(Query('"red light"'))) == ["no-internet/red-light"]
        assert ids(engine.search(Query('"dns server"'))) == ["no-internet/dns"]

    def test_a_phrase_that_stands_nowhere_is_relaxed_and_that_is_said(self, engine: Engine) -> None:
        results = engine.search(Query('"light red"'))
        assert "no-internet/red-light" in ids(results)
        assert results.notes

    def test_an_excluded_word_is_in_no_hit_not_even_in_another_section(self, engine: Engine) -> None:
        assert "wifi/drops" in ids(engine.search(Query("wifi")))
        assert "wifi/drops" not in ids(engine.search(Query("wifi -driver")))

    @pytest.mark.parametrize("spelling", ["wi-fi", "wifi"])
    def test_excluding_a_compound_excludes_its_spellings(self, engine: Engine, spelling: str) -> None:
        assert not {"wifi", "wifi/drops", "wifi/slow"} & set(
            ids(engine.search(Query(f"wireless mesh node -{spelling}", limit=50)))
        )

    def test_a_field_is_searched_alone(self, engine: Engine) -> None:
        assert ids(engine.search(Query("title:dns"))) == ["no-internet/dns"]
        assert ids(engine.search(Query("title:flushdns"))) == []

    def test_a_prefix_stands_for_words_that_begin_so(self, engine: Engine) -> None:
        assert "wifi/drops" in ids(engine.search(Query("neighb*")))

    def test_updated_compares_dates(self, engine: Engine) -> None:
        recent = ids(engine.search(Query("wifi updated:>2026-04")))
        assert "wifi/drops" in recent
        assert "wifi/slow" not in recent
        assert ids(engine.search(Query("wifi updated:2026-01"))) == ["wifi/slow"]

    def test_topic_in_the_query_filters(self, engine: Engine) -> None:
        assert {hit.topic for hit in engine.search(Query("box topic:no-internet")).hits} == {"no-internet"}

    @pytest.mark.parametrize("mode", Mode)
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("topic:wifi", {"wifi", "wifi/drops", "wifi/slow"}),
            ("platform:macos", {"no-internet/dns"}),
            ("updated:2025", {"no-internet/dns"}),
            ("product:mesh -channel", {"wifi/slow"}),
        ],
    )
    def test_a_value_alone_lists_what_has_it(self, engine: Engine, text: str, found: set[str], mode: Mode) -> None:
        results = engine.search(Query(text, mode))
        assert set(ids(results)) == found
        assert results.answered

    @pytest.mark.parametrize("text", ["neighb*", "title:dns", '"red light"'])
    def test_what_was_asked_for_explicitly_and_is_there_is_an_answer(self, engine: Engine, text: str) -> None:
        assert engine.search(Query(text)).answered

    def test_only_exclusions_ask_for_nothing(self, engine: Engine) -> None:
        results = engine.search(Query("-wifi"))
        assert not results.answered
        assert results.notes


class TestFacets:
    @pytest.mark.parametrize("mode", Mode)
    @pytest.mark.parametrize("text", ["wifi drops", "red light on the box", "dns -mac", "settings"])
    def test_each_count_is_what_choosing_the_value_gives(self, engine: Engine, mode: Mode, text: str) -> None:
        results = engine.search(Query(text, mode))
        for facet, values in results.facets.items():
            for value in values:
                chosen = engine.search(Query(text, mode, Filters(**{facet: (value.value,)}), limit=50))
                assert chosen.total == len(chosen.hits) == value.count

    def test_counts_beside_a_choice_say_what_changing_it_would_give(self, engine: Engine) -> None:
        chosen = Filters(topic=("wifi",))
        facets = engine.search(Query("light wifi box", Mode.KEYWORD, chosen)).facets
        for value in facets["topic"]:
            alone = engine.search(Query("light wifi box", Mode.KEYWORD, Filters(topic=(value.value,))))
            assert alone.total == value.count
            assert value.selected == (value.value == "wifi")

    def test_filters_of_different_facets_narrow_each_other(self, engine: Engine) -> None:
        for topic, platform in product(engine.filter_values()["topic"], engine.filter_values()["platform"]):
            for hit in engine.search(Query("wifi dns", Mode.KEYWORD, Filters((topic,), (), (platform,)))).hits:
                assert hit.topic == topic
                assert platform in hit.platforms

    def test_filtering_keeps_the_order(self, engine: Engine) -> None:
        everything = engine.search(Query("wifi keeps dropping", limit=50)).hits
        filtered = engine.search(Query("wifi keeps dropping", filters=Filters(topic=("wifi",)), limit=50)).hits
        assert [hit.id for hit in filtered] == [hit.id for hit in everything if hit.topic == "wifi"]

    def test_not_everything_is_a_result(self, engine: Engine) -> None:
        results = engine.search(Query("red light on the fibre box"))
        assert results.total < len(engine.partition.cards)


class TestOddQueries:
    @pytest.mark.parametrize(
        "text",
        [
            "",
            "   ",
            "x" * 10_000,
            "router " * 1_500,
            "how do I do it with the",
            "🙂🔥",
            "الإنترنت لا يعمل",
            "\x00\x1b[31m\u202edrawkcab",
            "'; DROP TABLE article; --",
            '"',
            "(((((",
            "*" * 500,
            "a:b:c:-:\"':",
            "\ud800",
        ],
    )
    @pytest.mark.parametrize("mode", Mode)
    def test_any_text_gets_an_answer_or_a_note(self, engine: Engine, text: str, mode: Mode) -> None:
        results = engine.search(Query(text, mode))
        assert results.hits or not results.answered
        assert set(results.facets) == set(FACETS)
        assert isinstance(engine.suggest(text), tuple)

    def test_an_empty_query_says_what_to_type(self, engine: Engine) -> None:
        assert engine.search(Query("  ")).notes

    @given(st.text(max_size=120))
    @hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_no_text_breaks_it(self, engine: Engine, text: str) -> None:
        results = engine.search(Query(text))
        assert results.total >= len(results.hits)


class TestPaging:
    def test_pages_make_up_the_whole(self, engine: Engine) -> None:
        whole = ids(engine.search(Query("wifi dns light", limit=50)))
        pages = [ids(engine.search(Query("wifi dns light", limit=2, offset=offset))) for offset in range(0, len(whole), 2)]
        assert [id for page in pages for id in page] == whole

    def test_beyond_the_end_there_are_no_hits(self, engine: Engine) -> None:
        assert engine.search(Query("wifi", offset=1_000)).hits == ()


class TestWithoutModel:
    @pytest.fixture
    def keyword_engine(self, engine: Engine) -> Engine:
        return Engine(engine.partition, lambda: "model-unavailable")

    def test_keywords_answer_and_that_is_said(self, keyword_engine: Engine) -> None:
        results = keyword_engine.search(Query("red light on the fibre box"))
        assert ids(results)[0] == "no-internet/red-light"
        assert (results.mode, results.degraded, results.reason) == (Mode.KEYWORD, True, "model-unavailable")
        assert results.answered

    def test_keyword_mode_is_not_degraded(self, keyword_engine: Engine) -> None:
        results = keyword_engine.search(Query("red light", Mode.KEYWORD))
        assert (results.degraded, results.reason) == (False, None)

    def test_semantic_mode_alone_cannot_be_had(self, keyword_engine: Engine) -> None:
        with pytest.raises(ModeUnavailableError, match="model-unavailable"):
            keyword_engine.search(Query("red light", Mode.SEMANTIC))


def test_typing_finds_titles_symptoms_and_codes(engine: Engine) -> None:
    assert engine.suggest("wi-fi keeps dr")[0].url == "/articles/wifi/drops"
    assert engine.suggest("box blinks")[0].url == "/articles/no-internet/red-light"
    assert engine.suggest("0x8007")[0].url == "/articles/no-internet/dns"


def test_a_typed_question_is_answered_by_keywords(engine: Engine) -> None:
    assert "/articles/no-internet/dns" in engine.suggest("my pages will not open")[0].url
