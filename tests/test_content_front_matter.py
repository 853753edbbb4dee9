"""Front matter is read tolerantly, and denies where it is in doubt who may read."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.access import Audience
from kb.content.front_matter import split_front_matter
from kb.content.types import FrontMatter, Problem, Status
from tests.content_files import rules_of


def read(block: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    front, _, _, problems = split_front_matter(f"---\n{block}\n---\nBody.\n", "a/b.md")
    return front, problems


def test_every_key_of_the_format_is_read() -> None:
    front, problems = read(
        "title: Red light\nsummary: Check it.\naudience: agents\nstatus: published\nproducts: [fibre]\nplatforms: [ios]\n"
        'symptoms: ["red light"]\nerrors: ["LOS", 651]\nquestions: ["why?"]\nrelated: [a/b]\nredirect_from: [c/d]\n'
        "owner: access-team\nreview_by: 2027-05-01\npublish_on: 2026-12-01\nupdated: 2026-01-02"
    )
    assert problems == ()
    assert (front.title, front.summary, front.audience, front.owner) == ("Red light", "Check it.", Audience.AGENTS, "access-team")
    assert (front.products, front.platforms, front.errors) == (("fibre",), ("ios",), ("LOS", "651"))
    assert (front.symptoms, front.questions, front.related, front.redirect_from) == (
        ("red light",),
        ("why?",),
        ("a/b",),
        ("c/d",),
    )
    assert (front.review_by, front.updated) == (dt.date(2027, 5, 1), dt.date(2026, 1, 2))
    assert front.publish_on == dt.date(2026, 12, 1)
    assert front.lines["errors"] == 9


@pytest.mark.parametrize(
    ("text", "body", "line"),
    [
        ("---\ntitle: T\n---\nBody", "Body", 4),
        ("\n\n---\ntitle: T\n---\n\nBody", "\nBody", 6),
        ("---  \ntitle: T\n...\nBody", "Body", 4),
        ("---\n---\nBody", "Body", 3),
        ("No front matter\n\n---\n\nBody", "No front matter\n\n---\n\nBody", 1),
        ("---\n\nA rule above, and no front matter", "---\n\nA rule above, and no front matter", 1),
        ("", "", 1),
    ],
)
def test_the_body_begins_after_the_front_matter(text: str, body: str, line: int) -> None:
    _, found_body, body_line, problems = split_front_matter(text, "a.md")
    assert (found_body, body_line, problems) == (body, line, ())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-05", dt.date(2024, 3, 5)),
        ("03/05/2024", dt.date(2024, 3, 5)),
        ("'03/05/2024'", dt.date(2024, 3, 5)),
        ("2024-03-05T10:20:30Z", dt.date(2024, 3, 5)),
        ("2024-03-05 10:20:30 +01:00", dt.date(2024, 3, 5)),
        ("2024/3/5", dt.date(2024, 3, 5)),
        ("31/12/2024", None),
        ("last week", None),
        ("2024-02-30", None),
        ("[2024-03-05]", None),
    ],
)
def test_dates_come_in_many_spellings(value: str, expected: dt.date | None) -> None:
    front, problems = read(f"title: T\nms.date: {value}")
    assert front.updated == expected
    assert rules_of(problems) == (set() if expected else {"front-matter-date"})
    assert all(problem.line == 3 for problem in problems)


def test_the_first_date_key_that_can_be_read_counts() -> None:
    assert read("ms.date: 01/02/2024\nupdated: soon\ndate: 2020-01-01")[0].updated == dt.date(2024, 1, 2)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("products: fibre, dsl", ("fibre", "dsl")),
        ("products: fibre", ("fibre",)),
        ("products: 42", ("42",)),
        ("products:", ()),
        ("products: [fibre, null, fibre]", ("fibre",)),
        ("products:\n  - fibre: new", ("fibre: new",)),
        ("products: {a: b}", ()),
    ],
)
def test_a_list_may_be_a_string_a_number_or_nothing(line: str, expected: tuple[str, ...]) -> None:
    assert read(line)[0].products == expected


def test_values_stay_as_they_were_written() -> None:
    front, _ = read("title: 0651\nerrors: [0x1F, no, 1e3, 2024-01-01, ~]")
    assert (front.title, front.errors) == ("0651", ("0x1F", "no", "1e3", "2024-01-01"))


def test_a_value_of_the_wrong_kind_is_reported_on_its_line() -> None:
    front, problems = read("summary: fine\ntitle: [a, b]")
    assert front.title is None
    assert [(problem.rule, problem.line) for problem in problems] == [("front-matter-wrong-type", 3)]


def test_unknown_keys_are_kept_and_reported_once() -> None:
    front, problems = read("title: T\nms.author: me\nkey with: spaces\nms:topic: x\nList: [1, {a: null}]")
    assert front.extra == {"ms.author": "me", "key with": "spaces", "ms:topic": "x", "List": ["1", {"a": None}]}
    assert [problem.rule for problem in problems] == ["front-matter-unknown-keys"]


def test_a_key_that_stands_twice_is_reported_and_the_first_counts() -> None:
    front, problems = read("title: One\nTitle: Two")
    assert front.title == "One"
    assert [(problem.rule, problem.line) for problem in problems] == [("front-matter-duplicate-key", 3)]


@pytest.mark.parametrize(
    "title", ["DNS: it's always DNS", "Fix # signs", "[Urgent] Router: reset", "100% CPU: `cmd`", "@home: x"]
)
def test_titles_that_yaml_cannot_take_are_saved(title: str) -> None:
    front, _ = read(f"title: {title}\nsummary: S: s\nproducts:\n- fibre\nstatus: published\naudience: public")
    assert front.title in (title, title.partition(" #")[0])
    assert (front.products, front.audience, front.status) == (("fibre",), Audience.PUBLIC, Status.PUBLISHED)


def test_broken_yaml_is_reported_on_its_line() -> None:
    _, problems = read("title: fine\nsummary: not: fine")
    assert [(problem.rule, problem.line) for problem in problems] == [("front-matter-invalid", 3)]


@pytest.mark.parametrize(
    "block",
    [
        "audience: staff",
        "audience: agents",
        "audience:",
        "audience: [public]",
        "audience: {a: public}",
        "Audience: Agents",
        '"audience": agents',
        "audience: public\naudience: agents",
        "audience: agents\naudience: public",
        "target_audience: agents",
        "meta:\n  audience: agents",
        "title: a: b\naudience: agents",
        "title: a: b\naudience: public-ish",
        "title: a: b\n  audience: public",
        "title: a: b\naudience: public\n  and agents",
        "title: a: b\n# AUDIENCE agents",
        "title: [\naudience: agents",
        "a: &x 1\nb: *x\naudience: agents",
        "audience: !!python/name:os.system public-not",
    ],
)
def test_an_audience_in_doubt_means_agents_only(block: str) -> None:
    assert read(block)[0].audience is Audience.AGENTS


@pytest.mark.parametrize(
    "block", ["title: T", "audience: public", "audience: Public", "title: a: b", "title: a: b\naudience: 'public'"]
)
def test_public_stays_public(block: str) -> None:
    assert read(block)[0].audience is Audience.PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: T\naudience: agents\n\nBody",
        "---\ntitle: T\nBody of the audience",
        "---\ntitle: T\n\nBody of another\n\naudience",
        "# Title\n\n---\naudience: agents\n---\nBody",
        "<!-- note -->\n---\naudience: agents\n---\nBody",
        " ---\naudience: agents\n---\nBody",
        "+++\naudience = 'agents'\n+++\nBody",
    ],
)
def test_front_matter_without_end_or_in_the_wrong_place_denies(text: str) -> None:
    front, _, _, problems = split_front_matter(text, "a.md")
    assert front.audience is Audience.AGENTS
    assert rules_of(problems) & {"front-matter-unclosed", "front-matter-misplaced"}


def test_unclosed_front_matter_keeps_what_can_be_read() -> None:
    front, body, line, _ = split_front_matter("---\ntitle: T\nstatus: retired\n\nBody", "a.md")
    assert (front.title, front.status, body.strip(), line) == ("T", Status.RETIRED, "Body", 4)


@pytest.mark.parametrize(
    ("block", "status"),
    [
        ("status: published", Status.PUBLISHED),
        ("status: Retired", Status.RETIRED),
        ("status: ready", Status.DRAFT),
        ("status:", Status.DRAFT),
        ("status: published\nstatus: draft", Status.DRAFT),
        ("title: a: b\nstatus: published", Status.PUBLISHED),
        ("title: a: b\n  status: draft", Status.DRAFT),
    ],
)
def test_a_status_in_doubt_means_draft(block: str, status: Status) -> None:
    assert read(block)[0].status is status


@pytest.mark.parametrize(
    "block",
    [
        "a: &a [x]\nb: *a",
        "a: " + "[" * 5000 + "]" * 5000,
        "x: '" + "a" * 70_000 + "'",
        "title: !!python/object/apply:os.system ['true']",
        "title: !evil x",
        "- a\n- b",
    ],
)
def test_more_yaml_than_a_writer_needs_is_refused(block: str) -> None:
    assert "front-matter-invalid" in rules_of(read(block)[1])


@given(st.text(max_size=300))
def test_no_text_makes_it_raise(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\n", f"---\n{text}", f"---\ntitle: {text}\naudience: {text}\nproducts: {text}\n---\nx"):
        front, _, line, _ = split_front_matter(whole, "a.md")
        assert line >= 1
        assert front.audience in Audience


@given(
    st.lists(
        st.sampled_from(
            ["audience: agents", "title: x", "a: b: c", " - d", "x: [", "# e", "", "status: draft", "k: |", "  text"]
        ),
        max_size=8,
    )
)
def test_an_article_that_says_agents_at_the_margin_is_never_public(lines: list[str]) -> None:
    front, _, _, _ = split_front_matter("\n".join(["---", *lines, "audience: agents", "---", "Body"]), "a.md")
    assert front.audience is Audience.AGENTS


@pytest.mark.parametrize(
    "block",
    [
        "publish_on: next Tuesday",
        "publish_on: [2026-01-01]",
        "publish_on: 2026-01-01\npublish_on: 2027-01-01",
        "status: published\npublish_on: soon",
        "title: [unclosed\n'publish_on 2027-01-01",
        "title: [unclosed\nstatus: published\n'publish_on 2027-01-01",
    ],
)
def test_an_article_is_a_draft_where_its_day_is_not_certain(block: str) -> None:
    front, problems = read(block)
    assert front.status is Status.DRAFT
    assert "publish-day-unknown" in {problem.rule for problem in problems}


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_day_publishes_nothing_that_is_not_to_be_published(status: str) -> None:
    front, _ = read(f"status: {status}\npublish_on: 2020-01-01")
    assert front.status is Status(status)
