"""Understanding: what a query is taken to mean in one partition, and in no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.words import write_words
from kb.access import Audience
from kb.content.library import load_library
from kb.search.reading import read_query
from kb.search.stages import ALL_STAGES, Stages
from kb.search.types import Correction, Expansion, Identifier, Understanding
from kb.search.understanding import MAX_TERMS, understand
from kb.search.words import PartitionWords, open_words
from tests.content_files import read_documents, write_library

FILES = {
    "synonyms.txt": "router, modem, zebrabox\nlaggy => high ping\nruter => modem\n",
    "a/router.md": "---\ntitle: Router lights are red\nsummary: Restart the router.\nsymptoms: [red lights, login refused]\n"
    "errors: [Error 651, DNS_PROBE_FINISHED_NXDOMAIN, 169.254.x.x]\n---\n"
    "The modem has high ping. A log. Check the connection settings.\n\n"
    "!!! internal\n    Ask for the frobnicator log and error 4711.\n",
    "a/secret.md": "---\ntitle: The quuxotron\naudience: agents\nerrors: [ERR_QUUXOTRON]\n---\nThe zebrabox of the quuxotron.\n",
}


def words_of(library: Path, audience: Audience) -> PartitionWords:
    folder = library.parent / f"{library.name}-{audience}"
    write_words(folder, read_documents(load_library(library), audience))
    return open_words(folder)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("library") / "articles"
    root.mkdir()
    return write_library(root, FILES).root


@pytest.fixture(scope="module")
def public(library: Path) -> PartitionWords:
    return words_of(library, Audience.PUBLIC)


@pytest.fixture(scope="module")
def agents(library: Path) -> PartitionWords:
    return words_of(library, Audience.AGENTS)


def ask(text: str, known: PartitionWords, stages: Stages = ALL_STAGES) -> Understanding:
    return understand(read_query(text), known, stages)


def weights(understanding: Understanding) -> dict[str, float]:
    return {term.term: term.weight for term in understanding.terms}


def test_a_slip_is_mended_before_synonyms_are_sought(public: PartitionWords) -> None:
    found = ask("my ruoter", public)
    assert found.text == "my router"
    assert found.corrections == (Correction("ruoter", "router"),)
    assert found.expansions == (Expansion("router", ("modem",)),)
    assert weights(found)["router"] == 1
    assert 0 < weights(found)["modem"] < 1


@pytest.mark.parametrize("text", ["my ruoter", "dns proble finished nxdomain", "conection"])
def test_without_spelling_what_was_typed_is_searched_for(public: PartitionWords, text: str) -> None:
    found = ask(text, public, ALL_STAGES.without("spelling"))
    assert (found.text, found.corrections, found.suggestions) == (text, (), ())


def test_a_word_that_only_synonyms_know_is_no_slip(public: PartitionWords) -> None:
    assert ask("ruoter", public).corrections == (Correction("ruoter", "router"),)
    found = ask("ruter", public)
    assert (found.corrections, found.expansions) == ((), (Expansion("ruter", ("modem",)),))


def test_without_synonyms_nothing_is_looked_for_but_what_was_asked(public: PartitionWords) -> None:
    found = ask("router", public, ALL_STAGES.without("synonyms"))
    assert found.expansions == ()
    assert weights(found) == {"router": 1.0}


def test_without_identifiers_a_code_is_a_word_like_any_other(public: PartitionWords) -> None:
    found = ask("why Error 651", public, ALL_STAGES.without("identifiers"))
    assert found.identifiers == ()
    assert "651" in weights(found)


def test_a_word_that_is_still_being_typed_is_no_slip(public: PartitionWords) -> None:
    read = read_query("ruoter connectio")
    assert understand(read, public, unfinished=True).text == "router connectio"
    assert understand(read, public).text == "router connection"
    assert understand(read_query("router connextio"), public, unfinished=True).text == "router connection"


def test_words_inside_quotes_and_operators_are_never_corrected(public: PartitionWords) -> None:
    assert ask('"ruoter" ligths', public).text == "ruoter lights"
    assert ask("title:ruoter ligths", public).text == "ruoter lights"
    assert ask("ruo* ligths", public).corrections == (Correction("ligths", "lights"),)


@pytest.mark.parametrize(
    "code", ["error651", "Error 651", "dns probe finished nxdomain", "169.254.3.4", "ERR_NXDOMIAN", "NW-1234-5"]
)
def test_an_identifier_is_never_corrected(public: PartitionWords, code: str) -> None:
    found = ask(f"why {code}", public)
    assert found.text == f"why {code}"
    assert [identifier.typed for identifier in found.identifiers] == [code]


def test_a_code_joined_to_its_word_is_looked_for_as_articles_have_it(public: PartitionWords) -> None:
    assert weights(ask("error651", public))["651"] == 1


def test_a_slip_in_a_code_typed_as_words_is_mended(public: PartitionWords) -> None:
    found = ask("dns proble finished nxdomain", public)
    assert found.identifiers == (Identifier("dns probe finished nxdomain", "dnsprobefinishednxdomain"),)


def test_two_words_that_an_article_writes_as_one_are_looked_for_as_one_too(public: PartitionWords) -> None:
    assert 0 < weights(ask("log in refused", public))["login"] < 1


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't work",
        "help",
        "not working please help me",
        "HELP!!!",
        "what is it",
        "why",
        "it dosen't work",
        "still the same problem again?",
    ],
)
def test_what_says_nothing_about_the_fault_is_vague(public: PartitionWords, text: str) -> None:
    assert ask(text, public).is_vague


@pytest.mark.parametrize("text", ["router not working", "error 651", "red", "help with login", "", "?!", "internet"])
def test_one_word_about_the_fault_is_enough(public: PartitionWords, text: str) -> None:
    assert not ask(text, public).is_vague


def test_a_pasted_text_keeps_what_is_most_telling(public: PartitionWords) -> None:
    chatter = " ".join(f"lorem{letter}psum" for letter in "abcdefghijklmnopqrstuvwxyz")
    found = ask(f"{chatter} router {chatter} red lights error 651 {chatter}", public)
    asked = [term.term for term in found.terms if term.weight == 1]
    assert len(asked) == MAX_TERMS
    assert {"router", "light", "red", "651"} <= set(asked)


def test_words_of_agents_text_are_unknown_to_the_public(public: PartitionWords, agents: PartitionWords) -> None:
    for slipped, meant in (("quuxotorn", "quuxotron"), ("frobnicatro", "frobnicator")):
        assert ask(slipped, agents).text == meant
        assert ask(slipped, public).text == slipped
        assert ask(slipped, public).suggestions == ()


def test_codes_of_agents_text_are_unknown_to_the_public(public: PartitionWords, agents: PartitionWords) -> None:
    for code in ("4711", "errquuxotron"):
        assert len(agents.codes.holders(code)) == 1
        assert len(public.codes.holders(code)) == 0
    assert ask("err quuxotron", agents).identifiers
    assert not ask("err quuxotron", public).identifiers


def test_synonyms_of_agents_text_are_not_told_to_the_public(public: PartitionWords, agents: PartitionWords) -> None:
    assert ask("router", agents).expansions == (Expansion("router", ("modem", "zebrabox")),)
    assert ask("router", public).expansions == (Expansion("router", ("modem",)),)


def test_no_file_of_the_public_partition_holds_a_word_of_agents_text(public: PartitionWords, library: Path) -> None:
    for file in (library.parent / "articles-public").rglob("*"):
        if file.is_file():
            assert not [word for word in (b"quuxotron", b"frobnicator", b"4711") if word in file.read_bytes()]


@settings(deadline=None)
@given(text=st.text(max_size=300))
def test_any_query_is_accepted(public: PartitionWords, text: str) -> None:
    found = ask(text, public)
    assert all(0 < term.weight <= 1 and term.term for term in found.terms)
    assert len({term.term for term in found.terms}) == len(found.terms)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["router", "lights", "modem", "ruoter", "error", "651", "log", "in", "laggy", "help"]), max_size=400)
)
def test_any_number_of_words_is_accepted(public: PartitionWords, words: list[str]) -> None:
    assert len([term for term in ask(" ".join(words), public).terms if term.weight == 1]) <= MAX_TERMS
