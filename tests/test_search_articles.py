"""Searching our own articles as people ask: with slips, codes, pasted dialogs, and too few words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.publish import publish
from kb.access import Audience
from kb.config import ROOT, Settings
from kb.search.engine import Engine
from kb.search.serving import Opened, Serving
from kb.search.stages import ALL_STAGES
from kb.search.types import Correction, Filters, Mode, Query, Results
from tests.conftest import PUBLIC, make_settings

ARTICLES = ROOT / "articles"
PPPOE, NXDOMAIN = "no-internet/pppoe-authentication-failed", "no-internet/dns-probe-finished-nxdomain"
LOS, PASSWORD = "no-internet/fibre-los-red-light", "wifi/password-not-accepted"


def open_engine(settings: Settings) -> Engine:
    serving = Serving(settings)
    serving.refresh()
    serving.load_model()
    return serving.engine(PUBLIC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Our articles with the stand-in for a model, which knows no meaning."""
    settings = make_settings(ARTICLES, tmp_path_factory.mktemp("articles"))
    publish(settings)
    return open_engine(settings)


@pytest.fixture(scope="module")
def knowing(own_articles: Opened) -> Engine:
    """Our articles with the model that serves."""
    return own_articles.engines[Audience.PUBLIC]


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


class TestCodes:
    @pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.KEYWORD])
    @pytest.mark.parametrize(
        ("text", "article"),
        [
            ("Error 651", PPPOE),
            ("error651", PPPOE),
            ("ERROR-651", PPPOE),
            ("err 651", PPPOE),
            ("error code: 651", PPPOE),
            ("651", PPPOE),
            ("my wifi shows a red light and slow channel and error 651", PPPOE),
            ("DNS_PROBE_FINISHED_NXDOMAIN", NXDOMAIN),
            ("dns probe finished nxdomain", NXDOMAIN),
            ("dns_probe_finished_nxdomain in chrome on every wifi network", NXDOMAIN),
            ("169.254.12.7", "no-internet/self-assigned-ip-169-254"),
        ],
    )
    def test_a_code_in_any_spelling_is_found_first_and_answers(self, engine: Engine, text: str, article: str, mode: Mode) -> None:
        results = engine.search(Query(text, mode))
        assert ids(results)[0] == article
        assert results.answered

    @pytest.mark.parametrize("text", ["0x80072EE8", "Error 652", "error652", "DNS_PROBE_FINISHED_NXDOMIAN", "NW-31473-9"])
    def test_a_code_that_no_article_has_is_never_changed_into_one_that_some_has(self, engine: Engine, text: str) -> None:
        results = engine.search(Query(text), explain=True)
        assert (results.corrected, results.corrections, results.suggestion) == ("", (), "")
        assert results.explanation
        assert results.explanation.searched == text

    def test_without_identifiers_a_code_is_a_word_like_any_other(self, engine: Engine) -> None:
        results = engine.search(Query("Error 651"), stages=ALL_STAGES.without("identifiers"), explain=True)
        assert results.explanation
        assert results.explanation.readings == ()

    def test_a_slip_beside_a_code_is_corrected_and_the_code_is_not(self, engine: Engine) -> None:
        results = engine.search(Query("my ruoter says Error 652"))
        assert results.corrected == "my router says Error 652"


class TestSpelling:
    def test_what_was_mistyped_is_searched_for_as_meant_and_that_is_told(self, engine: Engine) -> None:
        results = engine.search(Query("wifi pasword not acepted"))
        assert results.corrected == "wifi password not accepted"
        assert results.corrections == (Correction("pasword", "password"), Correction("acepted", "accepted"))
        assert ids(results)[0] == PASSWORD
        assert ids(results) == ids(engine.search(Query("wifi password not accepted")))

    def test_verbatim_searches_for_what_was_typed(self, engine: Engine) -> None:
        results = engine.search(Query("wifi pasword not acepted", verbatim=True), explain=True)
        assert (results.corrected, results.corrections, results.suggestion) == ("", (), "")
        assert results.explanation
        assert results.explanation.searched == "wifi pasword not acepted"

    def test_a_question_in_good_words_is_left_alone(self, engine: Engine) -> None:
        results = engine.search(Query("the light on the fibre box is red"))
        assert (results.corrected, results.suggestion) == ("", "")

    def test_a_word_that_may_be_another_is_asked_about_and_not_changed(
        self, tmp_path: Path, build: Callable[..., Settings]
    ) -> None:
        for place in range(3):
            file = tmp_path / "articles" / "wifi" / f"{place}.md"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("# Channels\n\n" + "The channel is full. " * 100)
        results = open_engine(build(tmp_path / "articles")).search(Query("chanel full"))
        assert results.suggestion == "channel full"
        assert (results.corrected, results.corrections) == ("", ())


