"""The query string is read in one place, and nothing in it is trusted."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from web.search_request import MOST_VALUES, read_search_request


def test_words_and_filters_are_read() -> None:
    """Space around the words goes; repeated, empty and excessive filter values go too."""
    many = [("platform", f"p{number}") for number in range(50)]
    asked = read_search_request(MultiDict([("q", "  red light "), ("topic", "wifi"), ("topic", "wifi"), ("topic", ""), *many]))
    assert asked.query.text == "red light"
    assert asked.query.filters.topic == ("wifi",)
    assert len(asked.query.filters.platform) == MOST_VALUES
    assert asked.cursor == ""


def test_a_cursor_is_handed_on_as_it_came() -> None:
    """Whether it fits is for paging to say."""
    assert read_search_request(MultiDict([("q", "red light"), ("cursor", "made-up")])).cursor == "made-up"
