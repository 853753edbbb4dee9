"""The library: a folder of Markdown read into typed sources, and who may read which of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kb.access import Audience, Viewer, may_read
from kb.content.history import last_changed
from kb.content.reading import article_id, read_file, read_source
from kb.content.rendering import Renderer
from kb.content.rules import found
from kb.content.site import read_site
from kb.content.types import Library, Problem, Source, Status
from kb.errors import LibraryError

__all__ = ["Renderer", "load_library", "readable"]

_NOT_AN_ARTICLE = "README.md"  # at the root: it speaks to writers
_ENDING = ".md"


def load_library(root: Path, *, on_progress: Callable[[int, int], None] | None = None) -> Library:
    """Read every Markdown file below `root`; nothing is rendered yet.

    `on_progress` is called with (files read, files in all). What is wrong with single files is
    in `Library.problems`. Raises `LibraryError` if the folder itself cannot be read.
    """
    problems: list[Problem] = []
    files = _find_files(root, problems)
    dates = last_changed(root)
    sources: dict[str, Source] = {}
    for count, (path, file) in enumerate(files, 1):
        source = _read(path, file, dates, problems)
        if source is not None and source.id in sources:
            message = f"{sources[source.id].path!r} has the same address, so this file is left out; rename one of them."
            problems.append(found("path-taken", path, 1, message))
        elif source is not None:
            sources[source.id] = source
        if on_progress:
            on_progress(count, len(files))
    ordered = tuple(sources[id] for id in sorted(sources))
    site, more = read_site(root, sorted({source.topic for source in ordered if source.topic}))
    return Library(root, site, ordered, tuple(sorted([*problems, *more])))


def readable(library: Library, audience: Audience) -> tuple[Source, ...]:
    """The published sources that an audience may read, in order of id; agents read both kinds."""
    viewer = Viewer(audience)
    return tuple(
        source
        for source in library.sources
        if source.front.status is Status.PUBLISHED and may_read(viewer, source.front.audience)
    )


def _read(path: str, file: Path, dates: Mapping[str, dt.date], problems: list[Problem]) -> Source | None:
    try:
        source, more = read_source(read_file(file), path, dates)
    except OSError as error:
        problems.append(found("file-unreadable", path, 1, f"The file cannot be opened ({error.strerror}); mend its rights."))
        return None
    problems.extend(more)
    return source


def _find_files(root: Path, problems: list[Problem]) -> list[tuple[str, Path]]:
    """(path relative to the root, file) of every article, in order of path."""
    try:
        resolved = root.resolve(strict=True)
        walk = sorted(_walk(root, resolved, frozenset({resolved}), problems))
    except OSError as error:
        raise LibraryError(f"The articles folder {root} cannot be read: {error.strerror}.") from error
    found_files: list[tuple[str, Path]] = []
    for file in walk:
        path = file.relative_to(root).as_posix()
        if path == _NOT_AN_ARTICLE:
            continue
        if path.isprintable() and path.encode(errors="ignore").decode() == path and article_id(path).strip(" ./"):
            found_files.append((path, file))
        else:
            shown = path.encode("ascii", "backslashreplace").decode()
            problems.append(
                found("path-unusable", shown, 1, "The file's name holds characters that no address can carry; rename it.")
            )
    return found_files


def _walk(folder: Path, root: Path, above: frozenset[Path], problems: list[Problem]) -> Iterator[Path]:
    """Yield the Markdown files below a folder. `above` are the resolved folders that we are in."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        path = folder / entry.name
        is_folder = entry.is_dir()
        if entry.name.startswith(".") or not (is_folder or entry.name.lower().endswith(_ENDING)):
            continue
        resolved = path.resolve()
        if entry.is_symlink() and (not resolved.is_relative_to(root) or resolved in above):
            shown = os.fsencode(path.relative_to(folder)).decode(errors="replace")
            problems.append(
                found("path-outside", shown, 1, "This link leads out of the library or round in a circle; it is left out.")
            )
        elif is_folder:
            yield from _walk_below(path, root, above | {resolved}, problems)
        elif entry.is_file():
            yield path


def _walk_below(folder: Path, root: Path, above: frozenset[Path], problems: list[Problem]) -> Iterator[Path]:
    try:
        yield from list(_walk(folder, root, above, problems))
    except OSError as error:
        problems.append(
            found("file-unreadable", folder.name, 1, f"The folder cannot be opened ({error.strerror}); mend its rights.")
        )
