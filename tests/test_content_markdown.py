"""Markdown as writers and other help centers write it becomes the markup that the site styles."""

from __future__ import annotations

import inspect
import sys
import time

import pytest

from kb.access import Audience
from kb.content.hazards import find_hazard
from kb.content.markdown import as_plain_text, convert
from kb.content.types import Site
from tests.content_files import assert_inert, html_of, render_body, rules_of, text_of

SITE = Site(
    platforms={
        "windows": "Windows",
        "macos": "Mac",
        "ios": "iPhone and iPad",
        "android": "Android",
        "chromeos": "Chromebook",
        "linux": "Linux",
    }
)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("a **b** `c` ~~d~~", "<p>a <strong>b</strong> <code>c</code> <del>d</del></p>"),
        ("```sh\necho <x>\n```", '<pre><code class="language-sh">echo &lt;x&gt;</code></pre>'),
        ("```\necho\n```", "<pre><code>echo</code></pre>"),
        (
            '!!! warning "Hot"\n    Text.',
            '<div class="admonition warning">\n<p class="admonition-title">Hot</p>\n<p>Text.</p>\n</div>',
        ),
        ("> [!NOTE]\n> Text.", '<div class="admonition note">\n<p class="admonition-title">Note</p>\n<p>Text.</p>\n</div>'),
        (">[!TIPS]\n> Text.", '<div class="admonition tip">\n<p class="admonition-title">Tips</p>\n<p>Text.</p>\n</div>'),
        ("??? tip\n    Text.", '<details class="tip">\n<summary>Tip</summary>\n<p>Text.</p>\n</details>'),
        ("a\n:   b", "<dl>\n<dt>a</dt>\n<dd>b</dd>\n</dl>"),
        ("{{ x }} {% raw %}", "<p>{{ x }} {% raw %}</p>"),
    ],
)
def test_each_construct_has_its_markup(body: str, html: str) -> None:
    assert html_of(render_body(body)[0]) == html


def test_a_table_stands_in_a_box_that_can_scroll() -> None:
    html = html_of(render_body("| a | b |\n|---|--:|\n| 1 | 2 |")[0])
    assert html.startswith('<div class="table"><table>')
    assert '<td align="right">2</td>' in html
    assert html.endswith("</table></div>")


def test_what_should_be_seen_after_a_step_is_marked() -> None:
    html = html_of(render_body("1. Do.\n\n    You should see a light.\n\n    You should know.\n\nYou should see it.")[0])
    assert html.count('class="expect"') == 1
    assert '<p class="expect">You should see a light.</p>' in html


def test_platform_tabs_are_stacked_sections_with_platform_ids() -> None:
    names = ["Windows 11", "macOS", "iPhone and iPad", "Android", "Chromebook", "Linux", "Other *box*"]
    body = "".join(f'=== "{name}"\n\n    1. Open.\n\n        ```sh\n        run\n        ```\n\n' for name in names)
    article, problems = render_body(body, site=SITE)
    html = html_of(article)
    assert problems == ()
    assert html.startswith(
        '<div class="tabs">\n<section class="tab" data-platform="windows">\n<p class="tab-name">Windows 11</p>\n<ol>'
    )
    ids = ["windows", "macos", "ios", "android", "chromeos", "linux"]
    assert [part.partition('"')[0] for part in html.split('data-platform="')[1:]] == ids
    assert '<section class="tab"><p class="tab-name">Other <em>box</em></p>' in html.replace(">\n<", "><")
    assert text_of(article).split("\n")[1:4] == ["Windows 11", "1. Open.", "run"]
    assert "<label" not in html
    assert "<input" not in html


def test_a_platform_that_the_site_does_not_have_is_not_named() -> None:
    assert "data-platform" not in html_of(render_body('=== "Linux"\n    x\n', site=Site())[0])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('x :::image type="content" source="none.png" alt-text="A light":::', "x A light"),
        (":::note Mind this\nText.\n:::\n\nAfter.", "Mind this\nText.\nAfter."),
        ("::: warning\n\nText.\n\n- a\n\n:::\n\nAfter.", "Warning\nText.\n- a\nAfter."),
        (":::note\nNever closed.", "Never closed."),
        ('::: moniker range="x"\nText.\n::: moniker-end', "Text."),
        ("::: zone pivot=a\nText.\n::: zone-end", "Text."),
        ('> [!div class="next"]\n> Text.', "Text."),
        ("> [!VIDEO https://example.org/v]", "Video"),
        ("Before [!INCLUDE [name](../includes/x.md)] after.", "Before after."),
        ("### [Windows](#tab/windows)\n\nText.\n\n***", "Windows\nText."),
        ("<VMName> and <Your Region> < 3", "<VMName> and <Your Region> < 3"),
        ("\\<Date> \\<b> C:\\Users", "<Date> <b> C:\\Users"),
        ("<Tabs items={['a']}>\n\nText.\n\n</Tabs>", "<Tabs items={['a']}>\nText.\n</Tabs>"),
        ("```\n:::note\n[!INCLUDE [x](y)]\n<VMName>\n```", ":::note\n[!INCLUDE [x](y)]\n<VMName>"),
        ("Press <kbd>F1</kbd><br>now", "Press F1\nnow"),
        ("a <textarea> b", "a <textarea> b"),
        ("Text[^1].\n\n[^1]: A note.", None),
    ],
)
def test_other_help_centers_marks_become_readable_text(body: str, expected: str | None) -> None:
    article, _ = render_body(body)
    assert_inert(html_of(article))
    if expected is not None:
        assert text_of(article).strip() == expected


