"""Explaining: every number of a search has a name and a sentence, and the parts make up the score."""

from __future__ import annotations

import pytest

from kb.search.engine import Engine
from kb.search.explaining import CODE, PARTS
from kb.search.explanation import Explanation, HitExplanation
from kb.search.types import Mode, Query, Results

QUESTION = "red light on the fibre box"


def told(results: Results) -> Explanation:
    assert results.explanation
    return results.explanation


def stages(results: Results, place: int = 0) -> dict[str, float]:
    why = results.hits[place].explain
    assert isinstance(why, HitExplanation)
    return {stage.name: stage.value for stage in why.stages}


def test_nothing_is_explained_unasked(engine: Engine) -> None:
    results = engine.search(Query(QUESTION))
    assert results.explanation is None
    assert {hit.explain for hit in results.hits} == {None}


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("text", [QUESTION, "wifi box 0x80072ee7 red light keeps dropping"])
def test_the_parts_of_a_score_add_up(engine: Engine, text: str, mode: Mode) -> None:
    results = engine.search(Query(text, mode), explain=True)
    assert results.hits
    for place, hit in enumerate(results.hits):
        found = stages(results, place)
        assert set(found) <= {*PARTS, CODE, "score"}
        assert found["score"] == pytest.approx(sum(value for name, value in found.items() if name in PARTS), abs=0.001)
        assert found["score"] == hit.score


def test_a_part_is_told_only_where_its_side_took_part(engine: Engine) -> None:
    by_words, by_meaning = (stages(engine.search(Query(QUESTION, mode), explain=True)) for mode in (Mode.KEYWORD, Mode.SEMANTIC))
    assert "neighbours" not in by_words
    assert "title" not in by_meaning
    assert by_words["meaning, whole article"] == by_meaning["words, whole article"] == 0


def test_a_code_is_told_before_the_score_and_no_part_of_it(engine: Engine) -> None:
    found = stages(engine.search(Query("why 0x80072ee7"), explain=True))
    assert next(iter(found)) == CODE
    assert found[CODE] == 3


def test_explaining_changes_nothing_else(engine: Engine) -> None:
    plain, explained = (engine.search(Query(QUESTION), explain=explain) for explain in (False, True))
    assert [(hit.id, hit.score, hit.snippet) for hit in plain.hits] == [
        (hit.id, hit.score, hit.snippet) for hit in explained.hits
    ]


@pytest.mark.parametrize(("mode", "sides"), [(Mode.KEYWORD, [1.0, 0.0]), (Mode.SEMANTIC, [0.0, 1.0])])
def test_a_side_that_was_asked_alone_has_all_of_the_weight(engine: Engine, mode: Mode, sides: list[float]) -> None:
    explanation = told(engine.search(Query(QUESTION, mode), explain=True))
    assert [weight.value for weight in explanation.weights] == sides
    assert explanation.evidence == ()


def test_two_sides_share_the_weight_and_it_is_told_why(engine: Engine) -> None:
    explanation = told(engine.search(Query(QUESTION), explain=True))
    assert sum(weight.value for weight in explanation.weights) == pytest.approx(1)
    assert all(weight.value > 0 for weight in explanation.weights)
    assert [reason.name for reason in explanation.evidence] == ["lead", "cosine"]


def test_a_word_is_counted_where_it_stands(engine: Engine) -> None:
    terms = {term.term: term for term in told(engine.search(Query("lights zzyzx"), explain=True)).terms}
    assert terms["light"].known
    assert terms["light"].articles == engine.search(Query("lights", Mode.KEYWORD)).total
    assert (terms["zzyzx"].articles, terms["zzyzx"].known) == (0, False)
    assert terms["zzyzx"].idf > terms["light"].idf


def test_the_verdict_is_what_the_results_say(engine: Engine) -> None:
    for text in (QUESTION, "xylophone quagmire", "title:dns", "topic:wifi", "the of and"):
        results = engine.search(Query(text, Mode.KEYWORD), explain=True)
        verdict = told(results).verdict
        assert verdict.answered == results.answered
        if text == QUESTION:
            assert any(check.passed for check in verdict.checks)
        if text == "xylophone quagmire":
            assert not any(check.passed for check in verdict.checks)


def test_each_hit_is_compared_with_the_next_also_across_pages(engine: Engine) -> None:
    whole = engine.search(Query("wifi dns light", Mode.KEYWORD, limit=50), explain=True).hits
    first = engine.search(Query("wifi dns light", Mode.KEYWORD, limit=2), explain=True).hits
    assert [hit.explain for hit in first] == [hit.explain for hit in whole[:2]]
    assert first[1].explain
    assert whole[2].title in first[1].explain.meaning
    assert whole[-1].explain
    assert whole[-1].explain.meaning == "It is the last of the results."


def test_the_passage_is_of_the_section_that_is_linked(engine: Engine) -> None:
    hit = engine.search(Query("which channel is good on 2.4 GHz", Mode.KEYWORD), explain=True).hits[0]
    assert hit.explain
    assert hit.explain.passage.startswith(f"{hit.title}. {hit.section.heading}. ")


class TestNearTopics:
    def test_an_unanswered_question_names_the_nearest(self, engine: Engine) -> None:
        results = engine.search(Query("light quagmire xylophone zeppelin topiary", Mode.KEYWORD))
        assert not results.answered
        assert results.topics[0].id == results.hits[0].topic
        assert results.topics[0].title == results.hits[0].topic_title

    def test_an_answered_one_names_none(self, engine: Engine) -> None:
        assert engine.search(Query(QUESTION)).topics == ()

    def test_nothing_is_near_to_nonsense(self, engine: Engine) -> None:
        assert engine.search(Query("xylophone quagmire", Mode.KEYWORD)).topics == ()


@pytest.mark.parametrize(
    ("text", "is_vague"), [("the of and", True), ("it is", True), (QUESTION, False), ('"the"', False), ("", False)]
)
def test_stop_words_alone_are_vague(engine: Engine, text: str, is_vague: bool) -> None:
    results = engine.search(Query(text))
    assert results.is_vague is is_vague
    assert not (results.is_vague and results.answered)


def test_what_was_not_taken_as_it_stands_is_told_in_turn(engine: Engine) -> None:
    asked = Query('"dns server" rest* -mesh title:dns 0x80072EE7 bedroon')
    readings = told(engine.search(asked, explain=True)).readings
    assert [(reading.kind, reading.typed, reading.became) for reading in readings] == [
        ("code", "0x80072EE7", "0x80072ee7"),
        ("correction", "bedroon", "bedroom"),
        ("operator", '"dns server"', '"dns server"'),
        ("operator", "rest*", "rest*"),
        ("operator", "-mesh", "-mesh"),
        ("operator", "title:dns", "title:dns"),
    ]
