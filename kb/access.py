"""Who is asking, and what they may read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """A group of readers; each has a partition of its own in every snapshot."""

    PUBLIC = "public"
    AGENTS = "agents"


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person asking, resolved once per request."""

    audience: Audience = Audience.PUBLIC


def may_read(viewer: Viewer, audience: Audience) -> bool:
    """Whether the viewer may read an article written for `audience`: agents read both."""
    return audience is Audience.PUBLIC or viewer.audience is Audience.AGENTS
