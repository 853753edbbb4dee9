"""The catalogue: what a library holds, without its texts, from a cache for all files that have not changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.content.catalogue_cache import CatalogueCache, KnownFile, KnownLibrary
from kb.content.files import find_files
from kb.content.history import read_history
from kb.content.links import IMAGE_TYPES
from kb.content.reading import article_id, read_file, read_source, this_day
from kb.content.rules import found
from kb.content.site import FILE as SITE_FILE
from kb.content.site import read_site
from kb.content.stamps import Stamp, is_settled, take_stamp
from kb.content.synonyms import FILE as SYNONYMS_FILE
from kb.content.synonyms import read_synonyms
from kb.content.types import Header, Problem, Site, Source, SynonymLine, sort_problems
from kb.errors import LibraryError

_IMAGE_ENDINGS = tuple(IMAGE_TYPES)
_SETTINGS = (SITE_FILE, SYNONYMS_FILE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything in one folder, in order of id, and what was wrong with it; texts are read when they are asked for."""

    root: Path
    site: Site
    headers: tuple[Header, ...]
    files: Mapping[str, str]  # site.toml, synonyms.txt and the images: path -> sha256, hex
    problems: tuple[Problem, ...]
    synonyms: tuple[SynonymLine, ...] = ()
    day: dt.date = dt.date.min  # as of which articles wait for theirs

    def read(self, header: Header) -> Source:
        """Read one article; raises `LibraryError` if its file is not what it was when the catalogue was made."""
        try:
            file = read_file(self.root / header.path)
        except OSError as error:
            raise LibraryError(f"{header.path} cannot be opened any more: {error.strerror}.") from error
        if file.digest != header.digest:
            raise LibraryError(f"{header.path} was changed while the articles were being read; run the command again.")
        dates = {header.path: header.updated} if header.updated else {}
        return read_source(file, header.path, dates, self.day)[0]


def load_catalogue(root: Path, cache: CatalogueCache, today: dt.date | None = None) -> Catalogue:
    """Look at every file below `root`, and read those that are new or may have changed, as of a day.

    Raises `LibraryError` if the folder itself cannot be read.
    """
    day = today or this_day()
    problems: list[Problem] = []
    known = cache.load(root)
    files = find_files(root, problems)
    history = read_history(root, known.history)
    articles: dict[str, KnownFile] = {}
    headers: dict[str, Header] = {}
    for path in files:
        article = _look_at(root, path, known.articles.get(path), day, problems)
        if article is None:
            continue
        articles[path] = article
        problems.extend(article.problems)
        header = _header(path, article, history.dates.get(path))
        if header.id in headers:
            message = f"{headers[header.id].path!r} has the same address, so this file is left out; rename one of them."
            problems.append(found("path-taken", path, 1, message))
        else:
            headers[header.id] = header
    ordered = tuple(headers[id] for id in sorted(headers))
    site, more = read_site(root, sorted({header.topic for header in ordered if header.topic}))
    others = {path: _digested(root, path, known.others.get(path)) for path in _other_files(root)}
    now = KnownLibrary(str(root), history, articles, others)
    if now != known:
        cache.save(now)
    digests = {path: digest for path, (_, digest) in others.items()}
    synonyms, faults = read_synonyms(root)
    return Catalogue(root, site, ordered, digests, sort_problems([*problems, *more, *faults]), synonyms, day)


def _header(path: str, article: KnownFile, changed: dt.date | None) -> Header:
    updated = article.declared or changed
    return Header(article_id(path), path, article.audience, article.status, updated, article.digest)


def _look_at(root: Path, path: str, known: KnownFile | None, today: dt.date, problems: list[Problem]) -> KnownFile | None:
    """What an article's file holds; `None`, and a problem, if it cannot be opened."""
    try:
        stamp = take_stamp(f"{root}/{path}")
        if known and known.stamp == stamp:
            return known
        read = read_file(root / path)
    except OSError as error:
        problems.append(found("file-unreadable", path, 1, f"The file cannot be opened ({error.strerror}); mend its rights."))
        return None
    source, told = read_source(read, path, {}, today)
    # One that waits for its day, or did, is read each time: what it comes to is a matter of more than the file.
    kept = stamp if is_settled(stamp) and source.front.publish_on is None else None
    return KnownFile(kept, read.digest, source.front.audience, source.front.status, source.front.updated, told)


def _digested(root: Path, path: str, known: tuple[Stamp | None, str] | None) -> tuple[Stamp | None, str]:
    stamp = take_stamp(f"{root}/{path}")
    if known and known[0] == stamp:
        return known
    with (root / path).open("rb") as stream:
        return stamp if is_settled(stamp) else None, hashlib.file_digest(stream, "sha256").hexdigest()


def _other_files(root: Path) -> Iterator[str]:
    """Paths of the site's settings, the synonyms and the images: everything but Markdown that a snapshot takes in."""
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in _entries(root / folder):
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{path}/")
            elif path in _SETTINGS or (entry.name.lower().endswith(_IMAGE_ENDINGS) and entry.is_file()):
                yield path


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What a folder holds; nothing if it cannot be opened, since then no article can show an image of it either."""
    try:
        return list(os.scandir(folder))
    except OSError:
        return []
