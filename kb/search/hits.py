"""Hits: what is shown of the articles that were found."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kb.content.addresses import article_url
from kb.search.account import Account
from kb.search.explaining import Shown
from kb.search.postings import Postings
from kb.search.snippets import Snippet, make_snippet
from kb.search.types import Hit, HitSection, Suggestion
from kb.snapshot.partition import Partition


class HitMaker:
    """Makes hits of a partition's articles; safe to share between threads."""

    def __init__(self, partition: Partition, passages: Postings) -> None:
        """Remember where the texts are, and what their passages' words are."""
        self._partition = partition
        self._passages = passages
        self._first = partition.first_passages

    def make(self, row: int, account: Account, worth: Mapping[str, float]) -> Hit:
        """The hit for an article, by its row; `worth` says how much each term tells."""
        card = self._partition.cards[row]
        section, snippet = self._show(row, account, worth)
        return Hit(
            id=card.id,
            title=card.title,
            url=article_url(card.id, section.anchor),
            topic=card.topic,
            topic_title=self._topic_title(card.topic),
            section=section,
            snippet=snippet.html,
            score=round(float(account.ranked.scores[row]), 4),
            updated=card.updated,
            platforms=card.platforms,
            products=card.products,
            step=snippet.step,
            steps=snippet.steps,
        )

    def suggest(self, row: int) -> Suggestion:
        """The article as a suggestion."""
        card = self._partition.cards[row]
        return Suggestion(card.title, article_url(card.id), self._topic_title(card.topic))

    def show_whole(self, row: int, account: Account) -> Shown:
        """The whole passage of an article that answers best, with what stands in front of it."""
        card = self._partition.cards[row]
        passage = self._best_passage(row, account)
        place = self._partition.place(passage) if passage >= 0 else None
        said = (place.heading, place.text[place.start : place.end]) if place else (card.summary,)
        return Shown(row, card.title, ". ".join(part for part in (card.title, *said) if part))

    def _topic_title(self, id: str) -> str:
        topic = self._partition.topic(id)
        return topic.title if topic else ""

    def _show(self, row: int, account: Account, worth: Mapping[str, float]) -> tuple[HitSection, Snippet]:
        """Where in an article the answer stands, and a snippet of it."""
        passage = self._best_passage(row, account)
        place = self._partition.place(passage) if passage >= 0 else None
        summary = self._partition.cards[row].summary
        if place is None:
            return HitSection("", ""), make_snippet(summary or self._partition.beginning(row), worth)
        section = HitSection(place.heading, place.anchor)
        if not place.text:
            return section, make_snippet(summary, worth)
        snippet = make_snippet(place.text, worth, range(place.start, place.end))
        return section, snippet if place.is_whole else Snippet(snippet.html)  # of a part, steps cannot be counted

    def _best_passage(self, row: int, account: Account) -> int:
        """The row of the passage that answers best, the first of equals; -1 for an article without any.

        Of an article that was not among those compared, as deep in the list, words decide.
        """
        place = account.found.compared.of_article(row)
        if place.stop > place.start:
            return int(account.found.compared.rows[place.start + int(account.ranked.passages[place].argmax())])
        rows = np.arange(self._first[row], self._first[row + 1], dtype=np.int32)
        return int(rows[self._passages.compare(rows, account.found.sought)[0].argmax()]) if len(rows) else -1
