"""Builds a snapshot aside, seals it with digests, and puts it in its place."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from indexer.documents import Documents
from indexer.keyword import write_keyword
from indexer.plan import Plan
from indexer.progress import Progress
from indexer.suggestions import write_suggestions
from indexer.vectors import CachedEncoder, write_vectors
from kb.content.types import Article, Media
from kb.snapshot.folder import SnapshotFolder, sync_folder
from kb.snapshot.manifest import MANIFEST, Counts, Manifest, file_digest, files_below, write_manifest
from kb.snapshot.partition import (
    ARTICLE,
    ARTICLES_DB,
    CARD,
    KEYWORD_FOLDER,
    MEDIA_FOLDER,
    PASSAGES_FILE,
    SCHEMA,
    SITE,
    SITE_FILE,
    SUGGESTIONS_FOLDER,
    VECTORS_FOLDER,
    Card,
)

BUILDING = ".building-"  # what an interrupted build leaves behind begins like this


def build_aside(
    folder: SnapshotFolder, plan: Plan, parts: Sequence[Documents], encoder: CachedEncoder | None, progress: Progress
) -> None:
    """Build, seal and place the snapshot of a plan; without an encoder it has no vectors."""
    aside = folder.root / f"{BUILDING}{plan.id}-{os.getpid()}"
    aside.mkdir(parents=True)
    for documents in parts:
        write_partition(aside / documents.audience, documents, encoder, progress)
    _seal(aside, plan, parts)
    place = folder.path(plan.id)
    if place.exists():  # there, but not usable, or it would not be built again
        shutil.rmtree(place)
    aside.rename(place)
    sync_folder(folder.root)


def write_partition(folder: Path, documents: Documents, encoder: CachedEncoder | None, progress: Progress) -> None:
    """Write everything that serving one audience needs into a new folder."""
    folder.mkdir()
    (folder / SITE_FILE).write_bytes(SITE.dump_json(documents.site))
    _write_articles(folder / ARTICLES_DB, documents)
    rows = [(row, passage.section) for row, passage in documents.passages]
    np.save(folder / PASSAGES_FILE, np.array(rows, np.int32).reshape(-1, 2), allow_pickle=False)
    _copy_media(folder / MEDIA_FOLDER, documents.articles)
    write_suggestions(folder / SUGGESTIONS_FOLDER, documents)
    write_keyword(folder / KEYWORD_FOLDER, documents, progress)
    if encoder and documents.articles:
        write_vectors(folder / VECTORS_FOLDER, documents, encoder, progress)


def _write_articles(file: Path, documents: Documents) -> None:
    present = {article.id for article in documents.articles}
    with closing(sqlite3.connect(file)) as db, db:
        db.executescript(SCHEMA)
        for row, article in enumerate(documents.articles):
            db.execute(
                "INSERT INTO article VALUES (?, ?, ?, ?)",
                (row, article.id, _json(CARD.dump_json(_card(article))), _json(ARTICLE.dump_json(article))),
            )
            moved = [(old, article.id) for old in article.redirect_from if old not in present]
            db.executemany("INSERT OR IGNORE INTO redirect VALUES (?, ?)", moved)
            db.executemany("INSERT OR IGNORE INTO media VALUES (?)", [(media.name,) for media in article.media])


def _json(dumped: bytes) -> str:
    return dumped.decode("utf-8")


def _card(article: Article) -> Card:
    return Card(article.id, article.title, article.summary, article.topic, article.products, article.platforms, article.updated)


def _copy_media(folder: Path, articles: Iterable[Article]) -> None:
    wanted: dict[str, Media] = {media.name: media for article in articles for media in article.media}
    for name, media in wanted.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(media.file, target)


def _seal(aside: Path, plan: Plan, parts: Sequence[Documents]) -> None:
    """Make every file durable and ours alone to write, then write the manifest over them."""
    names = list(files_below(aside))
    for path in (aside, *(place for place in aside.rglob("*") if place.is_dir())):
        path.chmod(0o755)
    for name in names:
        _make_durable(aside / name)
    manifest = Manifest(
        id=plan.id,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        fingerprints=plan.fingerprints,
        partitions={part.audience: Counts(len(part.articles), part.sections, len(part.passages)) for part in parts},
        files={name: file_digest(aside / name) for name in names},
    )
    write_manifest(aside, manifest)
    _make_durable(aside / MANIFEST)
    for path in (*(place for place in aside.rglob("*") if place.is_dir()), aside):
        sync_folder(path)


def _make_durable(file: Path) -> None:
    file.chmod(0o644)
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
