"""Builds a snapshot aside, seals it, and puts it in its place."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from indexer.carried import Base, find_carried
from indexer.documents import Documents, stored_documents
from indexer.keyword import write_keyword
from indexer.plan import Plan
from indexer.previous import Previous, write_notes
from indexer.progress import Progress
from indexer.records import make_note, make_record
from indexer.renditions import Renditions
from indexer.seal import seal
from indexer.sharing import share, share_tree
from indexer.store import Row, StoreWriter, write_tables
from indexer.suggestions import write_suggestions
from indexer.vectors import CachedEncoder, write_vectors
from indexer.words import write_words
from kb.access import Audience
from kb.content.types import Problem
from kb.errors import LibraryError
from kb.snapshot.folder import SnapshotFolder, sync_folder
from kb.snapshot.manifest import Counts, file_digest
from kb.snapshot.partition import (
    ADDRESSES,
    ADDRESSES_FILE,
    KEYWORD_FOLDER,
    LANGUAGE_FOLDER,
    MEDIA_FOLDER,
    SITE,
    SITE_FILE,
    SUGGESTIONS_FOLDER,
    VECTORS_FOLDER,
    Addresses,
)

BUILDING = ".building-"  # what an interrupted build leaves behind begins like this


def build_aside(
    folder: SnapshotFolder, plan: Plan, previous: Previous | None, encoder: CachedEncoder | None, progress: Progress
) -> tuple[Problem, ...]:
    """Build, seal and place the snapshot of a plan; without an encoder it has no vectors.

    Returns what rendering brought to light.
    """
    aside = folder.root / f"{BUILDING}{plan.id}-{os.getpid()}"
    aside.mkdir(parents=True)
    rows = _gather_rows(aside, plan, previous, progress)
    bases = [part.base for part in previous.partitions.values()] if previous else []
    counts: dict[str, Counts] = {}
    for audience in Audience:
        documents = stored_documents(aside / audience, rows[audience], plan.library, audience)
        may_see = [base for base in bases if base.folder.name in (audience, Audience.PUBLIC)]
        write_indexes(aside / audience, documents, encoder, progress, _closest(may_see, documents))
        bases.append(Base(aside / audience, documents.digests, documents.passage_counts))
        counts[audience] = Counts(len(documents.digests), documents.sections, len(documents.passages))
    seal(aside, plan, counts, previous)
    place = folder.path(plan.id)
    if place.exists():  # there, but not usable, or it would not be built again
        shutil.rmtree(place)
    aside.rename(place)
    sync_folder(folder.root)
    return tuple(problem for part in rows.values() for row in part for problem in row.note.problems)


def write_partition(folder: Path, documents: Documents, encoder: CachedEncoder | None, progress: Progress) -> None:
    """Write everything that serving one audience needs into a new folder, from documents in memory."""
    folder.mkdir()
    with StoreWriter(folder, secrets.token_hex(8)) as writer:
        rows = writer.finish([writer.add(make_record(article), make_note(article)) for article in documents.articles])
    _write_articles(folder, rows, ())
    write_indexes(folder, documents, encoder, progress, None)


def write_indexes(
    folder: Path, documents: Documents, encoder: CachedEncoder | None, progress: Progress, base: Base | None
) -> None:
    """Write the site's settings and all that finds articles; `base` saves work on what it has in common."""
    (folder / SITE_FILE).write_bytes(SITE.dump_json(documents.site))
    carried = find_carried(base, documents) if base else None
    write_suggestions(folder / SUGGESTIONS_FOLDER, documents, carried)
    write_words(folder / LANGUAGE_FOLDER, documents, carried)
    if base and base.digests == documents.digests:
        for name in (KEYWORD_FOLDER, VECTORS_FOLDER):
            share_tree(base.folder / name, folder / name)
        return
    write_keyword(folder / KEYWORD_FOLDER, documents, progress, carried)
    if encoder and documents.digests:
        write_vectors(folder / VECTORS_FOLDER, documents, encoder, progress, carried)


def _gather_rows(aside: Path, plan: Plan, previous: Previous | None, progress: Progress) -> dict[Audience, list[Row]]:
    """Store the articles of each partition; what the public may read is written once and linked to by the agents'."""
    renditions = Renditions(plan.library, previous.partitions if previous else {})
    with ExitStack() as stack:
        writers: dict[Audience, StoreWriter] = {}
        for audience in Audience:
            (aside / audience).mkdir()
            writers[audience] = stack.enter_context(StoreWriter(aside / audience, secrets.token_hex(8)))
        rows = renditions.gather(writers, progress)
        rows = {audience: writers[audience].finish(rows[audience]) for audience in Audience}
    media = [previous.folder / audience / MEDIA_FOLDER for audience in Audience] if previous else []
    for audience in Audience:
        _write_articles(aside / audience, rows[audience], media)
        write_notes(aside, audience, renditions.surroundings, rows[audience])
    return rows


def _write_articles(folder: Path, rows: Sequence[Row], media: Sequence[Path]) -> None:
    """Write the tables, addresses and images of a partition; images that lie in one of the `media` folders are linked to."""
    write_tables(folder, rows)
    ids = {row.card.id for row in rows}
    redirects: dict[str, str] = {}
    for row in rows:
        for old in row.note.redirects:
            if old not in ids:
                redirects.setdefault(old, row.card.id)
    images = {name: Path(file) for row in rows for name, file in row.note.media}
    (folder / ADDRESSES_FILE).write_bytes(ADDRESSES.dump_json(Addresses(redirects, tuple(sorted(images)))))
    _bring_media(folder / MEDIA_FOLDER, images, media)


def _bring_media(folder: Path, images: Mapping[str, Path], known: Iterable[Path]) -> None:
    for name, file in images.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        twin = next((place / name for place in known if (place / name).is_file()), None)
        if twin:
            share(twin, target)
        else:
            shutil.copyfile(file, target)
            if not name.startswith(file_digest(target)[: name.index("/")]):
                raise LibraryError(f"{file} was changed while the articles were being read; run the command again.")


def _closest(bases: Iterable[Base], documents: Documents) -> Base | None:
    """The base that has the most articles in common with the documents, if any has one."""
    wanted = set(documents.digests)
    shared = [(len(wanted.intersection(base.digests)), -place, base) for place, base in enumerate(bases)]
    best = max(shared, key=lambda item: item[:2], default=None)
    return best[2] if best and best[0] else None
