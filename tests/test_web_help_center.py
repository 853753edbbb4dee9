"""The pages of the help center show what the public may read, where it is looked for."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from kb.search.serving import Serving
from kb.search.types import Correction, Filters, Query
from tests.conftest import PUBLIC
from web.page_building import build_results
from web.paging import Page

pytest_plugins = ["tests.help_center_site"]

CANARIES = ("canarymoss", "canaryfern", "line-test")
PUBLIC_PAGES = (
    "/",
    "/topics/no-internet",
    "/topics/wifi",
    "/articles/no-internet/red-light",
    "/search?q=line+test",
    "/search?q=signal&topic=agents",
    "/articles/agents/line-test",
    "/agents/line-test",
    "/contact",
    "/sitemap.xml",
    "/opensearch.xml",
)


def _render(app: Flask, serving: Serving, query: Query, **understood: Any) -> str:
    """The results page of a search that the engine understood so."""
    engine = serving.engine(PUBLIC)
    results = replace(engine.search(query), **understood)
    with app.test_request_context("/search"):
        page = build_results(engine.partition, Page(engine, query, first=True), results)
        return render_template("help_center/results.html", page=page)


def _text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_nothing_for_agents_is_shown(reader: FlaskClient, address: str) -> None:
    """Words of internal articles and blocks are on no page, except where the reader typed them."""
    page = reader.get(address).text.replace("agents/line-test", "")
    page = re.sub(r'value="[^"]*"', "", page)
    assert not [word for word in CANARIES if word in page]


def test_an_article_for_agents_is_missing_for_the_public(reader: FlaskClient) -> None:
    """Its address answers as any unknown address does, so it does not even say that it is there."""
    assert reader.get("/articles/agents/line-test").status_code == 404
    assert reader.get("/topics/agents").status_code == 404


def test_home_puts_the_search_first(reader: FlaskClient) -> None:
    """Search, the most needed fixes in their order, topics that have articles, and ways to reach a person."""
    page = reader.get("/").text
    places = [
        page.index(part) for part in ('role="search"', "Most needed fixes", 'href="/topics/no-internet"', "Talk to a person")
    ]
    assert places == sorted(places)
    assert page.index("Red light on the fibre box") < page.index("signal in some rooms")
    assert "/topics/email" not in page
    assert "All 13 articles" in _text(page)


def test_a_topic_lists_its_articles_with_the_featured_first(reader: FlaskClient) -> None:
    """Featured articles lead, the rest follow by title."""
    titles = re.findall(r'class="card-title" href="/articles/wifi/([^"]+)"', reader.get("/topics/wifi").text)
    assert titles[0] == "weak-signal"
    assert len(titles) == 13
    assert titles[1:] == sorted(titles[1:])


def test_a_topic_shows_its_groups_and_last_what_is_in_none(reader: FlaskClient) -> None:
    """Groups come in the order of site.toml; without any, there is one list without a heading."""
    page = reader.get("/topics/no-internet").text
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    assert headings[:2] == ["Lights on the box", "More articles"]
    links = re.findall(r'class="card-title" href="/articles/([^"]+)"', page)
    assert links[0] == "no-internet/red-light"
    assert len(links) == len(set(links)) > 1
    assert "More articles" not in reader.get("/topics/wifi").text


def test_an_article_has_everything_around_it(reader: FlaskClient) -> None:
    """Breadcrumb, title, lead, date, contents, sections with links to them, related articles and a person."""
    page = reader.get("/articles/no-internet/red-light").text
    text = _text(page)
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Red light on the fibre box"]
    assert "Updated 4 March 2026" in text
    assert re.search(r"\d+ min to read", text)
    for anchor, heading in re.findall(r'<h[23] id="([^"]+)">(.*?)</h[23]>', page):
        if not anchor.startswith("fx-"):
            assert page.count(f'href="#{anchor}"') == 3, "in both contents and beside its heading"
            assert f'aria-label="Link to “{heading}”"' in page
    assert 'href="/articles/wifi/weak-signal"' in page
    assert "Have your customer number at hand." in text
    assert "mailto:help@example.org" in page


def test_related_articles_for_agents_are_not_offered(reader: FlaskClient) -> None:
    """A public article may name an internal one as related; readers never see it."""
    assert "agents/line-test" not in reader.get("/articles/no-internet/red-light").text


def test_the_head_names_the_page(reader: FlaskClient) -> None:
    """Title, description, canonical address and Open Graph come from the article and the settings, not the Host header."""
    page = reader.get("/articles/no-internet/red-light", headers={"Host": "evil.example"}).text
    address = "https://help.example.org/articles/no-internet/red-light"
    assert "<title>Red light on the fibre box – Test Help</title>" in page
    assert f'<link rel="canonical" href="{address}">' in page
    assert f'<meta property="og:url" content="{address}">' in page
    assert 'content="Check the fibre lead and restart the box; a steady red light needs an engineer."' in page
    assert "evil.example" not in page


def test_an_old_address_moves_for_good(reader: FlaskClient) -> None:
    """What `redirect_from` names answers 301."""
    response = reader.get("/articles/fibre/red-light")
    assert (response.status_code, response.location) == (301, "/articles/no-internet/red-light")


def test_results_link_to_the_section_that_answers(reader: FlaskClient) -> None:
    """Each hit says its topic and section, links to it, and marks the words; crawlers stay out."""
    page = reader.get("/search?q=renew+dhcp+lease").text
    assert 'href="/articles/no-internet/red-light#set-the-address-back"' in page
    assert "<mark>" in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'value="renew dhcp lease"' in page


def test_filters_are_links_with_counts(reader: FlaskClient) -> None:
    """A filter's count is what following it leaves; a filter in force can be taken off."""
    page = reader.get("/search?q=signal").text
    found = re.search(r'class="chip" rel="nofollow" href="([^"]+platform=macos[^"]*)">.*?</span>(\d+)</span>', page)
    assert found
    narrowed = reader.get(html.unescape(found[1])).text
    assert f"{found[2]} results for" in _text(narrowed)
    assert re.search(r'class="chip chip--on" rel="nofollow" href="/search\?q=signal"', narrowed)


