"""Progress of a build, told to whoever watches."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how far each stage of a build has come."""

    def begin(self, stage: str, unit: str, total: int) -> None:
        """A stage with `total` units of work begins."""
        ...

    def advance(self, done: int = 1) -> None:
        """So many more units of the current stage are done."""
        ...


class Silence:
    """Tells nobody."""

    def begin(self, stage: str, unit: str, total: int) -> None:
        """Nothing to tell."""

    def advance(self, done: int = 1) -> None:
        """Nothing to tell."""
