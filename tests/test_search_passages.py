"""Passages: every word of an article is in one, with the title in front."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.access import Audience
from kb.content.types import Article, Section
from kb.search.passages import OVERLAP, WHOLE_ARTICLE, WHOLE_WORDS, WINDOW, split_passages, whole_text


def article(*texts: str) -> Article:
    sections = tuple(Section(f"s{n}", f"Heading {n}", 2, "", text) for n, text in enumerate(texts))
    return Article(
        id="wifi/x",
        title="A title",
        summary="A summary.",
        topic="wifi",
        audience=Audience.PUBLIC,
        products=(),
        platforms=(),
        symptoms=("it drops",),
        errors=("E42",),
        also_titled="",
        sections=sections,
        related=(),
        redirect_from=(),
        media=(),
        updated=None,
        words=0,
    )


def test_the_first_passage_speaks_for_the_article() -> None:
    first = next(split_passages(article("text")))
    assert first.section == WHOLE_ARTICLE
    assert all(part in first.text for part in ("A title", "A summary", "it drops", "E42"))


def test_each_symptom_is_a_passage_that_speaks_for_the_article() -> None:
    _, symptom, _ = split_passages(article("text"))
    assert (symptom.section, symptom.text) == (WHOLE_ARTICLE, "A title. it drops")


def test_title_and_heading_stand_in_front() -> None:
    *_, last = split_passages(article("text"))
    assert last.text == "A title. Heading 0. text"


def test_neighbours_share_words() -> None:
    words = [f"w{n}" for n in range(WINDOW + 30)]
    _, _, one, two = split_passages(article(" ".join(words)))
    assert one.text.split()[-OVERLAP:] == two.text.split()[4 : 4 + OVERLAP]


def test_a_heading_without_text_can_still_be_found() -> None:
    assert [passage.section for passage in split_passages(article("", "text"))] == [WHOLE_ARTICLE, WHOLE_ARTICLE, 0, 1]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=4))
def test_no_word_is_lost_and_no_passage_is_too_long(lengths: list[int]) -> None:
    made = article(*(" ".join(f"s{s}w{n}" for n in range(length)) for s, length in enumerate(lengths)))
    passages = list(split_passages(made))
    for index, section in enumerate(made.sections):
        held = [word for passage in passages if passage.section == index for word in passage.text.split()]
        assert set(section.text.split()) <= set(held)
    assert all(len(passage.text.split()) <= WINDOW + 4 for passage in passages[1:])


def test_the_whole_text_begins_with_what_tells_most() -> None:
    assert whole_text(article("text")).startswith("A title. A summary. it drops. E42")


def test_the_whole_text_ends_where_models_stop_reading() -> None:
    assert len(whole_text(article("word " * 2 * WHOLE_WORDS)).split()) == WHOLE_WORDS
    assert whole_text(article("word " * 2 * WHOLE_WORDS, "one")) == whole_text(article("word " * 2 * WHOLE_WORDS, "other"))