def test_pages_of_results_hold_every_hit_once(reader: FlaskClient) -> None:
    """Following the next link shows the rest, and the last page has no next link."""
    first = reader.get("/search?q=signal").text
    following = re.search(r'rel="next nofollow" href="([^"]+)"', first)
    assert following
    second = reader.get(html.unescape(following[1])).text
    hits = [re.findall(r'class="hit-title"><a href="([^"#]+)', page) for page in (first, second)]
    assert len(hits[0]) == 10
    assert not set(hits[0]) & set(hits[1])
    total = re.search(r"(\d+) results for", _text(first))
    assert total
    assert len(hits[0] + hits[1]) == int(total[1])
    assert 'rel="next' not in second


def test_no_answer_is_said_first(reader: FlaskClient) -> None:
    """The first heading says so; topics and a person follow."""
    page = reader.get("/search?q=xylophone+quagmire+zeppelin").text
    assert "No article answers “xylophone quagmire zeppelin”" in _text(page.replace("<q>", "“").replace("</q>", "”"))
    assert 'href="/topics/wifi"' in page
    assert "Ask a person" in page


def test_without_an_answer_the_nearest_topics_come_before_a_person(reader: FlaskClient) -> None:
    """The topics of what came closest, then the contact ways; other topics are not in between."""
    page = reader.get("/search?q=garden+quagmire+zeppelin+topiary+xylophone").text.partition("<main")[2]
    assert page.index("No article answers") < page.index("Nearest topics") < page.index("Ask a person")
    assert 'href="/topics/wifi"' in page


