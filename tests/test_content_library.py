"""A folder of Markdown with every oddity that real ones have is loaded, and what is wrong is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.access import Audience
from kb.content.decoding import MAX_BYTES
from kb.content.library import Renderer, load_library, readable
from kb.content.types import Library, Problem
from kb.errors import LibraryError
from tests.content_files import html_of, render_files, rules_of, source_of, text_of, write_library


def ids(library: Library) -> list[str]:
    return [source.id for source in library.sources]


def told(library: Library) -> list[tuple[str, str, int]]:
    return [(problem.rule, problem.path, problem.line) for problem in library.problems]


def test_every_markdown_file_is_an_article_but_the_readme_at_the_root(tmp_path: Path) -> None:
    files = {
        "README.md": "x",
        "b/README.md": "x",
        "b/a.md": "x",
        "a.md": "x",
        "c/d/e.MD": "x",
        ".git/x.md": "x",
        "b/.x.md": "x",
        "n.txt": "x",
    }
    library = write_library(tmp_path, files)
    assert ids(library) == ["a", "b/README", "b/a", "c/d/e"]
    assert [source.topic for source in library.sources] == ["", "b", "b", "c"]


def test_an_index_takes_its_folders_path(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"index.md": "x", "a/index.md": "x", "a/b/index.md": "x"})
    assert ids(library) == ["a", "a/b", "index"]


def test_of_two_files_with_one_address_the_first_wins(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"a.md": "---\ntitle: First\n---\nx", "a/index.md": "---\ntitle: Second\n---\nx"})
    assert [source.title for source in library.sources] == ["First"]
    assert told(library) == [("path-taken", "a/index.md", 1)]


@pytest.mark.parametrize(
    ("path", "content", "title"),
    [
        ("a/x.md", "---\ntitle: From front matter\n---\n# From H1", "From front matter"),
        ("a/x.md", "---\nsummary: s\n---\n# From **H1** and [link](x.md) {#id}\n", "From H1 and link"),
        ("a/x.md", "From underline\n===\n\ntext", "From underline"),
        ("a/x.md", "```\n# In code\n```\n\n# Real #", "Real"),
        ("a/x.md", "!!! internal\n    # Secret\n\n# Open", "Open"),
        ("a/x.md", "!!! internal\n# Secret\n\nOpen", "X"),
        ("a/dns-server_not responding.md", "No heading.", "Dns server not responding"),
        ("a/vpn-access/index.md", "text", "Vpn access"),
        ("a/x.md", "", "X"),
    ],
)
def test_a_missing_title_is_the_h1_or_else_the_file_name(tmp_path: Path, path: str, content: str, title: str) -> None:
    library = write_library(tmp_path, {path: content})
    assert library.sources[0].title == title
    assert ("title-missing" in rules_of(library.problems)) == (title != "From front matter")


def test_an_h1_that_differs_from_the_title_is_searched_and_not_shown(tmp_path: Path) -> None:
    article, _ = render_files(tmp_path, {"a.md": "---\ntitle: T\n---\n# Other words\n\nText."}, "a")
    assert (article.also_titled, text_of(article)) == ("Other words", "\nText.")
    article, _ = render_files(tmp_path, {"a.md": "---\ntitle: Same\n---\n# same\n\nText."}, "a")
    assert article.also_titled == ""


def test_a_byte_order_mark_blank_lines_and_crlf_do_no_harm(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf\r\n\r\n---\r\ntitle: T\r\naudience: agents\r\n---\r\n\r\n## A\r\n\r\nText.\rMore.\r\n"
    library = write_library(tmp_path, {"a.md": data})
    (source,) = library.sources
    assert (source.title, source.front.audience, source.body_line) == ("T", Audience.AGENTS, 7)
    assert source.body == "\n## A\n\nText.\nMore.\n"
    assert library.problems == ()


@pytest.mark.parametrize(
    ("data", "body", "rule", "line"),
    [
        ("---\ntitle: T\n---\nGrö\nße".encode("latin-1"), "Gr\ufffd\n\ufffde", "encoding", 4),
        ("---\ntitle: T\n---\nGröße".encode("utf-16"), "Größe", "encoding", 1),
        (b"---\ntitle: T\n---\na\n\x00b\x1b", "a\nb", "control-characters", 5),
        ("---\ntitle: T\n---\na\u202eb".encode(), "ab", "control-characters", 4),
    ],
)
def test_bytes_that_are_no_text_are_mended_and_reported(tmp_path: Path, data: bytes, body: str, rule: str, line: int) -> None:
    library = write_library(tmp_path, {"a.md": data})
    assert library.sources[0].body == body
    assert told(library) == [(rule, "a.md", line)]


def test_a_replacement_character_that_was_written_is_no_problem(tmp_path: Path) -> None:
    assert write_library(tmp_path, {"a.md": "---\ntitle: T\n---\n\ufffd"}).problems == ()


def test_a_file_over_the_limit_is_cut(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"a.md": "---\ntitle: T\n---\n" + "word é\n" * MAX_BYTES})
    assert len(library.sources[0].body.encode()) <= MAX_BYTES + 3
    assert rules_of(library.problems) == {"file-too-large"}


@pytest.mark.parametrize(
    "name",
    [
        "with space.md",
        "a&b.md",
        "it's.md",
        "(x).md",
        "é.md",
        "#1.md",
        "100%.md",
        "a?b.md",
        "zero\u200bwidth.md",
        "x" * 200 + ".md",
    ],
)
def test_odd_file_names_are_addresses(tmp_path: Path, name: str) -> None:
    article, problems = render_files(tmp_path, {f"f o/{name}": "---\ntitle: T\n---\n[self](#x)\n\n## X"}, f"f o/{name[:-3]}")
    assert article.id == f"f o/{name[:-3]}"
    assert problems == ()


def test_file_names_that_no_address_can_carry_are_left_out(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.md")).write_text("x")
    (tmp_path / "a\nb.md").write_text("x")
    library = load_library(tmp_path)
    assert library.sources == ()
    assert [problem.rule for problem in library.problems] == ["path-unusable", "path-unusable"]
    assert all(problem.path.isprintable() for problem in library.problems)


def test_symbolic_links_are_followed_inside_the_library_only(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.md").write_text("x")
    root = tmp_path / "library"
    (root / "a").mkdir(parents=True)
    (root / "a/real.md").write_text("x")
    (root / "a/copy.md").symlink_to("real.md")
    (root / "b").symlink_to("a")
    (root / "a/loop").symlink_to("../a")
    (root / "a/up").symlink_to("..")
    (root / "out").symlink_to("../outside")
    (root / "a/escape.md").symlink_to("../../outside/secret.md")
    (root / "a/dangling.md").symlink_to("none.md")
    os.mkfifo(root / "a/pipe.md")
    library = load_library(root)
    assert ids(library) == ["a/copy", "a/real", "b/copy", "b/real"]
    paths = {problem.path for problem in library.problems if problem.rule == "path-outside"}
    assert {"a/escape.md", "a/loop", "a/up", "out"} <= paths


def test_what_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to("a.md")
    library = load_library(tmp_path)
    assert library.sources == ()
    assert told(library) == [("file-unreadable", "a.md", 1)]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="none"):
        load_library(tmp_path / "none")


def test_an_empty_folder_is_an_empty_library(tmp_path: Path) -> None:
    library = load_library(tmp_path)
    assert (library.sources, library.problems, library.site.topics) == ((), (), ())


def test_progress_counts_the_files(tmp_path: Path) -> None:
    write_library(tmp_path, {"a.md": "x", "b.md": "x"})
    calls: list[tuple[int, int]] = []
    load_library(tmp_path, on_progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 2), (2, 2)]


def test_each_audience_reads_its_own_and_only_what_is_published(tmp_path: Path) -> None:
    library = write_library(
        tmp_path,
        {
            "a.md": "---\ntitle: A\n---\nx",
            "b.md": "---\ntitle: B\naudience: agents\n---\nx",
            "c.md": "---\ntitle: C\nstatus: draft\n---\nx",
            "d.md": "---\ntitle: D\nstatus: retired\n---\nx",
        },
    )
    assert ids(library) == ["a", "b", "c", "d"]
    assert [source.id for source in readable(library, Audience.PUBLIC)] == ["a"]
    assert [source.id for source in readable(library, Audience.AGENTS)] == ["a", "b"]
    renderer = Renderer(library)
    for id, audience in [("b", Audience.PUBLIC), ("c", Audience.AGENTS), ("c", Audience.PUBLIC), ("d", Audience.AGENTS)]:
        with pytest.raises(ValueError, match=f"{id}.md"):
            renderer.render(source_of(library, id), audience)


def test_an_article_carries_what_its_front_matter_says(tmp_path: Path) -> None:
    files = {
        "a/x.md": "---\ntitle: T\nsummary: S\nproducts: p\nplatforms: [ios]\nsymptoms: [s]\n"
        "errors: [e]\nrelated: [a/y.md, /a/y, a/z, a/x, none]\n"
        "redirect_from: [old]\nupdated: 2026-02-03\n---\none two\n\n## Three\n\nfour",
        "a/y.md": "---\ntitle: Y\n---\nx",
        "a/z.md": "---\ntitle: Z\naudience: agents\n---\nx",
    }
    public, _ = render_files(tmp_path, files, "a/x")
    agents, _ = render_files(tmp_path, files, "a/x", Audience.AGENTS)
    assert (public.title, public.summary, public.topic, public.products, public.platforms) == ("T", "S", "a", ("p",), ("ios",))
    assert (public.symptoms, public.errors, public.redirect_from, str(public.updated)) == (("s",), ("e",), ("old",), "2026-02-03")
    assert public.related == ("a/y",)
    assert agents.related == ("a/y", "a/z")
    assert public.words == 3
    assert [section.heading for section in public.sections] == ["", "Three"]


def test_a_base64_image_and_a_long_line_are_served(tmp_path: Path) -> None:
    image = "data:image/png;base64," + "A" * 300_000
    body = f"![x]({image})\n\n" + "word " * 20_000
    article, problems = render_files(tmp_path, {"a.md": f"---\ntitle: T\n---\n{body}"}, "a")
    assert f'src="{image}"' in html_of(article)
    assert article.words == 20_001
    assert problems == ()


def test_problems_come_in_order(tmp_path: Path) -> None:
    library = write_library(tmp_path, {"b.md": "x", "a.md": "---\nx: 1\n---\n"})
    assert list(library.problems) == sorted(library.problems)
    assert all(isinstance(problem, Problem) and problem.line >= 1 for problem in library.problems)
