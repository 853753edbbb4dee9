"""The errors that Fixline raises, as one tree, so that callers choose a level.

FixlineError
├── SettingError            a KB_* setting has a value that cannot be used
├── LibraryError            the articles folder as a whole cannot be read
├── SnapshotError
│   ├── NoSnapshotError         nothing has been built yet
│   ├── BrokenSnapshotError     files are missing, changed or writable by others
│   └── OutdatedSnapshotError   built by other code or another model
├── EncoderError            the embedding model cannot be loaded or run
├── ModeUnavailableError    a search mode needs something this server does not have
└── CursorError             a paging cursor is malformed or belongs to another query
    └── ExpiredCursorError      the snapshot that a cursor names is gone

Mistakes inside an article are not raised: they are collected as `kb.content.types.Problem`.
Every message is a full sentence for the person who has to act on it.
"""

from __future__ import annotations


class FixlineError(Exception):
    """Something that Fixline can explain in one sentence."""


class SettingError(FixlineError):
    """A setting has a value that cannot be used."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting} {problem}")
        self.setting = setting


class LibraryError(FixlineError):
    """The articles folder as a whole cannot be read."""


class SnapshotError(FixlineError):
    """A snapshot cannot be used."""


class NoSnapshotError(SnapshotError):
    """Nothing has been built yet."""


class BrokenSnapshotError(SnapshotError):
    """Files of a snapshot are missing, changed, or writable by others."""


class OutdatedSnapshotError(SnapshotError):
    """A snapshot was built by other code or with another model than is running."""


class EncoderError(FixlineError):
    """The embedding model cannot be loaded or run."""


class ModeUnavailableError(FixlineError):
    """A search mode was asked for by name, and this server cannot provide it."""


class CursorError(FixlineError):
    """A paging cursor is malformed or belongs to another query."""


class ExpiredCursorError(CursorError):
    """The snapshot that a paging cursor names is gone."""
