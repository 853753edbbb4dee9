"""Slips are one edit from what was asked, and the same for the same seed."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from kb.evaluation.slips import make_slip


@settings(deadline=None)
@given(text=st.text(), seed=st.integers(0, 1000))
def test_a_slip_is_at_most_one_edit(text: str, seed: int) -> None:
    assert OSA.distance(text, make_slip(text, random.Random(seed))) <= 1


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_only_words_of_four_letters_or_more_are_hit(seed: int) -> None:
    assert make_slip("my pc is on 1234", random.Random(seed)) == "my pc is on 1234"
    assert make_slip("my router", random.Random(seed)).startswith("my ")


def test_the_same_seed_makes_the_same_slip() -> None:
    assert make_slip("router lights", random.Random(5)) == make_slip("router lights", random.Random(5))
