"""Only what the allow-list names leaves the sanitiser, whatever goes in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.access import Audience
from kb.content.library import Renderer, load_library, readable
from kb.content.sanitise import TAGS, sanitise
from tests.content_files import assert_inert, html_of, source_of

HOSTILE = Path(__file__).parent / "data" / "content" / "hostile"


def test_every_hostile_file_is_loaded() -> None:
    library = load_library(HOSTILE)
    assert len(library.sources) == len(list(HOSTILE.glob("*.md")))
    assert len(library.sources) >= 20


@pytest.mark.parametrize("id", [file.stem for file in sorted(HOSTILE.glob("*.md"))])
def test_a_hostile_file_is_served_without_anything_active(id: str) -> None:
    library = load_library(HOSTILE)
    source = source_of(library, id)
    readers = [audience for audience in Audience if source in readable(library, audience)]
    assert readers
    for audience in readers:
        article, _ = Renderer(library).render(source, audience)
        assert article.sections
        assert_inert(html_of(article))
        anchors = [section.anchor for section in article.sections]
        assert len(set(anchors)) == len(anchors)
        assert not any(anchor.casefold().startswith("fx-") for anchor in anchors)


def test_yaml_tags_run_nothing() -> None:
    load_library(HOSTILE)
    assert not Path("/tmp/fixline-was-here").exists()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p onclick=x style=y data-z=1 class='expect evil'>a</p>", '<p class="expect">a</p>'),
        ('<a href="javascript:alert(1)" target=_blank name=n>a</a>', "<a>a</a>"),
        ('<a href="mailto:a@b.c" rel="opener">a</a>', '<a href="mailto:a@b.c">a</a>'),
        ('<img src="data:image/png;base64,AAAA" onerror=x>', '<img src="data:image/png;base64,AAAA">'),
        ('<img src="data:image/svg+xml;base64,AAAA">', "<img>"),
        ('<a href="data:image/png;base64,AAAA">a</a>', "<a>a</a>"),
        ('<p id="fx-main">a</p><p id="FX-x">b</p><p id="ok">c</p>', '<p>a</p><p>b</p><p id="ok">c</p>'),
        ("<form><input name=a>text</form>", "text"),
        ("<!-- c -->a", "a"),
        ('<pre><code class="language-sh evil">a</code></pre>', '<pre><code class="language-sh">a</code></pre>'),
        ('<div class="admonition info">a</div>', '<div class="admonition note">a</div>'),
        ('<img width="100%" height="20">', '<img height="20">'),
    ],
)
def test_each_kind_of_markup_comes_to_what_is_allowed(html: str, expected: str) -> None:
    assert sanitise(html) == expected


PIECES = st.sampled_from([
    "<script>", "</script>", "<svg>", "</svg>", "<math>", "<style>", "</style>", "<title>", "<textarea>", "</textarea>",
    "<p>", "</p>", "<a>", "</a>", "<table>", "<td>", "<img ", "<noscript>", "</noscript>", "<template>", "<form>", "<mtext>",
    "<mglyph>", "<select>", "<option>", "<iframe>", "<xmp>", "<plaintext>", "<!--", "-->", "<![CDATA[", "]]>", ">", '"', "'",
    "=", "/", "<", " ", " onerror=alert(1)", " href=javascript:alert(1)", " src=x", " style=x", " id=fx-a", " class=evil",
    " href='&#106;avascript:x'", ' title="<img src=x onerror=y>"', "<a href=", "<img src=", "data:text/html,x", "java\nscript:x",
])  # fmt: skip


@given(st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=25).map("".join))
def test_no_html_gets_through_alive(html: str) -> None:
    clean = sanitise(html)
    assert_inert(clean, is_page=False)
    assert sanitise(clean) == clean


def test_nothing_that_runs_frames_or_submits_is_on_the_list() -> None:
    active = {
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "svg",
        "math",
        "base",
        "meta",
        "link",
        "template",
    }
    assert not TAGS & active
