"""Links and images of articles lead where they say, or are plain text, and never betray an internal article."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.access import Audience
from tests.content_files import html_of, render_files, rules_of, text_of

PNG = bytes.fromhex("89504e470d0a1a0a")
FILES: dict[str, str | bytes] = {
    "wifi/weak-signal.md": "---\ntitle: Weak signal\n---\n## Far rooms\n\nText.",
    "wifi/index.md": "---\ntitle: Wi-Fi\n---\nAll about it.",
    "odd & näme/it's (1).md": "---\ntitle: Odd\n---\nText.",
    "agents/secret-path.md": "---\ntitle: S\naudience: agents\n---\nText.",
    "wifi/draft.md": "---\ntitle: D\nstatus: draft\n---\nText.",
    "wifi/retired.md": "---\ntitle: R\nstatus: retired\n---\nText.",
    "img/a b.png": PNG,
    "img/light.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "img/notes.txt": "text",
}


def render(tmp_path: Path, body: str, audience: Audience = Audience.PUBLIC) -> tuple[str, set[str], list[int]]:
    article, problems = render_files(tmp_path, FILES | {"no/a.md": f"---\ntitle: A\n---\n{body}\n"}, "no/a", audience)
    return html_of(article), rules_of(problems), [problem.line for problem in problems]


@pytest.mark.parametrize(
    ("target", "href"),
    [
        ("../wifi/weak-signal.md", "/articles/wifi/weak-signal"),
        ("../wifi/weak-signal.md#far-rooms", "/articles/wifi/weak-signal#far-rooms"),
        ("../wifi/weak-signal", "/articles/wifi/weak-signal"),
        ("/wifi/weak-signal.md", "/articles/wifi/weak-signal"),
        ("/articles/wifi/weak-signal", "/articles/wifi/weak-signal"),
        ("..\\\\wifi\\\\weak-signal.md", "/articles/wifi/weak-signal"),
        ("../wifi/weak-signal.md?view=1", "/articles/wifi/weak-signal"),
        ("./../no/../wifi/index.md", "/articles/wifi"),
        ("../wifi/", "/articles/wifi"),
        ("../wifi", "/articles/wifi"),
        ("<../odd & näme/it's (1).md>", "/articles/odd%20%26%20n%C3%A4me/it%27s%20%281%29"),
        ("../odd%20%26%20n%C3%A4me/it's%20%281%29.md", "/articles/odd%20%26%20n%C3%A4me/it%27s%20%281%29"),
        ("#here", "#here"),
        ("/contact", "/contact"),
        ("/search?q=dns", "/search?q=dns"),
        ("mailto:help@example.org", "mailto:help@example.org"),
        ("tel:+123", "tel:+123"),
    ],
)
def test_a_link_leads_to_its_page_on_this_site(tmp_path: Path, target: str, href: str) -> None:
    html, rules, _ = render(tmp_path, f"[text]({target})")
    assert f'<a href="{href}">text</a>' in html
    assert rules == set()


@pytest.mark.parametrize("target", ["https://example.org/a?b=c&d=e", "http://example.org", "//example.org/x"])
def test_a_link_out_says_so_and_nothing_else(tmp_path: Path, target: str) -> None:
    html, rules, _ = render(tmp_path, f"[text]({target})")
    expected = ("https:" if target.startswith("//") else "") + target.replace("&", "&amp;")
    assert f'<a href="{expected}" rel="noopener noreferrer nofollow">text</a>' in html
    assert rules == set()


@pytest.mark.parametrize(
    "target",
    ["../wifi/none.md", "../../outside.md", "../wifi/draft.md", "../wifi/retired.md", "/office/x", "../img/notes.txt", "%00"],
)
def test_a_link_that_leads_nowhere_is_text_with_a_problem_on_its_line(tmp_path: Path, target: str) -> None:
    html, rules, lines = render(tmp_path, f"One.\n\n[text]({target})")
    assert "<a" not in html
    assert "text" in html
    assert rules == {"link-broken"}
    assert lines == [6]


def test_a_link_of_a_kind_that_is_not_allowed_is_text(tmp_path: Path) -> None:
    html, rules, lines = render(tmp_path, "One.\n\n[text](ftp://example.org/x)")
    assert html == "<p>One.</p>\n<p>text</p>"
    assert (rules, lines) == ({"html-refused"}, [6])


@pytest.mark.parametrize(
    "target",
    ["../agents/secret-path.md", "/articles/agents/secret-path", "../agents/SECRET-path.md#x", "<../agents/secret-path.md>"],
)
def test_a_public_article_does_not_betray_an_internal_one(tmp_path: Path, target: str) -> None:
    html, rules, lines = render(tmp_path, f"[text]({target})")
    assert "secret" not in html.lower()
    assert "text" in html
    assert rules == {"link-to-internal"}
    assert lines == [4]


@pytest.mark.parametrize(
    "link", ["[]({})", '<a href="{}"></a>', '<a id="x" href="{}" title="t"></a>', "[![]({})]({})", "[a][b]\n\n[b]: {}"]
)
def test_an_empty_link_to_an_internal_article_betrays_nothing_either(tmp_path: Path, link: str) -> None:
    html, rules, _ = render(tmp_path, "Text. " + link.replace("{}", "../agents/secret-path.md"))
    assert "secret" not in html
    assert "link-to-internal" in rules


def test_agents_follow_links_to_internal_articles(tmp_path: Path) -> None:
    html, rules, _ = render(tmp_path, "[text](../agents/secret-path.md)", Audience.AGENTS)
    assert '<a href="/articles/agents/secret-path">' in html
    assert rules == set()


def test_other_capitals_are_forgiven_and_reported(tmp_path: Path) -> None:
    html, rules, _ = render(tmp_path, "[text](../WiFi/Weak-Signal.md)")
    assert '<a href="/articles/wifi/weak-signal">' in html
    assert rules == {"link-case"}


def test_each_of_several_like_links_is_reported_on_its_own_line(tmp_path: Path) -> None:
    _, _, lines = render(tmp_path, "[a](x.md)\n\n[b](x.md) and [c](y.md)\n\n[d](x.md)")
    assert sorted(lines) == [4, 6, 6, 8]


def test_an_image_beside_the_article_is_served_by_its_content(tmp_path: Path) -> None:
    article, problems = render_files(tmp_path, FILES | {"no/a.md": "---\ntitle: A\n---\n![A light](../img/a%20b.png)"}, "no/a")
    (media,) = article.media
    assert media.file == (tmp_path / "img/a b.png").resolve()
    assert media.name == "4c4b6a3be1314ab8/a b.png"
    assert html_of(article) == '<p><img alt="A light" src="/media/4c4b6a3be1314ab8/a%20b.png" loading="lazy"></p>'
    assert problems == ()


def test_an_image_of_internal_text_is_not_the_publics(tmp_path: Path) -> None:
    body = "---\ntitle: A\n---\nText.\n\n!!! internal\n    ![x](../img/light.svg)"
    assert render_files(tmp_path, FILES | {"no/a.md": body}, "no/a")[0].media == ()
    assert len(render_files(tmp_path, FILES | {"no/a.md": body}, "no/a", Audience.AGENTS)[0].media) == 1


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("none.png", "image-missing"),
        ("../img", "image-type"),
        ("../img/notes.txt", "image-type"),
        ("../../../../etc/hostname.png", "image-outside"),
        ("/../x.png", "image-outside"),
        ("link.png", "image-outside"),
        ("https://example.org/x.png", "image-remote"),
        ("//example.org/x.png", "image-remote"),
        ("%00.png", "image-missing"),
        ("x" * 5000 + ".png", "image-missing"),
    ],
)
def test_an_image_that_cannot_be_served_is_its_description(tmp_path: Path, target: str, rule: str) -> None:
    (tmp_path / "outside.png").write_bytes(PNG)
    (tmp_path / "library/no").mkdir(parents=True)
    (tmp_path / "library/no/link.png").symlink_to(tmp_path / "outside.png")
    files = FILES | {"no/a.md": f"---\ntitle: A\n---\nx\n\n![A light]({target}) y"}
    article, problems = render_files(tmp_path / "library", files, "no/a")
    assert text_of(article).split("\n")[-1] == "A light y"
    assert "<img" not in html_of(article)
    assert [(problem.rule, problem.line) for problem in problems] == [(rule, 6)]


def test_a_link_inside_the_library_may_be_symbolic(tmp_path: Path) -> None:
    (tmp_path / "no").mkdir()
    (tmp_path / "no/link.png").symlink_to("../img/a b.png")
    article, problems = render_files(tmp_path, FILES | {"no/a.md": "---\ntitle: A\n---\n![x](link.png)"}, "no/a")
    assert [media.name for media in article.media] == ["4c4b6a3be1314ab8/a b.png"]
    assert problems == ()


def test_a_link_may_lead_to_an_image(tmp_path: Path) -> None:
    html, rules, _ = render(tmp_path, "[large](../img/light.svg)")
    assert 'href="/media/' in html
    assert rules == set()