def test_a_correction_is_said_with_the_way_back(site_app: Flask, site_serving: Serving) -> None:
    """What is shown, and a link that searches for what was typed, with the filters as they were."""
    query = Query("wekk signal", filters=Filters(platform=("macos",)))
    text = _render(site_app, site_serving, query, corrected="weak signal", corrections=(Correction("wekk", "weak"),))
    assert re.search(r"<h1>Showing \d+ results? for <q>weak signal</q></h1>", text)
    assert 'href="/search?q=wekk+signal&amp;verbatim=1&amp;platform=macos"' in text
    assert "Search instead for" in text


def test_a_suggestion_is_a_link(site_app: Flask, site_serving: Serving) -> None:
    """Following it searches for the other words, with correction, also after a search as typed."""
    text = _render(site_app, site_serving, Query("signal", verbatim=True), suggestion="signals & light")
    assert "Did you mean" in text
    assert 'href="/search?q=signals+%26+light"' in text


def test_a_search_as_typed_stays_as_typed(reader: FlaskClient) -> None:
    """Filters and further pages keep it."""
    page = reader.get("/search?q=signal&verbatim=1").text
    links = re.findall(r'rel="(?:next )?nofollow" href="(/search[^"]+)"', page)
    assert len(links) > 1
    assert all("verbatim=1" in link for link in links)
    assert "verbatim" not in reader.get("/search?q=signal&verbatim=0").text


def test_a_vague_question_is_asked_back(reader: FlaskClient) -> None:
    """Main topics and the most needed fixes, and no list of guesses."""
    page = reader.get("/search?q=it+is+the").text
    assert "<h1>What is not working?</h1>" in page
    assert 'href="/topics/wifi"' in page
    assert 'href="/articles/no-internet/red-light"' in page
    assert 'class="hits"' not in page


def test_a_hit_that_is_a_step_says_which(site_app: Flask, site_serving: Serving) -> None:
    """Which one, and of how many, where the section stands."""
    hit = replace(site_serving.engine(PUBLIC).search(Query("renew dhcp lease")).hits[0], step=3, steps=6)
    assert "Step 3 of 6" in _text(_render(site_app, site_serving, Query("renew dhcp lease"), hits=(hit,)))


def test_an_empty_search_asks_for_words(reader: FlaskClient) -> None:
    """Nothing is searched; examples and topics are offered."""
    for address in ("/search", "/search?q=", "/search?q=%20%20"):
        page = reader.get(address).text
        assert "What would you like to fix?" in page
        assert "/search?q=red+light+on+the+box" in page


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "the of and",
        "🔥🔥",
        "שלום עולם",
        "a\x00b\x1b[31m",
        '"',
        "-",
        "title:",
        "<script>alert(1)</script>",
        "%",
        "\\",
    ],
)
def test_any_search_is_answered(reader: FlaskClient, text: str) -> None:
    """No text breaks the page, and none becomes markup."""
    response = reader.get("/search", query_string={"q": text})
    assert response.status_code == 200
    assert "<script>alert" not in response.text


def test_unknown_filters_leave_nothing_but_can_be_taken_off(reader: FlaskClient) -> None:
    """A filter that nobody offers is still shown as one in force."""
    page = reader.get("/search?q=signal&platform=amiga").text
    assert "amiga" in _text(page)
    assert 'href="/search?q=signal"' in page


def test_contact_says_what_is_not_filled_in(reader: FlaskClient) -> None:
    """Placeholders are shown as such; real ways are links with their hours."""
    text = _text(reader.get("/contact").text)
    assert "[your support number]" in text
    assert "[your opening hours]" not in text
    assert "has not been filled in yet" in text
    assert "Answered within a day" in text


@pytest.mark.parametrize(
    "address", ["/", "/topics/wifi", "/articles/no-internet/red-light", "/search?q=signal", "/search?q=zzz", "/contact", "/zzz"]
)
def test_every_page_is_whole(reader: FlaskClient, address: str) -> None:
    """One first heading, one search box, a skip link that leads to the content, and no id twice."""
    page = reader.get(address).text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count("<h1") == 1
    assert page.count('id="fx-search"') == 1
    assert 'class="skip" href="#fx-main"' in page
    assert len(ids) == len(set(ids))
