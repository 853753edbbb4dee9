"""Contact ways as a page shows them: linked where they can be, plainly unfinished where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kb.content.types import ContactWay

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
TELEPHONE = re.compile(r"\+?[\d ()./-]{3,}")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a person."""

    name: str
    value: str
    hours: str
    icon: str
    href: str  # empty where the value cannot be followed

    @property
    def unfinished(self) -> bool:
        """Whether the value is still the placeholder that site.toml came with."""
        return is_placeholder(self.value)

    @property
    def known_hours(self) -> str:
        """The hours, if somebody has filled them in."""
        return "" if is_placeholder(self.hours) else self.hours


def is_placeholder(value: str) -> bool:
    """Whether a value still stands in [brackets], to be replaced by whoever runs the site."""
    return value.startswith("[") and value.endswith("]")


def present_way(way: ContactWay) -> Way:
    """Work out the link of a contact way."""
    return Way(way.name, way.value, way.hours, way.icon, find_address(way.value))


def find_address(value: str) -> str:
    """Return the link a value stands for: a web, mail or telephone address; empty for anything else."""
    if value.startswith(("https://", "http://")):
        return value
    if EMAIL.fullmatch(value):
        return f"mailto:{value}"
    if TELEPHONE.fullmatch(value):
        return "tel:" + re.sub(r"[^\d+]", "", value)
    return ""