@pytest.mark.parametrize(
    ("body", "rule", "line"),
    [
        ("a\n\n```sh\nb", "fence-unclosed", 7),
        ("a\n\n~~~~\nb\n~~~", "fence-unclosed", 7),
        ("a\n\n- b\n  ```\n  c\n", "fence-unclosed", 8),
        ("a\n[!INCLUDE [x](y)]", "include-unsupported", 6),
        ("a\n\n<VMName>", "html-placeholder", 7),
        ("a\n\n<script>x</script>", "html-refused", 7),
        ("a\n\n![](x.png)", "image-alt-missing", 7),
    ],
)
def test_what_is_wrong_is_reported_on_its_line(body: str, rule: str, line: int) -> None:
    assert (rule, line) in [(problem.rule, problem.line) for problem in render_body(body)[1]]


def test_balanced_fences_are_not_reported() -> None:
    assert render_body("````md\n```\nx\n```\n````\n\n~~~\n```\n~~~\n\n`x ``` y`")[1] == ()


HAZARDS = {
    "brackets": "[", "images": "![](", "links": "[](", "tags": "<a ", "tags, quoted": '<a href="', "quotes": "> ", "stars": "*",
    "backticks": "`", "backticks apart": "`a ", "comments": "<!--", "sections": "<![CDATA[", "instructions": "<?", "div": "<div>",
    "bold": "<b id=x>", "entities": "&", "headings": "# a\n", "rules": "---\n", "underlines": "=\n", "tab sets": '=== "a"\n',
    "boxes": "!!! a\n", "fences": "```\n", "lists": "- a\n  - b\n", "footnotes": "[^a]: b\n", "pipes": "|", "rows": "a|b\n-|-\n",
    "spaces": " ", "one line": "a", "includes": "[!INCLUDE ", "colons": ":::image ", "internal": "!!! internal\n",
    "cells": "<td>",
    "braces": "{: ", "table rows": "| a ", "words": "a b ", "internal html": "<b class=internal>", "broken tags": "<a\n\n",
}  # fmt: skip


@pytest.mark.parametrize("piece", HAZARDS.values(), ids=HAZARDS)
def test_twice_as_much_of_anything_does_not_take_much_longer(piece: str) -> None:
    def seconds(size: int) -> float:
        convert.cache_clear()
        start = time.process_time()
        render_body((piece * size)[:size])
        return time.process_time() - start

    assert seconds(40_000) < max(8 * seconds(20_000), 2.0)


@pytest.mark.parametrize("piece", ["[", "![](", "<a ", "# a\n", "<div>"])
def test_what_would_take_too_long_is_served_as_it_was_written(piece: str) -> None:
    article, problems = render_body("Readable.\n\n## Heading\n\n" + piece * 20_000)
    assert "too-complex" in rules_of(problems)
    assert [section.heading for section in article.sections][:2] == ["", "Heading"]
    assert "Readable." in text_of(article)


@pytest.mark.parametrize("mark", ["- a", "1. a", "!!! note", "> a", '=== "a"', "- > a"])
def test_deep_nesting_is_served_as_it_was_written(mark: str) -> None:
    body = "".join("    " * depth + f"{mark}\n\n" for depth in range(400))
    article, problems = render_body(body)
    assert "too-complex" in rules_of(problems)
    assert mark in text_of(article)
    assert_inert(html_of(article))


def test_an_exception_in_the_converter_is_a_failure_and_no_crash() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 12)
    try:
        converted = convert("# Too deep a stack for the converter")
    finally:
        sys.setrecursionlimit(limit)
        convert.cache_clear()
    assert converted == ("", "the converter failed (RecursionError)")


def test_plain_text_is_escaped() -> None:
    assert as_plain_text("# A <b>\n\n<script>\nx & y") == "<h1>A &lt;b&gt;</h1>\n<p>&lt;script&gt;\nx &amp; y</p>"


def test_ordinary_articles_are_no_hazard() -> None:
    table = "| a | b |\n|---|---|\n" + "| `[x]` | [link](x.md) <br> *y* |\n" * 2000
    code = "```json\n" + "[[{(<a \n" * 500 + "```\n"
    assert find_hazard(table + "\n" + code + "\n" + "- item [a](b)\n" * 300) is None


def test_both_audiences_of_an_article_without_internal_text_read_the_same() -> None:
    body = "## A\n\nText."
    assert render_body(body)[0].sections == render_body(body, Audience.AGENTS)[0].sections
