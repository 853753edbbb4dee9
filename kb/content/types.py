"""The vocabulary of content: what a file, an article, a section and a problem are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from kb.access import Audience, Viewer, may_read


def topic_of(path: str) -> str:
    """The first folder of a path in the library; empty for a file at the root."""
    return path.partition("/")[0] if "/" in path else ""


class Severity(StrEnum):
    """Whether a problem fails `lint` or is only worth knowing."""

    ERROR = "error"
    WARNING = "warning"


class Status(StrEnum):
    """Where an article is in its life; only published ones are served."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in one file: shown to writers, never a reason to stop a build."""

    path: str
    line: int  # 1-based; 1 where the whole file is meant
    rule: str  # short, stable, hyphenated: `title-missing`
    message: str  # what is wrong and how to mend it
    severity: Severity = Severity.WARNING


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by path and line, each told once."""
    return tuple(sorted(set(problems), key=attrgetter("path", "line", "rule", "message")))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a writer declared at the head of a file, made clean; `None` and empty mean not given."""

    title: str | None = None
    summary: str = ""
    audience: Audience = Audience.PUBLIC
    status: Status = Status.PUBLISHED
    products: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    redirect_from: tuple[str, ...] = ()
    owner: str = ""
    review_by: dt.date | None = None
    publish_on: dt.date | None = None  # the first day (UTC) on which it may be read
    updated: dt.date | None = None
    extra: Mapping[str, object] = field(default_factory=dict)  # keys we do not know, as read
    lines: Mapping[str, int] = field(default_factory=dict)  # key -> line of the file it stands on

    def waits(self, today: dt.date) -> bool:
        """Whether it would be published, but for its day, which has not come."""
        return self.status is Status.PUBLISHED and self.publish_on is not None and self.publish_on > today


@dataclass(frozen=True, slots=True)
class Header:
    """What others must know of a file: enough to list it, to link to it and to tell whether it has changed."""

    id: str
    path: str
    audience: Audience
    status: Status
    updated: dt.date | None
    digest: str

    @property
    def topic(self) -> str:
        """The first folder of the path; empty for a file at the root."""
        return topic_of(self.path)

    def is_for(self, audience: Audience) -> bool:
        """Whether an audience may read the article now: agents read both kinds, nobody what is not published."""
        return self.status is Status.PUBLISHED and may_read(Viewer(audience), self.audience)


@dataclass(frozen=True, slots=True)
class Source:
    """One Markdown file as read, before it is rendered for anybody."""

    id: str  # path without `.md`; `index.md` takes its folder's path
    path: str  # relative to the library's root, with `/`
    front: FrontMatter
    title: str  # front matter's, else the first H1, else the file name
    body: str  # Markdown after the front matter, `\n` line ends
    body_line: int  # 1-based line of the file on which `body` begins
    updated: dt.date | None  # front matter's, else the last commit's date
    digest: str  # sha256 of the file's bytes, hex

    @property
    def topic(self) -> str:
        """The first folder of the path; empty for a file at the root."""
        return topic_of(self.path)

    @property
    def header(self) -> Header:
        """The part that others must know."""
        return Header(self.id, self.path, self.front.audience, self.front.status, self.updated, self.digest)


@dataclass(frozen=True, slots=True)
class Section:
    """The part of an article under one heading; the unit that is found, linked to and shown."""

    anchor: str  # empty for the text before the first heading
    heading: str  # plain text; empty for the text before the first heading
    level: int  # 2 or 3; 1 for the text before the first heading
    html: str  # sanitised body of the section, without its heading
    text: str  # the same as plain text, blocks separated by newlines


@dataclass(frozen=True, slots=True)
class Media:
    """An image beside an article that one audience's rendition shows."""

    file: Path  # absolute, resolved, inside the library
    name: str  # the address under /media/: `<first 16 hex of sha256>/<file name>`


@dataclass(frozen=True, slots=True)
class Article:
    """An article as one audience reads it: rendered, sanitised, cut into sections."""

    id: str
    title: str
    summary: str
    topic: str
    audience: Audience
    products: tuple[str, ...]
    platforms: tuple[str, ...]
    symptoms: tuple[str, ...]
    errors: tuple[str, ...]
    also_titled: str  # a first H1 that differs from the title; searched, not shown
    sections: tuple[Section, ...]
    related: tuple[str, ...]  # ids that this audience can read
    redirect_from: tuple[str, ...]
    media: tuple[Media, ...]
    updated: dt.date | None
    words: int  # of the sections' plain text


@dataclass(frozen=True, slots=True)
class TopicGroup:
    """Articles of a topic that belong together on its page."""

    title: str
    articles: tuple[str, ...]  # ids


@dataclass(frozen=True, slots=True)
class Topic:
    """A folder of articles, as site.toml presents it."""

    id: str
    title: str
    summary: str = ""
    icon: str = "router"
    featured: tuple[str, ...] = ()
    groups: tuple[TopicGroup, ...] = ()  # in the order of the page


@dataclass(frozen=True, slots=True)
class ContactWay:
    """One way to reach a person."""

    name: str
    value: str
    hours: str = ""
    icon: str = "person"


@dataclass(frozen=True, slots=True)
class Site:
    """articles/site.toml: the help center's name, groupings and contact ways."""

    title: str = "Help center"
    tagline: str = ""
    description: str = ""
    example_searches: tuple[str, ...] = ()
    most_needed: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    products: Mapping[str, str] = field(default_factory=dict)  # id -> name
    platforms: Mapping[str, str] = field(default_factory=dict)  # id -> name
    contact_intro: str = ""
    contact_ways: tuple[ContactWay, ...] = ()
    answer_closeness: float | None = None  # how close an article must be to answer; None for what suits most libraries


@dataclass(frozen=True, slots=True)
class SynonymLine:
    """One line of articles/synonyms.txt: whoever asks for one of the first may be helped by one of the second."""

    asked: tuple[str, ...]
    means: tuple[str, ...]  # of a group, `asked` again
    line: int  # 1-based

    @property
    def is_group(self) -> bool:
        """Whether each means each of the others."""
        return self.asked == self.means


@dataclass(frozen=True, slots=True)
class Library:
    """Everything read from one folder, in order of id, and what was wrong with it."""

    root: Path
    site: Site
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]
    synonyms: tuple[SynonymLine, ...] = ()

    @property
    def headers(self) -> tuple[Header, ...]:
        """The headers of the sources."""
        return tuple(source.header for source in self.sources)
