"""The analysis chain: what index and query make of the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.analysis import MAX_TERM, spellings, stop_words, terms, tokenise, wholes


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wi-Fi", "wifi"),
        ("WIFI", "wi-fi"),
        ("disconnecting", "disconnects"),
        ("router's", "routers"),
        ("café", "CAFE"),
        ("can’t", "can't"),
        ("802.11ax", "802.11AX"),
        ("DNS_PROBE_FINISHED_NXDOMAIN", "dns_probe_finished_nxdomain"),
    ],
)
def test_spellings_of_one_thing_share_a_term(one: str, other: str) -> None:
    assert set(terms(one)) & set(terms(other))


@pytest.mark.parametrize("code", ["0x800CCC0F", "651", "802.11ax", "NW-31473-8", "5.7.1", "169.254.1.1"])
def test_codes_keep_their_digits_and_are_found_whole(code: str) -> None:
    joined = code.casefold().replace("-", "").replace(".", "")
    assert joined in terms(code)


def test_parts_of_a_compound_are_found_alone() -> None:
    assert {"dns", "probe", "nxdomain"} <= set(terms("DNS_PROBE_FINISHED_NXDOMAIN"))


def test_stop_words_are_left_out_but_keep_their_place() -> None:
    positions = {token.term: token.position for token in tokenise("light on the box")}
    assert "the" not in positions
    assert positions["box"] - positions["light"] == 3


@pytest.mark.parametrize("word", ["no", "not", "on", "off", "up", "down"])
def test_words_that_tell_faults_apart_are_no_stop_words(word: str) -> None:
    assert word not in stop_words()


def test_runs_that_nobody_types_are_not_terms() -> None:
    assert terms("a" * (MAX_TERM + 1)) == []


def test_right_to_left_and_unspaced_scripts_have_terms() -> None:
    assert terms("مرحبا العالم") == ["مرحبا", "العالم"]
    assert terms("日本語") == ["日本語"]


@given(st.text())
def test_offsets_point_at_the_words_of_the_text(text: str) -> None:
    for token in tokenise(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.term


@given(st.text())
def test_case_makes_no_difference(text: str) -> None:
    ascii_text = text.encode("ascii", "ignore").decode()
    assert terms(ascii_text.lower()) == terms(ascii_text.upper())


def test_a_compound_is_spelled_whole_and_in_parts() -> None:
    assert spellings("Wi-Fi can’t DNS_PROBE") == ["wifi", "wi", "fi", "can't", "dnsprobe", "dns", "probe"]
    assert wholes("Wi-Fi can’t DNS_PROBE") == ["wifi", "can't", "dnsprobe"]
