"""What is remembered of a library between two builds, so that files which have not changed are not read again."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kb.access import Audience
from kb.content.history import NO_HISTORY, History
from kb.content.stamps import Stamp
from kb.content.types import Problem, Status


@dataclass(frozen=True, slots=True)
class KnownFile:
    """An article's file as it was read."""

    stamp: Stamp | None  # None where the file is read each time: too young to be told from a later one, or dated
    digest: str
    audience: Audience
    status: Status
    declared: dt.date | None  # `updated` in the front matter
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class KnownLibrary:
    """A whole library as it was read."""

    root: str = ""
    history: History = NO_HISTORY
    articles: Mapping[str, KnownFile] = field(default_factory=dict)  # by path
    others: Mapping[str, tuple[Stamp | None, str]] = field(default_factory=dict)  # site.toml, images: stamp, sha256


_ADAPTER = TypeAdapter(KnownLibrary)


@dataclass(frozen=True, slots=True)
class CatalogueCache:
    """A file that holds a `KnownLibrary`; one that is damaged, or of other code, counts as none."""

    file: Path
    code: str  # fingerprint of the code that reads articles

    def load(self, root: Path) -> KnownLibrary:
        """What is remembered of the library at `root`."""
        try:
            head, _, body = self.file.read_bytes().partition(b"\n")
            known = _ADAPTER.validate_json(body) if head == self._head(body) else KnownLibrary()
        except (OSError, ValidationError):
            return KnownLibrary()
        return known if known.root == str(root) else KnownLibrary()

    def save(self, known: KnownLibrary) -> None:
        """Remember a library; written aside and renamed, so that it is there whole or not at all."""
        body = _ADAPTER.dump_json(known)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        aside.write_bytes(self._head(body) + b"\n" + body)
        aside.rename(self.file)

    def _head(self, body: bytes) -> bytes:
        return f"{self.code} {hashlib.sha256(body).hexdigest()}".encode()
