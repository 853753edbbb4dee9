"""Questions people asked with success: which words led to which article, how often, and on how many days.

Nothing is kept of the person: no address, no time of day, no order of questions. What only one
person may have asked is never given out.
"""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.access import Audience
from kb.store.database import Database

_log = logging.getLogger(__name__)

LEAST_TIMES = 3  # asked, and
LEAST_DAYS = 2  # on as many days, before it is suggested to others
MOST_A_DAY = 50  # counted of one question, so that nobody makes one popular by asking it all day
MOST_NEW_A_DAY = 2_000  # questions; with the days kept, at most 180,000 rows, about 20 MB
DAYS_KEPT = 90  # people's troubles change with devices and outages
MOST_SUGGESTED = 2_000  # held by every worker

_COUNT = """
INSERT INTO asked (day, audience, question, article, count)
SELECT :day, :audience, :question, :article, 1
WHERE EXISTS (SELECT 1 FROM asked WHERE day = :day AND audience = :audience AND question = :question AND article = :article)
   OR (SELECT count(*) FROM asked WHERE day = :day AND audience = :audience) < :most_new
ON CONFLICT DO UPDATE SET count = count + 1 WHERE count < :most
"""
_FORGET = "DELETE FROM asked WHERE day <= :oldest"
_POPULAR = """
SELECT question, article, sum(count) AS times FROM asked WHERE day > :oldest AND audience = :audience
GROUP BY question, article HAVING count(*) >= :least_days AND times >= :least_times
ORDER BY times DESC, question, article LIMIT :limit
"""
_OPENED = """
SELECT article, sum(count) AS times FROM asked WHERE day > :oldest AND audience = :audience
GROUP BY article HAVING count(DISTINCT day) >= :least_days AND times >= :least_times
ORDER BY times DESC, article LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that several people asked, and the article they opened."""

    question: str
    article: str  # id
    times: int


class Questions:
    """Counts questions and gives out the popular ones; a database that cannot be used means that there are none."""

    def __init__(self, database: Database) -> None:
        """Keep the questions in `database`."""
        self._database = database
        self._tidied = dt.date.min
        self._is_well = True  # so that a broken database is reported once, not with every page

    def count(self, audience: Audience, question: str, article: str, day: dt.date) -> None:
        """Count that a question led to an article."""
        asked = {"day": day.isoformat(), "audience": audience, "question": question, "article": article}
        try:
            if self._tidied != day:
                self._database.write(_FORGET, {"oldest": _oldest(day)})
                self._tidied = day
            self._database.write(_COUNT, asked | {"most": MOST_A_DAY, "most_new": MOST_NEW_A_DAY})
        except (sqlite3.Error, OSError) as error:
            self._report(error)

    def popular(self, audience: Audience, today: dt.date) -> tuple[AskedQuestion, ...]:
        """What was asked often enough to be suggested, the most asked first."""
        return tuple(AskedQuestion(*row) for row in self._read(_POPULAR, audience, today))

    def opened(self, audience: Audience, today: dt.date) -> Mapping[str, int]:
        """How often the articles were opened from results: id -> times, for the most opened."""
        return dict(self._read(_OPENED, audience, today))

    def _read(self, sql: str, audience: Audience, today: dt.date) -> list[Any]:
        values = {
            "oldest": _oldest(today),
            "audience": audience,
            "least_days": LEAST_DAYS,
            "least_times": LEAST_TIMES,
            "limit": MOST_SUGGESTED,
        }
        try:
            return self._database.read(sql, values)
        except (sqlite3.Error, OSError) as error:
            self._report(error)
            return []

    def _report(self, error: Exception) -> None:
        if self._is_well:
            _log.warning("Questions people ask are not counted or suggested: %s.", error)
        self._is_well = False


def _oldest(day: dt.date) -> str:
    return (day - dt.timedelta(days=DAYS_KEPT)).isoformat()
