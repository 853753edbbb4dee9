"""The database: one SQLite file in the data folder, brought up to date when it is first used."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

DATABASE_FILE = "fixline.sqlite"
PATIENCE = 2.0  # seconds that a statement waits for another process to finish its own

Migration = Callable[[sqlite3.Connection], object]


def m001_asked(db: sqlite3.Connection) -> None:
    """Questions that were asked on the results page and led to an article."""
    db.execute(
        "CREATE TABLE asked (day TEXT NOT NULL, audience TEXT NOT NULL, question TEXT NOT NULL, article TEXT NOT NULL,"
        " count INTEGER NOT NULL, PRIMARY KEY (day, audience, question, article)) WITHOUT ROWID"
    )


MIGRATIONS: tuple[Migration, ...] = (m001_asked,)  # only ever added to: the file says how many it has had


class Database:
    """One connection, opened when it is first needed; safe to share between threads, not across a fork.

    Every method raises `sqlite3.Error` or `OSError` when the file cannot be used.
    """

    def __init__(self, file: Path) -> None:
        """Remember where the file is."""
        self._file = file
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None

    def write(self, sql: str, values: Mapping[str, object]) -> None:
        """Run one statement and commit it."""
        with self._lock:
            self._connection().execute(sql, values)

    def read(self, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._connection().execute(sql, values).fetchall()

    def close(self) -> None:
        """Close the connection; the next statement opens another."""
        with self._lock:
            if self._opened:
                self._opened.close()
            self._opened = None

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = _open(self._file)
        return self._opened


def _open(file: Path) -> sqlite3.Connection:
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))  # what people asked is nobody else's to read
    db = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")  # no commit waits for the disk; a power cut may lose the last few
        _migrate(db)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection) -> None:
    if _version(db) >= len(MIGRATIONS):
        return
    db.execute("BEGIN IMMEDIATE")
    with db:  # commits, or rolls back when a step fails
        for migrate in MIGRATIONS[_version(db) :]:
            migrate(db)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
