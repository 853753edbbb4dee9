"""Spelling: a slip of the finger is mended, and what the vocabulary knows is never touched."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.vocabulary import write_vocabulary
from kb.search.analysis import fold
from kb.search.spelling import MAX_CORRECTIONS, correct, slip_cost
from kb.search.types import Correction
from kb.search.vocabulary import Neighbour, Vocabulary

TEXTS = (
    "The router lights are red. Restart the router and check the password of your Wi-Fi. " * 5,
    "Connection settings: the connection drops. A correction of the settings. Internet mailbox. Log in to the portal. " * 5,
    "Disconnecting devices, authentication and a captive portal. The rooster. Café. Recieve and receive. " * 3,
)
HEADLINES = ("Router lights", "Connection drops", "Captive portal")


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    folder = tmp_path_factory.mktemp("language") / "words"
    folder.mkdir()
    write_vocabulary(folder, TEXTS, HEADLINES)
    return Vocabulary(folder)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ruoter", "router"),  # swapped
        ("routter", "router"),  # doubled
        ("pasword", "password"),  # one of two left out
        ("roiter", "router"),  # the next key
        ("rout3r lights", "rout3r lights"),  # a digit makes it a code
        ("wiif", "wifi"),
        ("conection settigns", "connection settings"),
        ("authentification", "authentication"),  # two slips
        ("routerlights", "router lights"),
        ("inter net", "internet"),
        ("rotuer ligths", "router lights"),
        ("teh router", "the router"),
        ("zzzzzzzz", "zzzzzzzz"),
    ],
)
def test_a_slip_is_mended(vocabulary: Vocabulary, typed: str, meant: str) -> None:
    assert correct(typed, vocabulary).text == meant


def test_corrections_tell_what_was_typed_and_what_was_meant(vocabulary: Vocabulary) -> None:
    assert correct("Ruoter lights, please", vocabulary).corrections == (Correction("Ruoter", "router"),)


def test_what_stands_around_a_corrected_word_stays_as_it_is(vocabulary: Vocabulary) -> None:
    assert correct("My RUOTER (ruoter!)  is it?", vocabulary).text == "My router (router!)  is it?"


@pytest.mark.parametrize(
    "text", ["router's", "connections", "disconnects", "Wi-Fi", "wifi", "cafe", "the", "caf\u00e9", "e-mail"]
)
def test_a_form_of_a_known_word_is_known(vocabulary: Vocabulary, text: str) -> None:
    assert correct(text, vocabulary).corrections == ()


@pytest.mark.parametrize("text", ["banana", "voucher", "elephant"])
def test_ordinary_english_is_not_corrected(vocabulary: Vocabulary, text: str) -> None:
    assert correct(text, vocabulary).text == text


@pytest.mark.parametrize("text", ["ruoter_1", "ruoter@example.org", "https://ruoter/", "0xruoter", "roo", "x" * 500])
def test_codes_addresses_and_short_words_are_left_alone(vocabulary: Vocabulary, text: str) -> None:
    assert correct(text, vocabulary).text == text


def test_two_words_of_which_no_headline_speaks_are_asked_about_only(vocabulary: Vocabulary) -> None:
    found = correct("devicesrooster", vocabulary)
    assert found.text == "devicesrooster"
    assert found.suggestions == (Correction("devicesrooster", "devices rooster"),)


def test_two_words_that_no_article_has_are_joined_to_one_that_some_has(vocabulary: Vocabulary) -> None:
    assert correct("my mail box", vocabulary).text == "my mailbox"
    assert correct("the portal", vocabulary).text == "the portal"


def test_what_is_fixed_stays(vocabulary: Vocabulary) -> None:
    assert correct("ruoter ligths", vocabulary, lambda _place, word: word == "ruoter").text == "ruoter lights"


def test_two_slips_are_mended_only_from_eight_letters(vocabulary: Vocabulary) -> None:
    assert vocabulary.neighbours("ruotre") == []
    assert [near.word for near in vocabulary.neighbours("conectoin")] == ["connection"]


def test_a_misspelling_that_an_article_has_is_asked_about_only(vocabulary: Vocabulary, tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    write_vocabulary(tmp_path / "words", ["receive share " * 300, "recieve sharp"], [])
    found = correct("recieve sharp shape", Vocabulary(tmp_path / "words"))
    assert found.text == "recieve sharp shape"
    # "sharp" is English and used; "shape" is English, but no article has it
    assert found.suggestions == (Correction("recieve", "receive"), Correction("shape", "share"))


def test_two_slips_of_which_one_is_in_the_first_letter_are_asked_about_only(vocabulary: Vocabulary) -> None:
    found = correct("xonnectoin", vocabulary)
    assert found.text == "xonnectoin"
    assert found.suggestions == (Correction("xonnectoin", "connection"),)


def test_the_word_that_a_title_has_beside_its_neighbour_is_preferred(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    write_vocabulary(tmp_path / "words", ["lights nights nights"], ["router lights"])
    one, other = Vocabulary(tmp_path / "words"), "lnights"
    assert correct(f"router {other}", one).text == "router lights"


def test_a_word_that_was_mended_helps_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    write_vocabulary(tmp_path / "words", ["printer offline" + " online" * 20], ["Printer offline"])
    known = Vocabulary(tmp_path / "words")
    assert correct("ofline", known).text == "online"
    assert correct("printer ofline", known).text == correct("pritner ofline", known).text == "printer offline"


def test_a_mended_word_is_not_asked_about_as_well(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    write_vocabulary(tmp_path / "words", ["zebrox" + " zebrax" * 250], [])
    spelled = correct("zebrxo", Vocabulary(tmp_path / "words"))
    assert (spelled.text, spelled.suggestions) == ("zebrox", ())


def test_likely_slips_cost_less_than_others() -> None:
    def cost(typed: str, meant: str) -> float:
        return slip_cost(typed, Neighbour(meant, 1, 1))

    assert cost("ruoter", "router") < cost("rouxer", "router")
    assert cost("roiter", "router") < cost("rouxer", "router")
    assert cost("routter", "router") < cost("roukter", "router")
    assert cost("router", "couter") > cost("router", "roufer")


def test_the_work_for_a_text_of_unknown_words_is_bounded(vocabulary: Vocabulary) -> None:
    assert len(correct("ruoter " * 200, vocabulary).corrections) == MAX_CORRECTIONS


def test_an_empty_vocabulary_corrects_nothing(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    write_vocabulary(tmp_path / "words", [], [])
    assert correct("ruoter lights", Vocabulary(tmp_path / "words")).text == "ruoter lights"


@settings(deadline=None)
@given(text=st.text())
def test_any_text_is_accepted(vocabulary: Vocabulary, text: str) -> None:
    spelled = correct(text, vocabulary)
    assert bool(spelled.corrections) == (spelled.text != text) or fold(spelled.text) == fold(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(fold(" ".join(TEXTS)).replace(".", " ").split()), max_size=12))
def test_a_known_word_is_never_changed(vocabulary: Vocabulary, words: list[str]) -> None:
    assert correct(" ".join(words), vocabulary).text == " ".join(words)


@settings(deadline=None)
@given(word=st.sampled_from(["password", "settings", "connection", "authentication", "restart"]), seed=st.integers(0, 10_000))
def test_any_one_slip_is_within_reach(vocabulary: Vocabulary, word: str, seed: int) -> None:
    rng = random.Random(seed)
    place = rng.randrange(len(word))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    slipped = rng.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + letter + word[place:],
            word[:place] + letter + word[place + 1 :],
            word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
        ]
    )
    assert slipped == word or word in [near.word for near in vocabulary.neighbours(slipped)]
