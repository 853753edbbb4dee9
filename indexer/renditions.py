"""Renditions: every article as each audience reads it, rendered anew only where something it depends on has changed."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from indexer.previous import PreviousPartition
from indexer.progress import Progress
from indexer.records import Note, StoredArticle, make_note, make_record
from indexer.store import Row, StoreWriter
from kb.access import Audience
from kb.content.catalogue import Catalogue
from kb.content.rendering import Renderer
from kb.content.types import Header

_FEW = 100  # articles that are rendered before two more processes have started (0.6 s each)
_CHUNK = 16  # articles handed to a process at a time

Task = tuple[Header, tuple[Audience, ...]]


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article rendered for one audience; the article is `None` where it is what the audience before reads."""

    audience: Audience
    article: StoredArticle | None
    note: Note


class Renditions:
    """Gathers the rows of every partition of a library."""

    def __init__(self, library: Catalogue, previous: Mapping[Audience, PreviousPartition]) -> None:
        """Take over what can be from the partitions of a previous snapshot."""
        self._library = library
        self._previous = previous
        self._keys = RenditionKeys(library)
        self.surroundings = digest_surroundings(library)

    def gather(self, writers: Mapping[Audience, StoreWriter], progress: Progress) -> dict[Audience, list[Row]]:
        """The rows of each partition, in order of id; what is rendered goes into the writers' packs."""
        kept = {audience: self._keep(audience) for audience in Audience}
        tasks = [task for header in self._library.headers if (task := _task(header, kept))]
        progress.begin("Rendering", "articles", len(tasks))
        for (header, _), renditions in zip(tasks, _render_all(self._library, tasks), strict=True):
            row: Row | None = None
            for rendered in renditions:
                if rendered.article:
                    row = writers[rendered.audience].add(rendered.article, rendered.note)
                assert row is not None
                row = replace(row, note=rendered.note)
                kept[rendered.audience][header.id] = row
            progress.advance()
        return {audience: [rows[id] for id in sorted(rows)] for audience, rows in kept.items()}

    def _keep(self, audience: Audience) -> dict[str, Row]:
        """The rows that the previous partition has for articles which would be rendered the same."""
        previous = self._previous.get(audience)
        if previous is None:
            return {}
        is_all_same = previous.notes.surroundings == self.surroundings
        answers = None if is_all_same else Renderer(self._library).answers
        rows: dict[str, Row] = {}
        for header in self._library.headers:
            note = previous.note(header.id) if header.is_for(audience) else None
            if note is None or note.key != self._keys.of(header, audience):
                continue
            if answers is None or answers(note.asked, header, audience) == note.answers:
                rows[header.id] = previous.row(header.id)
        return rows


def digest_surroundings(library: Catalogue) -> str:
    """A digest of all that articles can ask a library: which files there are, under which addresses, for whom."""
    addresses = [(header.path, header.id, header.audience.value, header.status.value) for header in library.headers]
    return _digest(repr((str(library.root), addresses, sorted(library.files.items()))))


class RenditionKeys:
    """Digests of what articles are rendered from, but for what they ask the library."""

    def __init__(self, library: Catalogue) -> None:
        self._platforms = repr(sorted(library.site.platforms.items()))

    def of(self, header: Header, audience: Audience) -> str:
        """The key of an article's rendition for an audience."""
        return _digest(f"{header.path}\0{header.digest}\0{header.updated}\0{audience.value}\0{self._platforms}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _task(header: Header, kept: Mapping[Audience, Mapping[str, Row]]) -> Task | None:
    missing = tuple(audience for audience in Audience if header.is_for(audience) and header.id not in kept[audience])
    return (header, missing) if missing else None


def _render_all(library: Catalogue, tasks: Sequence[Task]) -> Iterator[list[Rendered]]:
    """What each task comes to, in order; many are shared out among all cores."""
    if len(tasks) <= _FEW:
        yield from map(_Rendering(library), tasks)
        return
    spawn = multiprocessing.get_context("spawn")  # the progress bar has a thread, which no fork would survive
    with ProcessPoolExecutor(os.cpu_count(), spawn, _open, (library,)) as pool:
        yield from pool.map(_render, tasks, chunksize=_CHUNK)


class _Rendering:
    """Renders the articles of a library, one after another."""

    def __init__(self, library: Catalogue) -> None:
        self._library = library
        self._renderer = Renderer(library)
        self._keys = RenditionKeys(library)

    def __call__(self, task: Task) -> list[Rendered]:
        header, audiences = task
        source = self._library.read(header)
        done: list[Rendered] = []
        last: StoredArticle | None = None
        for audience in audiences:
            rendition = self._renderer.rendition(source, audience)
            record = make_record(rendition.article)
            note = replace(
                make_note(rendition.article),
                key=self._keys.of(header, audience),
                asked=rendition.asked,
                answers=self._renderer.answers(rendition.asked, header, audience),
                problems=rendition.problems,
            )
            is_same = last is not None and last.digest == record.digest
            done.append(Rendered(audience, None if is_same else record, note))
            last = record
        return done


_of_this_process: list[_Rendering] = []  # one, in a worker process


def _open(library: Catalogue) -> None:
    _of_this_process[:] = [_Rendering(library)]


def _render(task: Task) -> list[Rendered]:
    return _of_this_process[0](task)
