"""Questions people asked with success, as suggestions, and the use that lifts the titles they led to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.content.addresses import article_url
from kb.search.analysis import words
from kb.search.reading import read_query
from kb.search.suggest import Found, SuggestIndex
from kb.search.suggest_tables import Entry, Kind, compile_tables
from kb.search.types import Rows, Suggestion
from kb.snapshot.partition import Partition
from kb.store.questions import AskedQuestion

LONGEST = 100  # characters of a question that fits on a line of suggestions
LEAST_WORDS = 2  # one word alone is no question

_PLAIN = re.compile(r"(?:[^\W_]|[ .,'’/:_+&?!-])+")  # letters, digits and what joins or ends words


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of one partition: its questions, and how often each of its articles was opened."""

    questions: SuggestIndex
    times: Rows  # shape (questions,)
    opened: Rows  # shape (articles,)

    def find(self, text: str, limit: int) -> list[Found]:
        """The questions that hold the words typed so far."""
        return self.questions.find(text, limit, self.times)


def gather_asked(partition: Partition, known: SuggestIndex, asked: Sequence[AskedQuestion], opened: Mapping[str, int]) -> Asked:
    """Keep what this partition may suggest: questions in its own words that lead to an article it has."""
    suggested: dict[str, tuple[Suggestion, int]] = {}
    for one in asked:
        card = partition.card(one.article)
        if card and known.knows(one.question):
            topic = partition.topic(card.topic)
            shown = Suggestion(one.question, article_url(card.id), topic.title if topic else "")
            suggested.setdefault(one.question, (shown, one.times))  # the article that it led to most
    pages = [shown for shown, _ in suggested.values()]
    entries = (Entry(row, Kind.TITLE, page.text) for row, page in enumerate(pages))
    return Asked(
        SuggestIndex(compile_tables(pages, entries)),
        np.array([times for _, times in suggested.values()], np.int32),
        np.array([opened.get(card.id, 0) for card in partition.cards], np.int32),
    )


def read_question(text: str) -> str:
    """The question in the form in which it is counted; empty for what is no question in plain words."""
    plain = " ".join(text.casefold().split()).rstrip("?!. ")
    if len(plain) > LONGEST or not _PLAIN.fullmatch(plain) or len(words(plain)) < LEAST_WORDS:
        return ""
    return "" if read_query(plain).has_operators else plain
