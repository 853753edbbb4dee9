"""Internal text never survives in what is written for the public, and the text around it does."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.access import Audience
from kb.content.internal import is_internal_marker, strip_internal
from tests.content_files import html_of, render_body, rules_of, text_of

BLOCKS = {
    "plain": "!!! internal\n    CANARY",
    "no space": "!!!internal\n    CANARY",
    "capitals and title": '!!! INTERNAL "For you"\n    CANARY',
    "folded": "??? internal\n    CANARY",
    "unfolded": "???+ Internal\n    CANARY",
    "second class": "!!! note internal\n    CANARY",
    "hyphen": "!!! internal-only\n    CANARY",
    "title alone": '!!! note "Internal"\n    CANARY',
    "two spaces": "!!! internal\n  CANARY",
    "tab": "!!! internal\n\tCANARY",
    "blank lines": "!!! internal\n\n    a\n\n\n    CANARY",
    "not indented": "!!! internal\nCANARY",
    "not indented list": "!!! internal\n- a\n- CANARY",
    "runs on": "!!! internal\n    a\nCANARY",
    "runs on, then indented": "!!! internal\na\n\n    CANARY",
    "no-break space": "!!! internal\n\u00a0\u00a0\u00a0\u00a0CANARY",
    "code inside": "!!! internal\n    ```\n    a\n\n    CANARY\n    ```",
    "code not indented": "!!! internal\n```\na\n\nCANARY\n```",
    "code slips out": "!!! internal\n    ```\na\n\nCANARY\n    ```",
    "in a list": "1. x\n\n    !!! internal\n        CANARY",
    "in a tight list": "- x\n    !!! internal\n        CANARY",
    "as a list item": "- !!! internal\n      CANARY",
    "in a quote": "> !!! internal\n>     CANARY",
    "in a quote, lazily": "> !!! internal\n    CANARY",
    "in a quote in a list": "- > !!! internal\n  >     CANARY",
    "in a tab": '=== "A"\n\n    x\n\n    !!! internal\n        CANARY',
    "in another box": "!!! note\n    x\n\n    !!! internal\n        CANARY",
    "in code": "```\n!!! internal\n    CANARY\n```",
    "in a definition": "a\n:   b\n\n    !!! internal\n        CANARY",
    "alert": "> [!INTERNAL]\n> CANARY",
    "alert, any case": ">[!internal] x\n> CANARY\nlazy",
    "alert, later": "> a\n> [!Internal]\n> CANARY",
    "alert, before": "> CANARY\n> [!INTERNAL]\n> b",
    "alert in a list": "- > [!INTERNAL]\n  > CANARY",
    "alert, several words": "> [!note | internal]\n> CANARY",
    "colons": ":::internal\nCANARY\n:::",
    "colons, long": "::: internal Title\na\n\nCANARY\n\n:::",
    "link and image": "!!! internal\n    [CANARY](../agents/CANARY.md) ![CANARY](CANARY.png)",
    "html": '<div class="internal">CANARY</div>',
    "html, capitals": "<DIV CLASS='x Internal'>CANARY</DIV>",
    "html, no quotes": "<section class=internal>\n\nCANARY\n\n</section>",
    "html, entity": '<div class="&#105;nternal">CANARY</div>',
    "html, unknown element": '<Note class="internal">CANARY</Note>',
    "html, never closed": '<div class="internal">\n\nCANARY',
    "html, inline round blocks": '<span class="internal">\n\nCANARY\n\n</span>',
    "html, nested": '<div class="internal"><div>a</div>CANARY</div>',
    "html, template": '<template><div class="internal">CANARY</div></template>',
    "html, quotes": '<div title=">" class="internal">CANARY</div>',
    "html, a quote out of place": "<div title=a\"b class='internal'>CANARY</div>",
    "html, a slash": "<div/class=internal>CANARY</div>",
    "html, class twice": '<div class="x" class="internal">CANARY</div>',
    "html, over lines": '<div\nclass = "internal"\n>CANARY</div>',
    "attribute list": "CANARY\n{: .internal }",
    "inline attribute list": "x *CANARY*{: .internal } y",
    "heading": "## CANARY {.internal}\n\nCANARY\n\n### CANARY\n\nCANARY",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_no_spelling_of_an_internal_block_survives(block: str) -> None:
    article, _ = render_body(f"Before it.\n\n{block}\n")
    assert "CANARY" not in repr(article)
    assert "Before it." in text_of(article)


@pytest.mark.parametrize("name", [name for name in BLOCKS if "never closed" not in name])
def test_what_follows_an_internal_block_survives(name: str) -> None:
    article, _ = render_body(f"Before it.\n\n{BLOCKS[name]}\n\n## After\n\nAfter it.\n")
    assert "CANARY" not in repr(article)
    assert [section.heading for section in article.sections][-1] == "After"
    assert "After it." in text_of(article)


@pytest.mark.parametrize("block", ["!!! internal\n    CANARY", "> [!INTERNAL]\n> CANARY", "??? internal\n    CANARY"])
def test_agents_see_internal_text_in_a_box_of_its_own(block: str) -> None:
    article, _ = render_body(block, Audience.AGENTS)
    assert "internal" in html_of(article).split("CANARY")[0]
    assert "CANARY" in text_of(article)


def test_the_steps_after_an_internal_block_in_a_list_survive() -> None:
    article, _ = render_body("1. One\n\n    !!! internal\n        CANARY\n\n    You should see it.\n\n2. Two\n")
    assert text_of(article).split("\n")[1:] == ["1. One", "You should see it.", "2. Two"]


def test_lines_keep_their_numbers() -> None:
    body = "a\n\n!!! internal\n    b\n    c\n\nd\n"
    stripped = strip_internal(body, "a.md", 10)
    assert stripped.text == "a\n\n\n\n\n\nd\n"
    assert (stripped.blocks, stripped.problems) == (1, ())


@pytest.mark.parametrize(
    ("body", "rule", "line"),
    [
        ("x\n\n!!! internal\nslip\n\ny", "internal-not-indented", 13),
        ("x\n\n!!! internal\n    a\nslip\n\ny", "internal-not-indented", 14),
        ("x\n\n!!! internal\n\ny", "internal-empty", 12),
    ],
)
def test_a_writers_slip_is_reported_on_its_line(body: str, rule: str, line: int) -> None:
    problems = strip_internal(body, "a.md", 10).problems
    assert [(problem.rule, problem.line) for problem in problems] == [(rule, line)]


@pytest.mark.parametrize(
    "body",
    [
        "An internal error occurred.",
        '!!! warning "Internal error 500"\n    Kept.',
        "!!! note\n    About internal names.",
        "The class `internal` is a word.",
        "!!! internals\n    Kept.",
        "Use `!!! internal` to hide.",
    ],
)
def test_the_word_alone_hides_nothing(body: str) -> None:
    assert strip_internal(body, "a.md", 1).text == body


def test_text_that_cannot_be_rendered_is_withheld_if_it_may_hold_internal_html() -> None:
    hazard = "[" * 10_000
    article, problems = render_body(f'<div class="internal">CANARY</div>\n\n{hazard}')
    assert article.sections == ()
    assert "too-complex" in rules_of(problems)
    assert "CANARY" in text_of(render_body(f'<div class="internal">CANARY</div>\n\n{hazard}', Audience.AGENTS)[0])


PREFIXES = ["", "    ", "> ", "- ", "1. ", "\t", ">", "> > ", "- > ", "        "]
MARKERS = ["!!! internal", "!!!internal", "??? Internal", "???+ INTERNAL", '!!! note internal "x"', "!!!  internal  "]
LINES = ["CANARY", "- CANARY", "```", "> CANARY", "", "CANARY: x", "<b>CANARY", "| CANARY |", "~~~", '=== "CANARY"', "!!! note"]


@given(
    prefix=st.sampled_from(PREFIXES),
    marker=st.sampled_from(MARKERS),
    lines=st.lists(st.sampled_from(LINES), max_size=6),
    extra=st.integers(min_value=1, max_value=9),
    around=st.lists(
        st.sampled_from(["text", "- item", "```", "> quote", "", "# Head", "1. one", "<div>", "| a |", "~~~"]), max_size=5
    ),
)
@example(prefix="> ", marker="!!! internal", lines=["", "CANARY"], extra=1, around=[])
def test_nothing_indented_below_a_marker_ever_survives(
    prefix: str, marker: str, lines: list[str], extra: int, around: list[str]
) -> None:
    quote = prefix.replace("-", " ").replace("1.", "  ")
    inside = [f"{quote}{' ' * (extra + 4)}{line}" if line else "" for line in lines]
    body = "\n".join([*around, "", prefix + marker, *inside, "", "KEPT outside"])
    assert is_internal_marker(prefix + marker)
    article, _ = render_body(body)
    assert "CANARY" not in repr(article)
    if "```" not in lines + around and "~~~" not in lines + around and "<div>" not in around:
        assert "KEPT outside" in text_of(article)


@given(
    st.lists(
        st.sampled_from(["plain text", "- item", "## Head", "> quote", "", "    code", "| a | b |", "!!! note", "    in note"]),
        max_size=12,
    )
)
def test_text_without_a_marker_is_left_alone(lines: list[str]) -> None:
    body = "\n".join(lines)
    assert strip_internal(body, "a.md", 1).text == body
