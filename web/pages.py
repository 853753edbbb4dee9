"""What the templates show: one frozen value per page, each handed to its template as `page`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kb.content.types import Article, Site, Topic
from kb.search.types import Hit, Query, Results
from kb.snapshot.cards import Card
from web.chips import Chip, ChipGroup
from web.contact import Way


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around every page: its head, the header's search box and the footer."""

    title: str  # of the page, without the site's name
    site_title: str = "Help center"
    description: str = ""
    canonical: str = ""  # absolute address; empty for a page that has none
    kind: str = "website"  # Open Graph type
    searched: str = ""  # what stands in the search box
    indexed: bool = True  # whether search engines may list the page
    described: tuple[Mapping[str, Any], ...] = ()  # structured data


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic on the home page, with its first few articles."""

    topic: Topic
    cards: tuple[Card, ...]
    total: int  # articles in the topic


@dataclass(frozen=True, slots=True)
class HomePage:
    """What help_center/home.html shows."""

    frame: Frame
    site: Site
    most_needed: tuple[Card, ...]
    topics: tuple[TopicCard, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Articles under a heading of a topic's page."""

    title: str  # empty where a topic has no groups
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """What help_center/topic.html shows."""

    frame: Frame
    topic: Topic
    groups: tuple[CardGroup, ...]
    others: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section of an article; its HTML was sanitised when the snapshot was built."""

    anchor: str
    heading: str
    level: int
    html: Markup


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What help_center/article.html shows."""

    frame: Frame
    article: Article
    topic: Topic | None
    minutes: int  # to read
    sections: tuple[ShownSection, ...]
    related: tuple[Card, ...]
    intro: str  # what to have at hand
    ways: tuple[Way, ...]

    @property
    def contents(self) -> tuple[ShownSection, ...]:
        """The sections to list beside the article; none if there are too few to choose from, the main ones of many."""
        headed = tuple(section for section in self.sections if section.anchor)
        main = tuple(section for section in headed if section.level <= MAIN_LEVEL)
        shown = headed if len(headed) <= MOST_IN_CONTENTS else main
        return shown if len(shown) >= MOST_WITHOUT_CONTENTS else ()


MOST_WITHOUT_CONTENTS = 3
MOST_IN_CONTENTS = 12  # lines that are taken in at a glance; a guide has a heading for each of its questions
MAIN_LEVEL = 2


@dataclass(frozen=True, slots=True)
class MeantLinks:
    """Other searches that the reader may have meant: addresses, empty where there is nothing to choose."""

    as_typed: str = ""  # without the correction
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """What help_center/results.html shows."""

    frame: Frame
    query: Query
    results: Results | None  # None before anything was asked
    site: Site
    selected: tuple[Chip, ...] = ()
    groups: tuple[ChipGroup, ...] = ()
    first: int = 0  # number of the first hit shown, from 1
    next_address: str = ""
    unfiltered_address: str = ""
    meant: MeantLinks = MeantLinks()
    near_topics: tuple[Topic, ...] = ()  # offered where no article answers
    most_needed: tuple[Card, ...] = ()  # offered where the search names nothing to look for
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactPage:
    """What help_center/contact.html shows."""

    frame: Frame
    intro: str
    ways: tuple[Way, ...]
    topics: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class LostPage:
    """What errors/not_found.html shows."""

    frame: Frame
    hits: tuple[Hit, ...]  # what the words of the address find
    site: Site


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What errors/message.html shows: what happened, and what to do now."""

    frame: Frame
    text: str
    way_out: str  # the words of the link
    address: str
