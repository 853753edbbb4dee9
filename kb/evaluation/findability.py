"""Findability: whether questions find the article that they are for, and what stood above it where they do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kb.access import Audience
from kb.content.types import Library, Source, Status
from kb.evaluation.judgments import CollectionError, load_collection
from kb.search.engine import Engine
from kb.search.explaining import CODE
from kb.search.explanation import HitExplanation
from kb.search.types import Hit, Query

FIRST = 3  # places of which one must be the article's: what a phone shows without scrolling
_DEPTH = 50  # places that are looked at, the most that a search gives
_PASSAGE = 160  # characters of a passage that are shown


@dataclass(frozen=True, slots=True)
class Question:
    """A question that one article must be found by, and where it is written."""

    text: str
    article: str  # its id
    audience: Audience  # whose partition it is asked in: the article's
    file: Path
    line: int


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
    """What came of one question."""

    question: Question
    place: int | None  # from 1; None if the article is not among the first 50
    answered: bool  # False where the reader is told that no article answers
    above: tuple[Above, ...] = ()  # of the first three; only where the question fails

    @property
    def passed(self) -> bool:
        """Whether it finds its article among the first."""
        return self.place is not None and self.place <= FIRST


@dataclass(frozen=True, slots=True)
class Findability:
    """What came of all questions."""

    articles: int  # that were asked for
    questions: int
    first: int  # questions that find their article first
    passed: int
    failed: tuple[Asked, ...]
    unanswered: tuple[Asked, ...]  # that pass, though the reader is told that no article answers
    hopeless: int = 0  # questions that no article answers
    answered: tuple[str, ...] = ()  # those of them that are called answered all the same


def own_questions(library: Library) -> tuple[Question, ...]:
    """The `questions` that the published articles have in their front matter."""
    return tuple(
        _question(text, source, library.root / source.path, source.front.lines.get("questions", 1))
        for source in _published(library)
        for text in source.front.questions
    )


def read_questions(file: Path, library: Library) -> tuple[Question, ...]:
    """The questions of a table of query and path, as `load_collection` reads it.

    Raises `CollectionError` for a table that cannot be read, and for a path that no published article has.
    """
    sources = {source.id: source for source in _published(library)}
    collection = load_collection(library.root, file)
    found = []
    for line, text in collection.judged.items():
        for article in collection.judgments[line]:
            if article not in sources:
                raise CollectionError(f"{file}:{line}: {article!r} is no published article; mend the path.")
            found.append(_question(text, sources[article], file, int(line)))
    return tuple(found)


def check_findability(questions: Iterable[Question], engines: Mapping[Audience, Engine]) -> Iterator[Asked]:
    """Ask each question in the partition of its article; `engines` must hold the library."""
    return (_ask(engines[question.audience], question) for question in questions)


def answered_all_the_same(hopeless: Iterable[str], engine: Engine) -> tuple[str, ...]:
    """Those of some questions that no article answers of which the reader is not told so."""
    return tuple(text for text in hopeless if engine.search(Query(text, limit=1)).answered)


def summarise(asked: Sequence[Asked], hopeless: Sequence[str] = (), answered: tuple[str, ...] = ()) -> Findability:
    """Count what came of some questions."""
    return Findability(
        articles=len({one.question.article for one in asked}),
        questions=len(asked),
        first=sum(one.place == 1 for one in asked),
        passed=sum(one.passed for one in asked),
        failed=tuple(one for one in asked if not one.passed),
        unanswered=tuple(one for one in asked if one.passed and not one.answered),
        hopeless=len(hopeless),
        answered=answered,
    )


def _published(library: Library) -> Iterator[Source]:
    return (source for source in library.sources if source.front.status is Status.PUBLISHED)


def _question(text: str, source: Source, file: Path, line: int) -> Question:
    return Question(text, source.id, source.front.audience, file, line)


def _ask(engine: Engine, question: Question) -> Asked:
    results = engine.search(Query(question.text, limit=FIRST))
    asked = Asked(question, _place(results.hits, question.article), results.answered)
    return asked if asked.passed else _explain(engine, asked)


def _explain(engine: Engine, asked: Asked) -> Asked:
    results = engine.search(Query(asked.question.text, limit=_DEPTH), explain=True)
    place = _place(results.hits, asked.question.article)
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
    if theirs.get(CODE, 0.0) > ours.get(CODE, 0.0):
        return "It holds a code of the question, or declares it, and comes first for that."
    *parts, total = (stage.name for stage in other.stages)
    gains = {name: theirs[name] - ours.get(name, 0.0) for name in parts}
    most = max(gains, key=lambda name: gains[name])
    return f"It is {theirs[total] - ours[total]:.2f} ahead, most of it in {most} ({gains[most]:+.2f})."
