"""Lint tells every problem once, on its line, by a rule that is listed, with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kb.content.library import load_library
from kb.content.lint import RULES, lint
from kb.content.types import Severity
from tests.content_files import write_library

KEPT = "symptoms: [a, b, c, d]\n{more}questions: [what, why]\nowner: us\nreview_by: 2027-01-01\n"
TEXT = "The box is on. " * 63  # 252 words
GOOD = f"---\ntitle: {{title}}\nsummary: S.\n{KEPT}---\n{TEXT}\n{{body}}"
SITE = (
    'most_needed = ["a/x"]\n[products]\nfibre = "Fibre"\n[platforms]\nios = "iPhone"\n[[topics]]\nid = "a"\nfeatured = ["a/x"]\n'
)
AGENTS = GOOD.format(title="Internal", more="audience: agents\n", body="")


def problems_of(root: Path, *, more: str = "", body: str = "", files: dict[str, str] | None = None) -> list[tuple[str, str, int]]:
    written = {"site.toml": SITE, "a/x.md": GOOD.format(title="Ex", more=more, body=body), "a/agents.md": AGENTS} | (files or {})
    return [(problem.rule, problem.path, problem.line) for problem in lint(write_library(root, written))]


def test_a_good_library_has_no_problem(tmp_path: Path) -> None:
    more = "products: [fibre]\nplatforms: [ios]\nrelated: [a/y]\nredirect_from: [old/x]\n"
    body = "\n[y](y.md#head) [own](#own)\n\n## Own\n\n!!! internal\n    [in](agents.md)\n"
    y = GOOD.format(title="Why", more="", body="\n## Head\n\nText.\n")
    assert problems_of(tmp_path, more=more, body=body, files={"a/y.md": y}) == []


@pytest.mark.parametrize(
    ("more", "body", "rule", "line"),
    [
        ("products: [fibre, cabel]\n", "", "product-unknown", 5),
        ("platforms: [amiga]\n", "", "platform-unknown", 5),
        ("related: [a/none]\n", "", "related-unknown", 5),
        ("related: [a/agents]\n", "", "related-to-internal", 5),
        ("redirect_from: [a/agents]\n", "", "redirect-taken", 5),
        ("", "\n[x](none.md)", "link-broken", 11),
        ("", "\n[x](agents.md)", "link-to-internal", 11),
        ("", "\n[x](#none)", "anchor-missing", 11),
        ("", "\n[x](../a/x.md#none)", "anchor-missing", 11),
        ("", "\n##\n\nText.", "heading-empty", 11),
        ("", "\n!!! internal\n\nText.", "internal-empty", 11),
        ("", "\n!!! internal\nText.", "internal-not-indented", 12),
        ("", "\n```\nText.", "fence-unclosed", 11),
        ("", "\n![a](none.png)", "image-missing", 11),
        ("", "\n!!! internal\n    [x](none.md)", "link-broken", 12),
    ],
)
def test_each_rule_is_told_once_on_its_line(tmp_path: Path, more: str, body: str, rule: str, line: int) -> None:
    assert problems_of(tmp_path, more=more, body=body) == [(rule, "a/x.md", line)]


def test_what_an_article_must_have_is_missed(tmp_path: Path) -> None:
    files = {
        "a/y.md": "---\nowner: me\n---\n",
        "a/z.md": GOOD.format(title="x" * 71, more="", body=""),
        "b/w.md": GOOD.format(title="EX", more="", body=""),
    }
    assert problems_of(tmp_path, files=files) == [
        ("questions-few", "a/y.md", 1),
        ("review-missing", "a/y.md", 1),
        ("summary-missing", "a/y.md", 1),
        ("symptoms-missing", "a/y.md", 1),
        ("title-missing", "a/y.md", 1),
        ("body-empty", "a/y.md", 4),
        ("title-long", "a/z.md", 2),
        ("title-duplicate", "b/w.md", 2),
    ]


def test_an_article_that_is_all_internal_is_empty_for_the_public(tmp_path: Path) -> None:
    text = f"---\ntitle: T\nsummary: S\n{KEPT.format(more='')}---\n!!! internal\n    All.\n"
    assert problems_of(tmp_path, files={"a/y.md": text}) == [("body-empty", "a/y.md", 9)]


def test_drafts_are_left_in_peace(tmp_path: Path) -> None:
    assert problems_of(tmp_path, files={"a/y.md": "---\ntitle: Ex\nstatus: draft\nproducts: [none]\n---\n[x](none.md)"}) == []


@pytest.mark.parametrize("id", ["a/none", "a/agents"])
def test_the_home_page_may_name_only_what_everybody_reads(tmp_path: Path, id: str) -> None:
    files = {"site.toml": SITE.replace('["a/x"]', f'["a/x",\n"{id}"]', 1)}
    assert problems_of(tmp_path, files=files) == [("site-unknown-article", "site.toml", 2)]


@pytest.mark.parametrize("id", ["a/none", "a/agents"])
def test_so_may_the_groups_of_a_topic(tmp_path: Path, id: str) -> None:
    files = {"site.toml": SITE + f'groups = [{{ title = "G", articles = ["a/x", "{id}"] }}]\n'}
    assert problems_of(tmp_path, files=files) == [("site-unknown-article", "site.toml", 9)]


def test_a_topic_for_agents_may_feature_their_articles(tmp_path: Path) -> None:
    files = {
        "site.toml": SITE + '[[topics]]\nid = "agents"\nfeatured = ["agents/one"]\n',
        "agents/one.md": AGENTS.replace("Internal", "One"),
    }
    assert problems_of(tmp_path, files=files) == []


def test_two_articles_cannot_claim_one_old_address(tmp_path: Path) -> None:
    y = GOOD.format(title="Why", more="redirect_from: [old]\n", body="")
    assert problems_of(tmp_path, more="redirect_from: [old]\n", files={"a/y.md": y}) == [("redirect-taken", "a/y.md", 5)]


def test_the_hostile_files_break_listed_rules_only() -> None:
    problems = lint(load_library(Path(__file__).parent / "data" / "content" / "hostile"))
    assert list(problems) == sorted(set(problems))
    for problem in problems:
        assert problem.severity is RULES[problem.rule].severity
        assert problem.message.strip().endswith((".", "`…`."))
        assert "\n" not in problem.message


def test_every_rule_that_the_code_names_is_listed_and_no_other() -> None:
    folder = Path(__file__).parent.parent / "kb" / "content"
    code = "\n".join(file.read_text() for file in folder.glob("*.py") if file.name != "rules.py")
    named = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|encoding)"', code)) & set(RULES) | {"product-unknown", "platform-unknown"}
    assert named == set(RULES)
    assert all(rule.meaning.endswith(".") and rule.severity in Severity for rule in RULES.values())
