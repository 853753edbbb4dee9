"""Git tells when a file last changed, and nothing in a repository makes it do anything else."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from pathlib import Path

import pytest

from kb.content.history import last_changed
from kb.content.library import load_library


def git(folder: Path, *arguments: str, date: str = "2026-01-01T12:00:00+00:00") -> None:
    environment = os.environ | {
        "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org",
    }  # fmt: skip
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    articles = tmp_path / "repository" / "articles"
    (articles / "a b").mkdir(parents=True)
    git(articles.parent, "init", "-q")
    for name in ("one.md", "a b/zwei ü\n.md", 'quo"te.md'):
        (articles / name).write_text("x")
    git(articles.parent, "add", ".")
    git(articles.parent, "commit", "-qm", "First", date="2026-01-02T23:30:00+00:00")
    (articles / "one.md").write_text("y")
    git(articles.parent, "commit", "-qam", "Second", date="2026-03-04T12:00:00+00:00")
    return articles


def test_each_file_has_the_date_of_its_last_commit(repository: Path) -> None:
    first = dt.date(2026, 1, 2)
    assert last_changed(repository) == {"one.md": dt.date(2026, 3, 4), "a b/zwei ü\n.md": first, 'quo"te.md': first}


def test_a_renamed_file_has_the_date_of_the_renaming(repository: Path) -> None:
    git(repository, "mv", "one.md", "two.md")
    git(repository, "commit", "-qm", "Third", date="2026-05-06T12:00:00+00:00")
    assert last_changed(repository)["two.md"] == dt.date(2026, 5, 6)


def test_articles_take_the_date_unless_they_say_otherwise(repository: Path) -> None:
    (repository / "said.md").write_text("---\nupdated: 2020-01-01\n---\nx")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Third", date="2026-05-06T12:00:00+00:00")
    dates = {source.id: source.updated for source in load_library(repository).sources}
    assert dates["said"] == dt.date(2020, 1, 1)
    assert dates["one"] == dt.date(2026, 3, 4)


def test_without_a_repository_or_a_commit_there_are_no_dates(tmp_path: Path) -> None:
    assert last_changed(tmp_path) == {}
    git(tmp_path, "init", "-q")
    (tmp_path / "a.md").write_text("x")
    assert last_changed(tmp_path) == {}
    assert last_changed(tmp_path / "none") == {}


def test_without_git_there_are_no_dates(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert last_changed(repository) == {}


def test_no_program_that_a_repository_names_is_run(repository: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "gpg.program",
        "diff.md.textconv",
        "core.sshCommand",
        "core.editor",
    ):
        git(repository, "config", setting, str(trap))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "alias.log", f"!{trap}")
    (repository / ".gitattributes").write_text("*.md diff=md\n")
    assert len(last_changed(repository)) == 3
    assert not (tmp_path / "sprung").exists()


def test_settings_of_the_environment_do_not_lead_elsewhere(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "/bin/false")
    assert len(last_changed(repository)) == 3
