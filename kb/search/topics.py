"""Near topics: where to look when no article answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.content.types import Topic
from kb.search.types import NearTopic, Scores
from kb.snapshot.cards import Card

MOST_TOPICS = 3  # more is a list to search through, not an answer
_BEST_ARTICLES = 10  # the first page: what stands below it is near to nothing


def nearest_topics(scores: Scores, cards: Sequence[Card], topics: Sequence[Topic]) -> tuple[NearTopic, ...]:
    """The topics of the articles that come closest, those with the most and best of them first.

    `scores` has shape (articles,), one for each card. Empty where no article is any closer than another.
    """
    if not scores.size or float(scores.max()) <= float(scores.mean()):
        return ()
    titles = {topic.id: topic.title for topic in topics}
    nearness: dict[str, float] = {}
    for place, row in enumerate(np.argsort(-scores, kind="stable")[:_BEST_ARTICLES], 1):
        topic = cards[row].topic
        if topic in titles:
            nearness[topic] = nearness.get(topic, 0.0) + 1 / place
    nearest = sorted(nearness, key=lambda topic: -nearness[topic])
    return tuple(NearTopic(topic, titles[topic]) for topic in nearest[:MOST_TOPICS])
