"""Dates as a reader says them."""

from __future__ import annotations

import datetime as dt


def long_date(date: dt.date) -> str:
    """Return `4 March 2026`."""
    return f"{date.day} {date:%B %Y}"
