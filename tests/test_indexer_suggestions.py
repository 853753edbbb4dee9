"""Compiled suggestions: what is written is what is read back, and every entry is found by its words."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from indexer.documents import make_documents
from indexer.suggestions import find_entries, write_suggestions
from kb.access import Audience
from kb.content.types import Site
from kb.search.engine import Engine
from kb.search.suggest import SuggestIndex
from kb.search.suggest_tables import Entry, Kind, compile_tables, open_tables
from kb.search.types import Suggestion
from kb.search.word_list import make_word_list
from kb.snapshot.partition import SUGGESTIONS_FOLDER


def test_titles_symptoms_errors_and_headings_are_suggested(engine: Engine) -> None:
    article = engine.partition.article("no-internet/dns")
    assert article
    documents = make_documents([article], Site(), Audience.PUBLIC)
    entries = list(find_entries(4, documents.cards[0], documents.outlines[0]))
    assert entries[0] == Entry(4, Kind.TITLE, article.title)
    assert {entry.said for entry in entries if entry.kind is Kind.SYMPTOM} == {*article.symptoms, *article.errors}
    headings = {entry.said: entry for entry in entries if entry.kind is Kind.HEADING}
    assert set(headings) == {section.heading for section in article.sections if section.heading}
    assert all(entry.anchor.startswith("#") and entry.around == article.title for entry in headings.values())


def test_what_is_written_is_what_is_suggested(engine: Engine, tmp_path: Path) -> None:
    partition = engine.partition
    articles = [article for card in partition.cards if (article := partition.article(card.id))]
    write_suggestions(tmp_path / "again", make_documents(articles, partition.site, Audience.PUBLIC))
    written = SuggestIndex(open_tables(tmp_path / "again"))
    served = SuggestIndex(open_tables(partition.folder / SUGGESTIONS_FOLDER))
    for article in articles:
        assert article.title in {one.text for one in written.suggest(article.title, 20)}
        assert written.suggest(article.title[:5], 20) == served.suggest(article.title[:5], 20)


def test_a_heading_is_shown_behind_its_title_and_leads_to_its_place(engine: Engine) -> None:
    found = SuggestIndex(open_tables(engine.partition.folder / SUGGESTIONS_FOLDER)).suggest("change the channel", 1)
    title = engine.partition.card("wifi/drops")
    assert title
    assert found[0].text == f"{title.title}: Change the channel"
    assert found[0].url == "/articles/wifi/drops#change-the-channel"


def test_a_partition_without_articles_can_be_written_and_read(tmp_path: Path) -> None:
    write_suggestions(tmp_path / "empty", make_documents([], Site(), Audience.PUBLIC))
    assert SuggestIndex(open_tables(tmp_path / "empty")).suggest("router", 8) == ()


def test_a_line_end_in_a_text_does_not_move_what_is_shown() -> None:
    tables = compile_tables([Suggestion("One\ntitle", "/a", "A\ntopic")], [Entry(0, Kind.HEADING, "A\nheading", anchor="#b")])
    assert tables.suggestion(0) == Suggestion("One title: A heading", "/a#b", "A topic")


@given(st.lists(st.text(st.characters(categories=["Ll", "Nd"]), min_size=1, max_size=12), unique=True, max_size=40), st.data())
def test_a_word_list_finds_what_a_look_at_every_word_would(words: list[str], data: st.DataObject) -> None:
    listed = make_word_list(words)
    typed = data.draw(st.sampled_from(words) if words else st.just("router"))[: data.draw(st.integers(1, 12))]
    found = {listed.word(place) for place in listed.beginning_with(typed)}
    assert found == {word for word in words if word.startswith(typed)}
    assert listed.holds(typed) == (typed in words)
    if len(typed) >= 3:
        assert {listed.word(place) for place in listed.containing(typed)} == {word for word in words if typed in word}


@given(st.text("abcdefgh", min_size=5, max_size=12), st.integers(0, 3), st.integers(0, 11), st.sampled_from("abcdefgh"))
def test_a_word_is_found_despite_any_one_slip(word: str, slip: int, place: int, letter: str) -> None:
    place %= len(word)
    before, here, after = word[:place], word[place], word[place + 1 :]
    swapped = before + after[:1] + here + after[1:]
    mistyped = (before + after, before + letter + after, before + letter + here + after, swapped)[slip]
    assert make_word_list([word, "zzzz"]).despite_slips(mistyped) == {0}
