"""The catalogue says of a library what reading all of it says, whatever is in its cache."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.access import Audience
from kb.content.catalogue import Catalogue, load_catalogue
from kb.content.catalogue_cache import CatalogueCache
from kb.content.library import load_library
from kb.content.types import Status
from kb.errors import LibraryError

FILES = {
    "a.md": "---\ntitle: A\n---\nText.",
    "b/index.md": "---\ntitle: B\naudience: agents\nupdated: 2026-01-02\n---\nText.",
    "b/c.md": "no title, \x00 and a draft\n",
    "b.md": "---\ntitle: B\nstatus: draft\n---\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for path, text in FILES.items():
        write(folder / path, text)
    settle(folder)
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> CatalogueCache:
    return CatalogueCache(tmp_path / "cache" / "catalogue.json", "code")


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def settle(folder: Path) -> None:
    """Wait until the files are old enough for their dates to be trusted."""
    newest = max(file.stat().st_ctime_ns for file in folder.rglob("*"))
    time.sleep(max(0.0, 2.05 - (time.time_ns() - newest) / 1e9))


def assert_like_the_library(catalogue: Catalogue) -> None:
    library = load_library(catalogue.root)
    assert catalogue.headers == library.headers
    assert catalogue.site == library.site
    assert catalogue.problems == library.problems
    assert tuple(catalogue.read(header) for header in catalogue.headers) == library.sources


def changes(root: Path) -> list[Callable[[], object]]:
    return [
        lambda: None,
        lambda: write(root / "a.md", "---\ntitle: B\n---\nText."),  # of the same length
        lambda: write(root / "new/x.md", "# New"),
        (root / "b.md").unlink,
        lambda: (root / "a.md").rename(root / "z.md"),
        lambda: os.utime(root / "z.md"),
        lambda: write(root / "site.toml", 'title = "Other"'),
    ]


def test_it_is_what_reading_everything_gives_after_every_change(root: Path, cache: CatalogueCache) -> None:
    for change in changes(root):
        change()
        assert_like_the_library(load_catalogue(root, cache))
        assert_like_the_library(load_catalogue(root, cache))


def test_files_that_have_not_changed_are_not_read_again(root: Path, cache: CatalogueCache) -> None:
    first = load_catalogue(root, cache)
    status = (root / "a.md").stat()
    known = cache.load(root)
    assert {path: file.stamp is not None for path, file in known.articles.items()} == dict.fromkeys(known.articles, True)
    assert known.articles["a.md"].stamp == (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    written = cache.file.stat().st_mtime_ns
    assert load_catalogue(root, cache) == first
    assert cache.file.stat().st_mtime_ns == written


def test_an_edit_that_keeps_size_and_date_is_noticed(root: Path, cache: CatalogueCache) -> None:
    load_catalogue(root, cache)
    before = (root / "a.md").stat()
    with (root / "a.md").open("r+") as stream:  # the inode stays, too
        stream.write("---\ntitle: Z")
    os.utime(root / "a.md", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert_like_the_library(load_catalogue(root, cache))


def test_a_file_that_is_too_young_is_read_again(root: Path, cache: CatalogueCache) -> None:
    write(root / "a.md", "---\ntitle: Young\n---\n")
    load_catalogue(root, cache)
    assert cache.load(root).articles["a.md"].stamp is None


@pytest.mark.parametrize("damage", ["one bit", "cut short", "empty", "no JSON", "a pickle", "another code", "another root"])
def test_a_cache_that_cannot_be_trusted_counts_as_none(root: Path, cache: CatalogueCache, damage: str) -> None:
    load_catalogue(root, cache)
    content = cache.file.read_bytes()
    place = content.index(b'"public"')
    damaged = {
        "one bit": content[:place] + b'"agents"' + content[place + 8 :],
        "cut short": content[: len(content) // 2],
        "empty": b"",
        "no JSON": b"[[[",
        "a pickle": b"cposix\nsystem\n(S'touch /tmp/pickled'\ntR.",
        "another code": content.replace(b"code", b"edoc", 1),
        "another root": content.replace(str(root).encode(), b"/elsewhere"),
    }
    cache.file.write_bytes(damaged[damage])
    assert cache.load(root).articles == {}
    assert_like_the_library(load_catalogue(root, cache))


def test_a_text_that_changed_since_is_not_taken_for_the_one_that_was_listed(root: Path, cache: CatalogueCache) -> None:
    catalogue = load_catalogue(root, cache)
    write(root / "a.md", "---\ntitle: A\naudience: agents\n---\nSecret.")
    header = next(header for header in catalogue.headers if header.id == "a")
    assert header.audience is Audience.PUBLIC
    with pytest.raises(LibraryError, match=r"a\.md"):
        catalogue.read(header)


def test_a_file_that_cannot_be_opened_is_a_problem(root: Path, cache: CatalogueCache) -> None:
    (root / "loop.md").symlink_to("loop.md")
    assert_like_the_library(load_catalogue(root, cache))


def test_images_and_settings_are_digested(root: Path, cache: CatalogueCache) -> None:
    write(root / "b/x.PNG", "one")
    write(root / "site.toml", "")
    before = load_catalogue(root, cache).files
    assert sorted(before) == ["b/x.PNG", "site.toml"]
    write(root / "b/x.PNG", "two")
    after = load_catalogue(root, cache).files
    assert before["b/x.PNG"] != after["b/x.PNG"]
    assert before["site.toml"] == after["site.toml"]


def git(root: Path, *arguments: str, date: str = "2026-01-01") -> None:
    dates = {"GIT_AUTHOR_DATE": f"{date}T12:00:00Z", "GIT_COMMITTER_DATE": f"{date}T12:00:00Z"}
    names = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    subprocess.run(command, cwd=root, env=os.environ | dates | names, check=True, capture_output=True)


def test_dates_come_from_the_commits_that_are_new(root: Path, cache: CatalogueCache) -> None:
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    assert_like_the_library(load_catalogue(root, cache))
    write(root / "a.md", "# Changed")
    git(root, "commit", "-qam", "two", date="2026-02-02")
    assert_like_the_library(load_catalogue(root, cache))
    git(root, "checkout", "-q", "-b", "side", "HEAD~1")
    write(root / "b/c.md", "# Changed aside")
    git(root, "commit", "-qam", "three", date="2026-01-20")
    assert_like_the_library(load_catalogue(root, cache))  # what was known is no ancestor of this
    git(root, "checkout", "-q", "main")
    load_catalogue(root, cache)
    git(root, "merge", "-q", "side", "-m", "four", date="2026-03-03")
    catalogue = load_catalogue(root, cache)
    assert_like_the_library(catalogue)
    dates = {header.id: str(header.updated) for header in catalogue.headers}
    assert dates == {"a": "2026-02-02", "b": "2026-01-01", "b/c": "2026-01-20"}


@pytest.mark.parametrize("first", ["the day before", "the day itself"])
def test_an_article_is_a_draft_until_its_day_whatever_the_cache_knows(root: Path, cache: CatalogueCache, first: str) -> None:
    write(root / "d.md", "---\ntitle: D\npublish_on: 2999-01-01\n---\nText.")
    settle(root)
    day = dt.date(2999, 1, 1)
    before = day - dt.timedelta(days=1)
    order = (before, day) if first == "the day before" else (day, before)
    for today in (*order, *order):
        header = next(header for header in load_catalogue(root, cache, today).headers if header.id == "d")
        assert header.is_for(Audience.PUBLIC) is (today == day)
        source = next(source for source in load_library(root, today=today).sources if source.id == "d")
        assert source.front.status is (Status.PUBLISHED if today == day else Status.DRAFT)
