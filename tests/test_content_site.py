"""site.toml is read with its order kept, and what is wrong in it is told, not fatal."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.content.site import read_site
from kb.content.types import ContactWay, Site, Topic, TopicGroup
from tests.content_files import rules_of

FULL = """
title = "Help"
tagline = "Tag"
description = "Text"
example_searches = ["a"]
most_needed = ["x/y"]

[[topics]]
id = "wifi"
title = "Wi-Fi"
summary = "S"
icon = "wifi"
featured = ["wifi/a"]
groups = [{ title = "Weak", articles = ["wifi/a"] }]

[[topics]]
id = "email"

[products]
fibre = "Fibre"

[platforms]
ios = "iPhone"

[search]
answer_closeness = 0.6

[contact]
intro = "Intro"

[[contact.ways]]
name = "Phone"
value = "1"
hours = "H"
icon = "phone"
"""


def test_every_value_is_read(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(FULL)
    site, problems = read_site(tmp_path, ["email", "no-internet", "wifi"])
    assert problems == ()
    assert site == Site(
        title="Help",
        tagline="Tag",
        description="Text",
        example_searches=("a",),
        most_needed=("x/y",),
        topics=(
            Topic("wifi", "Wi-Fi", "S", "wifi", ("wifi/a",), (TopicGroup("Weak", ("wifi/a",)),)),
            Topic("email", "Email"),
            Topic("no-internet", "No internet"),
        ),
        products={"fibre": "Fibre"},
        platforms={"ios": "iPhone"},
        contact_intro="Intro",
        contact_ways=(ContactWay("Phone", "1", "H", "phone"),),
        answer_closeness=0.6,
    )


def test_without_a_file_the_topics_are_the_folders(tmp_path: Path) -> None:
    site, problems = read_site(tmp_path, ["dns_errors"])
    assert site == Site(topics=(Topic("dns_errors", "Dns errors"),))
    assert problems == ()


@pytest.mark.parametrize("data", [b"title = ", b"\xff\xfe", b"[a]\n[a]\n", b"x = " + b"[" * 5000])
def test_a_file_that_is_no_toml_leaves_the_defaults(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "site.toml").write_bytes(data)
    site, problems = read_site(tmp_path, ["a"])
    assert site == Site(topics=(Topic("a", "A"),))
    assert rules_of(problems) == {"site-invalid"}


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("\ntitle = 3", "site-value", 2),
        ("\nmost_needed = 'x'", "site-value", 2),
        ("\n[products]\nfibre = 1", "site-value", 2),
        ("\n[topics]\nid = 'x'", "site-value", 2),
        ("\n[[topics]]\ntitle = 'x'", "site-value", 1),
        ("contact = 1", "site-value", 1),
        ("\n[contact]\nways = [{name = 'x'}]", "site-value", 3),
        ("\n\nlogo = 'x'", "site-unknown-key", 3),
    ],
)
def test_a_wrong_value_is_left_out_and_reported(tmp_path: Path, text: str, rule: str, line: int) -> None:
    (tmp_path / "site.toml").write_text(text)
    site, problems = read_site(tmp_path, [])
    assert site == Site()
    assert [(problem.rule, problem.line) for problem in problems] == [(rule, line)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[search]\nanswer_closeness = 0.1", "site-value"),
        ("[search]\nanswer_closeness = 1.0", "site-value"),
        ("[search]\nanswer_closeness = 'far'", "site-value"),
        ("[search]\nanswer_closeness = true", "site-value"),
        ("[search]\nnearness = 0.5", "site-unknown-key"),
        ("search = 'near'", "site-value"),
    ],
)
def test_how_close_an_answer_must_be_is_a_share_and_nothing_else(tmp_path: Path, text: str, rule: str) -> None:
    (tmp_path / "site.toml").write_text(text)
    site, problems = read_site(tmp_path, [])
    assert rules_of(problems) == {rule}
    assert site.answer_closeness is None


@pytest.mark.parametrize("group", ['{ title = "T" }', '{ articles = ["a/x"] }', '{ title = 1, articles = ["a/x"] }', '"T"'])
def test_a_group_of_a_topic_needs_a_title_and_articles(tmp_path: Path, group: str) -> None:
    (tmp_path / "site.toml").write_text(f'[[topics]]\nid = "a"\ngroups = [{group}]\n')
    site, problems = read_site(tmp_path, ["a"])
    assert rules_of(problems) == {"site-value"}
    assert site.topics[0].groups == ()
