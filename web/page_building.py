"""Makes the help center's pages out of what the viewer's partition holds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from flask import url_for
from markupsafe import Markup

from kb.content.types import Article, Site, Topic
from kb.search.types import Query, Results
from kb.snapshot.cards import Card
from kb.snapshot.partition import Partition
from web.chips import chip_groups, find_results_address, selected_chips
from web.contact import Way, present_way
from web.pages import (
    ArticlePage,
    CardGroup,
    ContactPage,
    Frame,
    HomePage,
    MeantLinks,
    ResultsPage,
    ShownSection,
    TopicCard,
    TopicPage,
)
from web.paging import Page, readable_results
from web.structured_data import describe_article, describe_trail

CARDS_PER_TOPIC = 3
MORE = "More articles"  # of a topic, that stand in none of its groups
WORDS_A_MINUTE = 200  # of instructions, read with care


def build_home(partition: Partition, root: str) -> HomePage:
    """The home page; `root` is the site's public address, without a slash at the end."""
    site = partition.site
    frame = Frame(site.tagline or site.title, site.title, site.description, canonical=root + url_for("help_center.home"))
    topics = tuple(_topic_card(partition, topic) for topic in site.topics)
    return HomePage(frame, site, _cards(partition, site.most_needed), topics, _ways(site))


def build_topic(partition: Partition, topic: Topic, root: str) -> TopicPage:
    """A topic with all of its articles."""
    address = root + url_for("help_center.topic", id=topic.id)
    frame = Frame(topic.title, partition.site.title, topic.summary, canonical=address)
    others = tuple(other for other in partition.site.topics if other.id != topic.id)
    return TopicPage(frame, topic, _card_groups(partition, topic), others)


def build_article(partition: Partition, article: Article, root: str) -> ArticlePage:
    """An article as its reader sees it."""
    site = partition.site
    topic = partition.topic(article.topic)
    address = root + url_for("help_center.article", id=article.id)
    trail = [(site.title, root + url_for("help_center.home"))]
    if topic:
        trail.append((topic.title, root + url_for("help_center.topic", id=topic.id)))
    described = (describe_article(article, address, site.title), describe_trail([*trail, (article.title, address)]))
    frame = Frame(article.title, site.title, article.summary, address, kind="article", described=described)
    sections = tuple(ShownSection(s.anchor, s.heading, s.level, Markup(s.html)) for s in article.sections)  # noqa: S704
    return ArticlePage(
        frame=frame,
        article=article,
        topic=topic,
        minutes=max(1, math.ceil(article.words / WORDS_A_MINUTE)),
        sections=sections,
        related=_cards(partition, article.related),
        intro=site.contact_intro,
        ways=_ways(site),
    )


def build_results(partition: Partition, place: Page, found: Results) -> ResultsPage:
    """A page of search results, as far as they can still be shown."""
    site = partition.site
    query = place.query
    cursor = place.next_cursor(len(found.hits), found.total, found.mode)
    results = readable_results(place, found)
    return ResultsPage(
        frame=Frame(f"{query.text} – search", site.title, searched=query.text, indexed=False),
        query=query,
        results=results,
        site=site,
        selected=selected_chips(query, site),
        groups=chip_groups(query, results),
        first=query.offset + 1,
        next_address=find_results_address(query, cursor) if cursor else "",
        unfiltered_address=find_results_address(Query(query.text, verbatim=query.verbatim)),
        meant=_meant_links(query, results),
        near_topics=tuple(topic for near in results.topics if (topic := partition.topic(near.id))),
        most_needed=_cards(partition, site.most_needed) if results.is_vague else (),
        ways=_ways(site),
    )


def build_empty_results(partition: Partition, query: Query) -> ResultsPage:
    """The results page before anything was asked."""
    return ResultsPage(Frame("Search", partition.site.title, indexed=False), query, None, partition.site)


def build_contact(partition: Partition, root: str) -> ContactPage:
    """How to reach a person."""
    site = partition.site
    frame = Frame("Contact us", site.title, site.contact_intro, canonical=root + url_for("help_center.contact"))
    return ContactPage(frame, site.contact_intro, _ways(site), site.topics)


def _meant_links(query: Query, results: Results) -> MeantLinks:
    as_typed = replace(query, verbatim=True) if results.corrected else None
    other = replace(query, text=results.suggestion, verbatim=False) if results.suggestion else None
    return MeantLinks(
        as_typed=find_results_address(as_typed) if as_typed else "",
        suggestion=find_results_address(other) if other else "",
    )


def _topic_card(partition: Partition, topic: Topic) -> TopicCard:
    cards = _topic_cards(partition, topic)
    return TopicCard(topic, cards[:CARDS_PER_TOPIC], len(cards))


def _card_groups(partition: Partition, topic: Topic) -> tuple[CardGroup, ...]:
    """The articles of a topic in its groups; those in none come last."""
    groups = [CardGroup(group.title, _cards(partition, group.articles)) for group in topic.groups]
    grouped = {id for group in topic.groups for id in group.articles}
    others = tuple(card for card in _topic_cards(partition, topic) if card.id not in grouped)
    everything = [*groups, CardGroup(MORE if groups else "", others)]
    return tuple(group for group in everything if group.cards)


def _topic_cards(partition: Partition, topic: Topic) -> tuple[Card, ...]:
    place = {id: position for position, id in enumerate(topic.featured)}
    cards = [card for card in partition.cards if card.topic == topic.id]
    return tuple(sorted(cards, key=lambda card: (place.get(card.id, len(place)), card.title.casefold())))


def _cards(partition: Partition, ids: Iterable[str]) -> tuple[Card, ...]:
    cards = (partition.card(id) for id in ids)
    return tuple(card for card in cards if card)


def _ways(site: Site) -> tuple[Way, ...]:
    return tuple(present_way(way) for way in site.contact_ways)
