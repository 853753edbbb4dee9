"""Findability: whether the questions that writers gave an article find it, and what stood above it where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kb.access import Audience
from kb.content.types import Library, Source, Status
from kb.search.engine import Engine
from kb.search.explanation import HitExplanation
from kb.search.types import Hit, Query

FIRST = 3  # places of which one must be the article's: what a phone shows without scrolling
_DEPTH = 50  # places that are looked at, the most that a search gives
_PASSAGE = 160  # characters of a passage that are shown


@dataclass(frozen=True, slots=True)
class Above:
    """An article that stood above the one that was looked for."""

    place: int  # from 1
    id: str
    title: str
    reason: str  # why it stands above, a sentence
    passage: str  # its text that answers best, cut


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one article, and what came of it."""

    article: str  # its id
    path: str
    line: int  # of the file, on which its questions begin
    question: str
    place: int | None  # from 1; None if it is not among the first 50
    answered: bool  # False where the reader is told that no article answers
    above: tuple[Above, ...] = ()  # of the first three; only where the question fails

    @property
    def passed(self) -> bool:
        """Whether it finds its article among the first, and the reader is not told that nothing does."""
        return self.answered and self.place is not None and self.place <= FIRST


@dataclass(frozen=True, slots=True)
class Findability:
    """What came of all questions."""

    articles: int  # that have questions
    questions: int
    first: int  # questions that find their article first
    passed: int  # questions that pass
    failed: tuple[Asked, ...]


def check_findability(
    library: Library, engines: Mapping[Audience, Engine], articles: Sequence[str] = ()
) -> Iterator[tuple[Asked, ...]]:
    """Ask each article's questions in the partition that it is for; yields what came of them, an article at a time.

    `engines` must hold `library`. With `articles`, ids, only these are asked for.
    """
    for source in library.sources:
        if source.front.status is Status.PUBLISHED and (not articles or source.id in articles):
            engine = engines[source.front.audience]
            yield tuple(_ask(engine, source, question) for question in source.front.questions)


def summarise(asked: Sequence[Asked]) -> Findability:
    """Count what came of some questions."""
    return Findability(
        articles=len({one.article for one in asked}),
        questions=len(asked),
        first=sum(one.place == 1 for one in asked),
        passed=sum(one.passed for one in asked),
        failed=tuple(one for one in asked if not one.passed),
    )


def _ask(engine: Engine, source: Source, question: str) -> Asked:
    results = engine.search(Query(question, limit=FIRST))
    place = _place(results.hits, source.id)
    line = source.front.lines.get("questions", 1)
    asked = Asked(source.id, source.path, line, question, place, results.answered)
    return asked if asked.passed else _explain(engine, asked)


def _explain(engine: Engine, asked: Asked) -> Asked:
    results = engine.search(Query(asked.question, limit=_DEPTH), explain=True)
    place = _place(results.hits, asked.article)
    wanted = results.hits[place - 1].explain if place else None
    ahead = results.hits[: min(FIRST, place - 1) if place else FIRST]
    above = tuple(_above(number, hit, wanted) for number, hit in enumerate(ahead, 1))
    return replace(asked, place=place, above=above)


def _place(hits: Iterable[Hit], article: str) -> int | None:
    return next((place for place, hit in enumerate(hits, 1) if hit.id == article), None)


def _above(place: int, hit: Hit, wanted: HitExplanation | None) -> Above:
    assert hit.explain is not None
    passage = " ".join(hit.explain.passage.split())
    shown = passage if len(passage) <= _PASSAGE else f"{passage[:_PASSAGE].rsplit(' ', 1)[0]} …"
    return Above(place, hit.id, hit.title, _reason(hit.explain, wanted), shown)


def _reason(other: HitExplanation, wanted: HitExplanation | None) -> str:
    """Which part of the score puts one hit above another."""
    if wanted is None:
        return f"The article that was looked for is not among the first {_DEPTH}."
    theirs, ours = ({stage.name: stage.value for stage in told.stages} for told in (other, wanted))
    *parts, total = (stage.name for stage in other.stages)
    gains = {name: theirs[name] - ours.get(name, 0.0) for name in parts}
    most = max(gains, key=lambda name: gains[name])
    return f"It is {theirs[total] - ours[total]:.2f} ahead, most of it in {most} ({gains[most]:+.2f})."
