"""The library: a folder of Markdown read into typed sources, and who may read which of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

from kb.access import Audience
from kb.content.files import find_files
from kb.content.history import last_changed
from kb.content.reading import read_file, read_source, this_day
from kb.content.rendering import Renderer
from kb.content.rules import found
from kb.content.site import read_site
from kb.content.synonyms import read_synonyms
from kb.content.types import Library, Problem, Source, sort_problems

__all__ = ["Renderer", "load_library", "readable"]


def load_library(root: Path, *, today: dt.date | None = None, on_progress: Callable[[int, int], None] | None = None) -> Library:
    """Read every Markdown file below `root` as of a day; nothing is rendered yet.

    `on_progress` is called with (files read, files in all). What is wrong with single files is
    in `Library.problems`. Raises `LibraryError` if the folder itself cannot be read.
    """
    problems: list[Problem] = []
    files = find_files(root, problems)
    dates, day = last_changed(root), today or this_day()
    sources: dict[str, Source] = {}
    for count, path in enumerate(files, 1):
        source = _read(path, root / path, dates, day, problems)
        if source is not None and source.id in sources:
            message = f"{sources[source.id].path!r} has the same address, so this file is left out; rename one of them."
            problems.append(found("path-taken", path, 1, message))
        elif source is not None:
            sources[source.id] = source
        if on_progress:
            on_progress(count, len(files))
    ordered = tuple(sources[id] for id in sorted(sources))
    site, more = read_site(root, sorted({source.topic for source in ordered if source.topic}))
    synonyms, faults = read_synonyms(root)
    return Library(root, site, ordered, sort_problems([*problems, *more, *faults]), synonyms)


def readable(library: Library, audience: Audience) -> tuple[Source, ...]:
    """The published sources that an audience may read, in order of id; agents read both kinds."""
    return tuple(source for source in library.sources if source.header.is_for(audience))


def _read(path: str, file: Path, dates: Mapping[str, dt.date], today: dt.date, problems: list[Problem]) -> Source | None:
    try:
        source, more = read_source(read_file(file), path, dates, today)
    except OSError as error:
        problems.append(found("file-unreadable", path, 1, f"The file cannot be opened ({error.strerror}); mend its rights."))
        return None
    problems.extend(more)
    return source
