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


def test_a_code_breaks_after_its_underscores_but_the_first() -> None:
    assert keep_together("ERR_CONNECTION_TIMED_OUT (slow)") == "ERR_CONNECTION_<wbr>TIMED_<wbr>OUT (slow)"
    assert keep_together("_private __init__") == "_private __init__"


@given(st.text())
def test_the_text_stays_and_markup_in_it_is_text(title: str) -> None:
    kept = keep_together(title)
    for added in ('<span class="together">', "</span>", "<wbr>"):
        kept = kept.replace(Markup(added), Markup())
    assert kept.unescape() == title
    assert "<script" not in keep_together(f"<script>{title}")
