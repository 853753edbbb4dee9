"""Contact ways are linked where they can be, and plainly unfinished where they are."""

from __future__ import annotations

import pytest

from kb.content.types import ContactWay
from web.contact import find_address, present_way


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://chat.example.org/", "https://chat.example.org/"),
        ("help@example.org", "mailto:help@example.org"),
        ("+44 (0)20 7946 0000", "tel:+4402079460000"),
        ("112", "tel:112"),
        ("the shop in the high street", ""),
        ("javascript:alert(1)", ""),
        ("[your support number]", ""),
    ],
)
def test_a_value_is_linked_by_what_it_is(value: str, address: str) -> None:
    """Web, mail and telephone addresses are links; nothing else is."""
    assert find_address(value) == address


def test_placeholders_are_known() -> None:
    """A value in brackets is unfinished, and unfinished hours are not shown as hours."""
    unfinished = present_way(ContactWay("Phone", "[your number]", "[your hours]"))
    finished = present_way(ContactWay("Phone", "112", "always"))
    assert (unfinished.unfinished, unfinished.known_hours) == (True, "")
    assert (finished.unfinished, finished.known_hours) == (False, "always")
