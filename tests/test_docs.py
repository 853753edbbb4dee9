"""The README and the settings say what is true."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from kb.cli import cli
from kb.config import ROOT, SETTINGS

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda row: row.name)
def test_every_setting_is_documented_with_its_default(setting: object) -> None:
    row = next(line for line in README.splitlines() if f"`{getattr(setting, 'name')}`" in line)  # noqa: B009
    assert getattr(setting, "default") in row  # noqa: B009


def test_no_setting_is_documented_that_is_not_there() -> None:
    assert set(re.findall(r"`(KB_[A-Z_]+)`", README)) <= {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_documented_and_has_help(command: str) -> None:
    assert f"python -m kb {command}" in README
    assert isinstance(cli.commands[command], click.Command)
    assert cli.commands[command].help


@pytest.mark.parametrize("option", ["--ablate", "--queries", "--explain", "--verbatim", "--audience", "--hopeless"])
def test_what_a_command_can_be_told_is_documented_and_there(option: str) -> None:
    known = {name for command in cli.commands.values() for parameter in command.params for name in parameter.opts}
    assert option in known
    assert f"`{option}" in README


@pytest.mark.parametrize("verb", ["help", "install", "index", "serve", "test", "lint", "evaluate", "bench", "clean"])
def test_every_verb_is_in_the_makefile_and_explained(verb: str) -> None:
    assert re.search(rf"^{verb}:.*## \w", MAKEFILE, re.MULTILINE)


def test_every_file_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)]+)\)", README):
        assert (ROOT / Path(target)).exists(), target


@pytest.mark.parametrize("folder", ["kb", "indexer", "web", "articles", "tests", "bench"])
def test_the_map_of_folders_names_every_one(folder: str) -> None:
    assert f"{folder}/" in README


def test_the_changelog_begins_with_the_version() -> None:
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert f"## {version[1]}" in (ROOT / "CHANGELOG.md").read_text()
