"""Answering: the best result, and no other article, says whether there is an answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.answering import ANSWER_CLOSENESS, ANSWER_COVERAGE, COVERAGE_SHARE, Verdict, answer_by_code, judge
from kb.search.types import Mode

shares = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=8)


def ask(mode: Mode, coverage: list[float], similarity: list[float], results: list[bool] | None = None) -> Verdict:
    are_results = np.array([True] * len(coverage) if results is None else results, np.bool_)
    return judge(mode, np.array(coverage, np.float32), np.array(similarity, np.float32), are_results)


@pytest.mark.parametrize(("coverage", "answered"), [(ANSWER_COVERAGE, True), (ANSWER_COVERAGE - 0.001, False)])
def test_without_a_model_the_threshold_of_words_is_the_edge(coverage: float, answered: bool) -> None:
    verdict = ask(Mode.KEYWORD, [0.1, coverage], [1.0, 1.0])
    assert (verdict.answered, verdict.measure, verdict.threshold) == (answered, "words covered", ANSWER_COVERAGE)


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
@pytest.mark.parametrize(("above", "answered"), [(0.0, True), (-0.001, False)])
def test_with_a_model_the_threshold_of_closeness_and_words_together_is_the_edge(mode: Mode, above: float, answered: bool) -> None:
    verdict = ask(mode, [0.5], [ANSWER_CLOSENESS - 0.5 * COVERAGE_SHARE + above])
    assert (verdict.answered, verdict.measure, verdict.threshold) == (answered, "closeness", ANSWER_CLOSENESS)


@pytest.mark.parametrize(("closeness", "answered"), [(0.8, True), (0.81, False)])
def test_a_library_may_ask_for_more(closeness: float, answered: bool) -> None:
    one = np.array([0.8], np.float32)
    verdict = judge(Mode.HYBRID, np.zeros(1, np.float32), one, np.ones(1, np.bool_), closeness)
    assert (verdict.answered, verdict.threshold) == (answered, closeness)


def test_closeness_and_words_of_different_articles_do_not_add_up() -> None:
    assert not ask(Mode.HYBRID, [1.0, 0.0], [0.0, ANSWER_CLOSENESS - 0.01]).answered


@pytest.mark.parametrize("mode", Mode)
def test_what_is_no_result_answers_nothing(mode: Mode) -> None:
    verdict = ask(mode, [1.0, 0.1], [1.0, 0.1], [False, True])
    assert not verdict.answered
    assert verdict.score < verdict.threshold


@pytest.mark.parametrize("mode", Mode)
def test_a_held_code_answers_whatever_the_scores(mode: Mode) -> None:
    verdict = answer_by_code(ask(mode, [0.0], [0.0]))
    assert (verdict.answered, verdict.measure) == (True, "code")


@pytest.mark.parametrize("mode", Mode)
def test_without_a_result_there_is_no_answer(mode: Mode) -> None:
    assert not ask(mode, [1.0], [1.0], [False]).answered
    assert not ask(mode, [], []).answered


@given(shares, st.sampled_from(Mode), st.data())
def test_a_closer_article_never_takes_an_answer_away(coverage: list[float], mode: Mode, data: st.DataObject) -> None:
    similarity = data.draw(st.lists(st.floats(0, 1, width=32), min_size=len(coverage), max_size=len(coverage)))
    before = ask(mode, coverage, similarity)
    after = ask(mode, [*coverage, 1.0], [*similarity, 1.0])
    assert after.answered >= before.answered
    assert after.score >= before.score
