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


def find_files(root: Path, problems: list[Problem]) -> list[tuple[str, Path]]:
    """(path relative to the root, file) of every article, in order of path; problems are added to the list.

    Hidden files and folders are passed over. Symbolic links are followed where they lead to
    something inside the root that does not hold them. Raises `LibraryError` if the root cannot
    be read.
    """
    try:
        resolved = root.resolve(strict=True)
        files = [
            (file.relative_to(root).as_posix(), file)
            for file in _Walk(root, resolved, problems).below(root, frozenset({resolved}))
        ]
    except OSError as error:
        raise LibraryError(f"The articles folder {root} cannot be read: {error.strerror}.") from error
    usable: list[tuple[str, Path]] = []
    for path, file in sorted(files):
        if _UNUSABLE.search(path) or not article_id(path).strip(" ./"):
            message = "The file's name holds characters that no address can carry; rename it."
            problems.append(found("path-unusable", _shown(path), 1, message))
        elif path != _NOT_AN_ARTICLE:
            usable.append((path, file))
    return usable


@dataclass(frozen=True, slots=True)
class _Walk:
    root: Path
    resolved: Path  # the root, without symbolic links
    problems: list[Problem]

    def below(self, folder: Path, above: frozenset[Path]) -> Iterator[Path]:
        """Yield the Markdown files below a folder. `above` are the resolved folders that we are in. Raises OSError."""
        for entry in os.scandir(folder):
            file = folder / entry.name
            if entry.name.startswith("."):
                continue
            try:
                yield from self._visit(entry, file, above)
            except OSError as error:
                self._report("file-unreadable", file, f"It cannot be opened ({error.strerror}); mend its rights, or the link.")

    def _visit(self, entry: os.DirEntry[str], file: Path, above: frozenset[Path]) -> list[Path]:
        is_folder = entry.is_dir()
        if not is_folder and not (entry.name.lower().endswith(_ENDING) and entry.is_file()):
            return []
        resolved = file.resolve(strict=True)
        if entry.is_symlink() and (not resolved.is_relative_to(self.resolved) or resolved in above):
            self._report("path-outside", file, "This link leads out of the library or round in a circle; it is left out.")
            return []
        return list(self.below(file, above | {resolved})) if is_folder else [file]

    def _report(self, rule: str, file: Path, message: str) -> None:
        self.problems.append(found(rule, _shown(file.relative_to(self.root).as_posix()), 1, message))


def _shown(path: str) -> str:
    """A path as a report can show it."""
    return _UNUSABLE.sub(lambda match: f"\\x{ord(match.group()):02x}", path)
