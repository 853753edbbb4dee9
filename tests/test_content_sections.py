"""Sections: cut at top-level headings, each with an anchor of its own, with no text lost."""

from __future__ import annotations

import html as html_module
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.content.sanitise import sanitise
from kb.content.sections import cut_sections, slug


def outline(html: str) -> list[tuple[int, str, str]]:
    return [(section.level, section.anchor, section.heading) for section in cut_sections(html).sections]


def test_sections_begin_at_top_level_headings() -> None:
    html = "<p>intro</p><h2>One</h2><p>a</p><h3>Part</h3><p>b</p><h4>Deep</h4><p>c</p><h2>Two</h2>"
    assert outline(html) == [(1, "", ""), (2, "one", "One"), (3, "part", "Part"), (2, "two", "Two")]
    part = cut_sections(html).sections[2]
    assert part.html == '<p>b</p><h4 id="deep">Deep</h4><p>c</p>'
    assert part.text == "b\nDeep\nc"


def test_the_first_h1_is_the_title_and_later_ones_are_sections() -> None:
    cut = cut_sections("<h1>The <em>title</em></h1><p>a</p><h1>Again</h1><p>b</p>")
    assert cut.first_h1 == "The title"
    assert [(section.level, section.heading) for section in cut.sections] == [(1, ""), (2, "Again")]


def test_an_h1_after_the_first_section_is_no_title() -> None:
    assert cut_sections("<h2>A</h2><h1>B</h1>").first_h1 == ""


def test_headings_in_lists_quotes_and_tabs_stay_inside_and_rank_below() -> None:
    html = '<h2>A</h2><blockquote><h2>Q</h2></blockquote><section class="tab"><h1 id="t">T</h1></section>'
    (section,) = cut_sections(html).sections
    assert section.html == '<blockquote><h4 id="q">Q</h4></blockquote><section class="tab"><h4 id="t">T</h4></section>'


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("When to contact us", "when-to-contact-us"),
        ("It's Wi-Fi & DNS!", "its-wi-fi-dns"),
        ("  802.11ax / 5 GHz  ", "80211ax-5-ghz"),
        ("Überprüfen Sie das Kabel", "überprüfen-sie-das-kabel"),
        ("إعادة تشغيل", "إعادة-تشغيل"),
        ("重启路由器", "重启路由器"),
        ("", "section"),
        ("!!!", "section"),
        ("FX rates", "on-fx-rates"),
        ("a_b", "a-b"),
    ],
)
def test_a_slug_is_lower_case_words_joined_by_hyphens(text: str, anchor: str) -> None:
    assert slug(text) == anchor


def test_an_explicit_id_wins_and_is_never_taken_by_another() -> None:
    html = '<h2>Steps</h2><h2 id="steps">Other</h2><h2>Steps</h2><p id="steps">x</p>'
    assert [anchor for _, anchor, _ in outline(html)] == ["steps-1", "steps", "steps-2"]
    assert 'id="steps"' not in cut_sections(html).sections[-1].html


def test_a_heading_without_text_still_has_an_anchor() -> None:
    assert outline("<h2></h2><p>a</p><h2><br></h2>") == [(2, "section", ""), (2, "section-1", "")]


def test_text_reads_like_the_page() -> None:
    html = (
        "<p>One\n two<br>three</p><ol start='3'><li><p>a</p><p>b</p></li><li>c<ul><li>d</li></ul></li></ol>"
        "<table><tr><th>h</th><th>i</th></tr><tr><td>j</td><td>k</td></tr></table><pre><code>x\n  y\n</code></pre>"
        "<p><img alt='a light'></p><dl><dt>t</dt><dd>u</dd></dl>"
    )
    (section,) = cut_sections(html).sections
    assert section.text.split("\n") == [
        "One two", "three", "3. a", "b", "4. c", "- d", "h | i", "j | k", "x", "  y", "a light", "t", "u",
    ]  # fmt: skip


def test_an_image_alone_is_a_section() -> None:
    assert len(cut_sections("<p><img src='/media/x' alt=''></p>").sections) == 1
    assert cut_sections("<p> </p>").sections == ()


def test_depth_costs_no_stack() -> None:
    html = "<div>" * 5000 + "deep" + "</div>" * 5000
    assert cut_sections(html).sections[0].text == "deep"


words = st.text(alphabet="abcdefghij ", min_size=1, max_size=12)
blocks = st.one_of(
    words.map(lambda text: f"<p>{text}</p>"),
    words.map(lambda text: f"<ul><li>{text}</li></ul>"),
    words.map(lambda text: f"<pre>{text}</pre>"),
    words.map(lambda text: f"<blockquote><h2>{text}</h2></blockquote>"),
    st.builds(lambda level, text: f"<h{level}>{text}</h{level}>", st.integers(1, 6), words),
    st.builds(
        lambda level, anchor, text: f"<h{level} id='{anchor}'>{text}</h{level}>", st.integers(1, 6), st.sampled_from("abc"), words
    ),
    words,
)


@given(st.lists(blocks, max_size=20).map("".join))
def test_anchors_are_unique_and_all_text_is_kept(html: str) -> None:
    cut = cut_sections(sanitise(html))
    ids = [section.anchor for section in cut.sections if section.level > 1]
    ids += [id for section in cut.sections for id in re.findall(r'id="([^"]*)"', section.html)]
    assert len(set(ids)) == len(ids)
    assert set(ids) <= cut.anchors
    read = cut.first_h1 + "".join(section.heading + section.text for section in cut.sections)
    written = html_module.unescape(re.sub(r"<[^>]*>", " ", html))
    assert sorted(re.sub(r"[\s-]", "", read)) == sorted(re.sub(r"\s", "", written))