class TestSynonyms:
    @pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.KEYWORD])
    def test_a_synonym_finds_and_never_stands_above_the_word_itself(
        self, tmp_path: Path, build: Callable[..., Settings], mode: Mode
    ) -> None:
        library = tmp_path / "articles"
        (library / "a").mkdir(parents=True)
        (library / "synonyms.txt").write_text("gateway, modem, router\n")
        for name in ("gateway", "modem", "router"):
            (library / "a" / f"{name}.md").write_text(f"# All about it\n\nYour {name} is a box. Put the {name} on a shelf.\n")
        engine = open_engine(build(library))
        for name in ("gateway", "modem", "router"):
            found = ids(engine.search(Query(name, mode)))
            assert found[0] == f"a/{name}"
            assert len(found) == 3

    def test_a_word_is_answered_though_it_has_synonyms_that_the_article_does_not_use(
        self, tmp_path: Path, build: Callable[..., Settings]
    ) -> None:
        library = tmp_path / "articles"
        (library / "a").mkdir(parents=True)
        (library / "synonyms.txt").write_text("gateway, modem, router\n")
        for name in ("gateway", "modem", "router"):
            (library / "a" / f"{name}.md").write_text(f"# About it\n\nPut the {name} on a shelf.\n")
        assert open_engine(build(library)).search(Query("gateway", Mode.KEYWORD)).answered


class TestNoAnswer:
    @pytest.mark.parametrize("text", ["how do I bake sourdough bread", "quagmire xylophone zeppelin topiary"])
    def test_what_no_article_answers_is_told_with_topics_to_look_into(self, engine: Engine, text: str) -> None:
        results = engine.search(Query(text))
        assert not results.answered
        assert {topic.id for topic in results.topics} <= {topic.id for topic in engine.partition.site.topics}

    @pytest.mark.parametrize("text", ["it doesn't work", "help!!", "please fix it", "still not working again"])
    def test_what_names_nothing_is_asked_back_and_not_called_answered(self, engine: Engine, text: str) -> None:
        results = engine.search(Query(text))
        assert results.is_vague
        assert not results.answered

    @pytest.mark.parametrize("text", ["wifi doesn't work", "error 651", "printer", '"not working"', "title:help"])
    def test_what_names_something_is_not_asked_back(self, engine: Engine, text: str) -> None:
        assert not engine.search(Query(text)).is_vague


class TestWithout:
    @pytest.mark.parametrize("mode", Mode)
    @pytest.mark.parametrize("text", ["red light on the fibre box", "why error 651", '"red light"', "title:fibre"])
    def test_articles_that_are_left_out_are_not_found_and_the_others_stay_in_order(
        self, engine: Engine, text: str, mode: Mode
    ) -> None:
        everything = ids(engine.search(Query(text, mode, limit=50)))
        left_out = everything[:2]
        results = engine.search(Query(text, mode, limit=50 - len(left_out), without=tuple(left_out)))
        if not text.startswith('"'):  # a quotation is relaxed when nothing is left that holds it
            assert ids(results) == everything[len(left_out) :]
        assert not set(ids(results)) & set(left_out)

    def test_they_are_in_no_count_either(self, engine: Engine) -> None:
        results = engine.search(Query("red light", without=(LOS,), limit=50))
        for facet, values in results.facets.items():
            for value in values:
                chosen = Query("red light", filters=Filters(**{facet: (value.value,)}), without=(LOS,), limit=50)
                assert engine.search(chosen).total == value.count

    def test_without_the_one_that_holds_a_code_the_code_answers_nothing(self, engine: Engine) -> None:
        assert engine.search(Query("Error 678")).answered
        assert PPPOE not in ids(engine.search(Query("Error 678", without=(PPPOE,))))

    def test_ids_that_are_nowhere_change_nothing(self, engine: Engine) -> None:
        assert ids(engine.search(Query("red light", without=("no/where", "")))) == ids(engine.search(Query("red light")))


