"""Typography of titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from web.typography import keep_together


@pytest.mark.parametrize("word", ["Wi-Fi", "5-GHz", "e-mail"])
def test_short_joined_words_do_not_break(word: str) -> None:
    assert keep_together(f"Weak {word} signal") == f'Weak <span class="together">{word}</span> signal'


def test_long_compounds_may_break() -> None:
    assert keep_together("provider-managed equipment") == "provider-managed equipment"


@given(st.text())
def test_the_text_stays_and_markup_in_it_is_text(title: str) -> None:
    kept = keep_together(title)
    assert kept.replace(Markup('<span class="together">'), Markup()).replace(Markup("</span>"), Markup()).unescape() == title
    assert "<script" not in keep_together(f"<script>{title}")
