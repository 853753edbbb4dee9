"""Identifiers: one normal form for every way of writing a code, and amounts and dates are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.codes import write_codes
from indexer.vocabulary import write_vocabulary
from kb.search.codes import CodeBook, Place
from kb.search.identifiers import families, find_identifiers, spellings
from kb.search.vocabulary import Vocabulary

NO_TEXT = dict.fromkeys(("title", "heading", "summary", "symptoms", "errors", "body"), "")
ARTICLES = (
    NO_TEXT | {"errors": "DNS_PROBE_FINISHED_NXDOMAIN\nNET::ERR_CERT_DATE_INVALID"},
    NO_TEXT
    | {
        "errors": "Error 691: the remote connection was denied\n169.254.x.x\n100.64.\nLOS\nHTTP 500\n"
        "CE-xxxxx-x\n0x87DDxxxx\n2110-xxxx",
        "body": "Port 587 and NW-31473-8.",
    },
    NO_TEXT | {"title": "Fix error 0x800CCC0F", "heading": "802.11ax", "body": "Not error 691."},
    NO_TEXT | {"body": "Ask for KB5034441 within 250 days."},
)


def write_book(folder: Path, articles: Sequence[Mapping[str, str]]) -> CodeBook:
    write_codes(folder, articles)
    write_vocabulary(folder, ["\n".join(texts.values()) for texts in articles], [])
    return CodeBook(folder, Vocabulary(folder))


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> CodeBook:
    return write_book(tmp_path_factory.mktemp("book") / "codes", ARTICLES)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("0x800CCC0F", "0x800ccc0f"),
        ("Error 651", "651"),
        ("error651", "651"),
        ("Error code: 651", "651"),
        ("HTTP Error 405.0", "405"),
        ("HTTP 500.19", "500.19"),
        ("code 43", "43"),
        ("event id 1000", "1000"),
        ("DNS_PROBE_FINISHED_NXDOMAIN", "dnsprobefinishednxdomain"),
        ("dns probe finished nxdomain", "dnsprobefinishednxdomain"),
        ("net::ERR_CERT_DATE_INVALID", "errcertdateinvalid"),
        ("err cert date invalid", "errcertdateinvalid"),
        ("NW-31473-8", "nw314738"),
        ("nw‑31473‑8", "nw314738"),
        ("nw 31473 8", "nw314738"),
        ("CE-108889-3", "ce1088893"),
        ("M7111-5059", "m71115059"),
        ("100.64", "100.64"),
        ("2110-1100", "21101100"),
        ("169.254.x.x", "169.254.x.x"),
        ("169.254.*.*", "169.254.x.x"),
        ("192.168.1.1", "192.168.1.1"),
        ("port 587", "port587"),
        ("691", "691"),
        ("5.7.1", "5.7.1"),
        ("T3", "t3"),
        ("802.11ax", "80211ax"),
        ("802.11 ax", "80211ax"),
        ("AADSTS50020", "aadsts50020"),
        ("KB5034441", "kb5034441"),
        ("los", "los"),
    ],
)
def test_every_way_of_writing_a_code_has_one_normal_form(codes: CodeBook, written: str, code: str) -> None:
    assert [found.code for found in find_identifiers(f"why {written} again?", codes)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "10 minutes",
        "2.4 GHz",
        "2.4ghz",
        "HTTP 1.1",
        "5g",
        "2026-11-24",
        "24-11-2026",
        "Windows 11",
        "windows11",
        "office365",
        "wi-fi",
        "10-20",
        "step-2",
        "1.21",
        "250 days",
        "50%",
        "e-mail",
        "outlook2019",
        "1,000 users",
    ],
)
def test_amounts_dates_and_words_are_no_identifiers(codes: CodeBook, text: str) -> None:
    assert find_identifiers(text, codes) == ()


def test_an_identifier_is_reported_as_it_was_typed(codes: CodeBook) -> None:
    (found,) = find_identifiers("what is Error  651?", codes)
    assert found.typed == "Error  651"


def test_a_code_that_no_article_holds_is_an_identifier_without_holders(codes: CodeBook) -> None:
    (found,) = find_identifiers("error 0xDEADBEEF", codes)
    assert len(codes.holders(found.code)) == 0


def holders(codes: CodeBook, code: str) -> list[tuple[int, int]]:
    return [(int(row), int(place)) for row, place in codes.holders(code)]


def test_holders_are_told_with_the_most_telling_place(codes: CodeBook) -> None:
    assert holders(codes, "691") == [(1, Place.DECLARED), (2, Place.BODY)]
    assert holders(codes, "0x800ccc0f") == [(2, Place.TITLE)]
    assert holders(codes, "80211ax") == [(2, Place.TITLE)]
    assert holders(codes, "kb5034441") == [(3, Place.BODY)]


def test_an_address_is_held_by_the_range_it_lies_in(codes: CodeBook) -> None:
    (found,) = find_identifiers("my ip is 169.254.12.7.", codes)
    assert holders(codes, found.code) == [(1, Place.DECLARED)]
    assert holders(codes, "10.0.0.1") == []


def test_a_bare_number_is_also_looked_up_as_a_port() -> None:
    assert spellings("587") == ("587", "port587")


@pytest.mark.parametrize("code", ["CE-33986-9", "ce‑33986‑9", "0x87DD0006", "0x87ddffff", "2110-3127"])
def test_a_code_that_no_article_names_is_held_by_who_declares_its_family(codes: CodeBook, code: str) -> None:
    (found,) = find_identifiers(f"what is {code}?", codes)
    assert holders(codes, found.code) == [(1, Place.DECLARED)]


@pytest.mark.parametrize("code", ["CE-339860-9", "0x87DE0006", "2111-3127", "0x800CCC0F", "NW-31473-8"])
def test_another_code_is_of_no_family(codes: CodeBook, code: str) -> None:
    (found,) = find_identifiers(f"what is {code}?", codes)
    assert (1, Place.DECLARED) not in holders(codes, found.code)


@given(st.text(alphabet="0123456789abcdefx.-", max_size=80))
def test_families_are_codes_of_the_same_length(code: str) -> None:
    for family in families(code):
        assert len(family) == len(code)
        assert family.endswith("xxx")


def test_a_bare_number_is_an_identifier_only_where_it_is_declared(codes: CodeBook) -> None:
    assert [found.code for found in find_identifiers("vpn 691", codes)] == ["691"]
    assert find_identifiers("vpn 692", codes) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("500", ["500"]),
        ("the page says 500", ["500"]),
        ("plugged in I get 500 but on wireless only 60", []),
        ("plugged in I get error 500 but on wireless only 60", ["500"]),
        ("it asks for my name and then tells me 691 again", ["691"]),
    ],
)
def test_a_round_hundred_in_a_sentence_is_an_amount(codes: CodeBook, text: str, found: list[str]) -> None:
    assert [one.code for one in find_identifiers(text, codes)] == found


def test_codes_are_found_by_their_beginning(codes: CodeBook) -> None:
    assert codes.beginning_with("dnsprobe", 5) == ("dnsprobefinishednxdomain",)
    assert codes.beginning_with("zzz", 5) == ()
    assert len(codes.beginning_with("", 2)) == 2


def test_a_word_far_from_a_number_makes_it_no_code(codes: CodeBook) -> None:
    assert find_identifiers(f"error {' ' * 100_000} 65", codes) == ()


def test_words_in_a_row_are_a_code_that_nobody_declares_only_if_one_of_them_is_rare(tmp_path: Path) -> None:
    usual = [NO_TEXT | {"title": "Send mail through the cloud service of a third party"}] * 60
    held = NO_TEXT | {"body": "Set third_party_cloud_service. It says PAGE_FAULT_IN_NONPAGED_AREA."}
    book = write_book(tmp_path / "codes", [*usual, held])
    assert find_identifiers("page fault in nonpaged area", book)[0].code == "pagefaultinnonpagedarea"
    assert find_identifiers("send through a third-party cloud service", book) == ()
    assert find_identifiers("third_party_cloud_service", book)[0].code == "thirdpartycloudservice"


def test_an_empty_code_book_opens(tmp_path: Path) -> None:
    book = write_book(tmp_path / "codes", ())
    assert [found.code for found in find_identifiers("error 651", book)] == ["651"]
    assert book.holders("651").shape == (0, 2)
    assert book.holders("651").dtype == np.int32


@settings(deadline=None)
@given(text=st.text())
def test_any_text_is_accepted(codes: CodeBook, text: str) -> None:
    for found in find_identifiers(text, codes):
        assert found.typed in text
        assert found.code


@settings(deadline=None)
@given(text=st.text(alphabet="ABCdef0123456789-_.x: ", max_size=40))
def test_case_makes_no_difference(codes: CodeBook, text: str) -> None:
    assert [one.code for one in find_identifiers(text.upper(), codes)] == [
        one.code for one in find_identifiers(text.lower(), codes)
    ]
