"""The files of a library: every Markdown file below a folder, and what had to be left out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.content.reading import article_id
from kb.content.rules import found
from kb.content.types import Problem
from kb.errors import LibraryError

_NOT_AN_ARTICLE = "README.md"  # at the root: it speaks to writers
_ENDING = ".md"
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def find_files(root: Path, problems: list[Problem]) -> list[str]:
    """The path, relative to the root, of every article, in order; problems are added to the list.

    Hidden files and folders are passed over. Symbolic links are followed where they lead to
    something inside the root that does not hold them. Raises `LibraryError` if the root cannot
    be read.
    """
    try:
        resolved = root.resolve(strict=True)
        files = sorted(_Walk(root, resolved, problems).below("", frozenset({resolved})))
    except OSError as error:
        raise LibraryError(f"The articles folder {root} cannot be read: {error.strerror}.") from error
    usable: list[str] = []
    for path in files:
        if _UNUSABLE.search(path) or not article_id(path).strip(" ./"):
            message = "The file's name holds characters that no address can carry; rename it."
            problems.append(found("path-unusable", _shown(path), 1, message))
        elif path != _NOT_AN_ARTICLE:
            usable.append(path)
    return usable


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Path
    resolved: Path  # the root, without symbolic links
    problems: list[Problem]

    def below(self, folder: str, above: frozenset[Path]) -> Iterator[str]:
        """Yield the paths of the Markdown files below a folder, which is a path from the root with a slash at its end, or empty.

        `above` are the resolved folders that we are in. Raises OSError.
        """
        for entry in os.scandir(self.root / folder):
            path = folder + entry.name
            if entry.name.startswith("."):
                continue
            try:
                yield from self._visit(entry, path, above)
            except OSError as error:
                self._report("file-unreadable", path, f"It cannot be opened ({error.strerror}); mend its rights, or the link.")

    def _visit(self, entry: os.DirEntry[str], path: str, above: frozenset[Path]) -> list[str]:
        is_folder = entry.is_dir()
        if not is_folder and not (entry.name.lower().endswith(_ENDING) and entry.is_file()):
            return []
        if not is_folder and not entry.is_symlink():
            return [path]
        resolved = (self.root / path).resolve(strict=True)
        if entry.is_symlink() and (not resolved.is_relative_to(self.resolved) or resolved in above):
            self._report("path-outside", path, "This link leads out of the library or round in a circle; it is left out.")
            return []
        return list(self.below(f"{path}/", above | {resolved})) if is_folder else [path]

    def _report(self, rule: str, path: str, message: str) -> None:
        self.problems.append(found(rule, _shown(path), 1, message))


def _shown(path: str) -> str:
    """A path as a report can show it."""
    return _UNUSABLE.sub(lambda match: f"\\x{ord(match.group()):02x}", path)