PASTED = [
    (
        "dns server not responding",
        "no-internet/dns-server-not-responding",
        (
            "Windows Network Diagnostics Publisher details Troubleshooting has completed The troubleshooter made some "
            "changes to your system. You can try the task you were trying to do before. Issues found: The DNS server "
            "isn't responding. Your computer appears to be correctly configured, but the device or resource (DNS "
            "server) is not responding. Contact your network administrator or Internet service provider (ISP). "
            "Detected. View detailed information. Close the troubleshooter. Explore additional options. Give feedback "
            "on this troubleshooter. Copyright Microsoft Corporation. All rights reserved. I have already tried it "
            "three times this morning and my daughter needs the laptop for school so please tell me what to do"
        ),
    ),
    (
        "site can't be reached dns probe finished nxdomain",
        NXDOMAIN,
        (
            "This site can't be reached. Check if there is a typo in www.example.org. If spelling is correct, try "
            "running Windows Network Diagnostics. DNS_PROBE_FINISHED_NXDOMAIN. Reload. Details. I get this on Chrome "
            "since I came back from holiday, on my laptop, while my phone opens the same page all right, and my "
            "neighbour says that it has to do with the browser, but I have cleared everything, restarted it twice, and "
            "I do not know whom to ask any more. Thank you and kind regards"
        ),
    ),
    (
        "broadband error 691",
        PPPOE,
        (
            "Error connecting to Broadband Connection. Connecting through WAN Miniport (PPPOE)... Error 691: The "
            "remote connection was denied because the user name and password combination you provided is not "
            "recognized, or the selected authentication protocol is not permitted on the remote access server. Redial "
            "= 57. Redial. Cancel. Network Properties. Hello, this is what comes up every time I switch on the "
            "computer, it used to work last week, nobody has changed anything here as far as I know, my wife uses it "
            "for her work and we are rather desperate by now"
        ),
    ),
]


class TestPasted:
    @pytest.mark.parametrize(("short", "article", "dialog"), PASTED)
    def test_a_pasted_dialog_finds_what_its_few_telling_words_find(
        self, engine: Engine, short: str, article: str, dialog: str
    ) -> None:
        assert ids(engine.search(Query(short)))[0] == article
        assert ids(engine.search(Query(dialog)))[0] == article

    @pytest.mark.model
    @pytest.mark.parametrize(("short", "article", "dialog"), PASTED)
    def test_so_it_does_by_meaning(self, knowing: Engine, short: str, article: str, dialog: str) -> None:
        for text in (short, dialog):
            results = knowing.search(Query(text))
            assert ids(results)[0] == article
            assert results.answered


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("there is a red lamp glowing on the white fiber thing", LOS),
        ("it keeps saying my wifi key is wrong although i typed it correctly", PASSWORD),
        ("visitors should use the internet without seeing my files", "wifi/guest-network"),
        ("the far bedroom gets hardly any reception", "wifi/weak-signal"),
    ],
)
def test_other_words_for_the_same_thing_find_it(knowing: Engine, text: str, article: str) -> None:
    results = knowing.search(Query(text))
    assert article in ids(results)[:3]
    assert results.answered


@pytest.mark.model
@pytest.mark.parametrize(
    "text", ["how long do I boil an egg", "what is the capital of Mongolia", "my cat has stopped eating her dry food"]
)
def test_questions_on_other_subjects_have_no_answer(knowing: Engine, text: str) -> None:
    assert not knowing.search(Query(text)).answered
