"""No answer: how often "we have no article on this" is said when it should be, and when it should not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kb.evaluation.judgments import Collection, read_text
from kb.evaluation.types import NoAnswer
from kb.search.engine import Engine
from kb.search.types import Query

UNRELATED_FILE = Path(__file__).parent / "data" / "unrelated.txt"


def measure_no_answer(collection: Collection, engine: Engine) -> NoAnswer:
    """Ask the collection's questions as they are and without their answers, and questions on other subjects."""
    own = [Query(text, limit=1) for text in collection.judged.values()]
    missing = [
        Query(text, limit=1, without=tuple(document for document, grade in collection.judgments[query].items() if grade))
        for query, text in collection.judged.items()
    ]
    answerable = _answered(engine, own)
    unrelated = 1 - _answered(engine, [Query(text, limit=1) for text in unrelated_questions()])
    near = 1 - _answered(engine, missing)
    return NoAnswer(round(answerable, 4), round(unrelated, 4), round(near, 4), round((answerable + unrelated) / 2, 4))


@cache
def unrelated_questions() -> tuple[str, ...]:
    """Questions that no technical help center answers."""
    return read_lines(UNRELATED_FILE)


def read_lines(file: Path) -> tuple[str, ...]:
    """The questions of a file, one a line; `#` begins a comment. Raises `CollectionError` if it cannot be read."""
    lines = read_text(file).splitlines()
    return tuple(line for line in lines if line.strip() and not line.startswith("#"))


def _answered(engine: Engine, queries: Iterable[Query]) -> float:
    answers = [engine.search(query).answered for query in queries]
    return math.fsum(answers) / len(answers) if answers else math.nan
