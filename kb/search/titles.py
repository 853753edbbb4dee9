"""Title evidence: how much of the question the title says, and how little else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.search.postings import Postings, Sought
from kb.search.types import Scores

# A title that is the question word for word is six standard deviations. The likeness is cubed, since
# half of the words in common is a coincidence of topic: questions in sentences, which no title repeats,
# are left alone (wixqa_expert160 and cranfield change by .002), while queries that were titles once gain
# .040 MRR@10. A separate BM25 score of the title, weighted the same for all, costs cranfield .005.
TITLE_WEIGHT = 6.0

# What of the question the title leaves out counts so much of its unlikeness, and the rest what it adds (Tversky, 1977; at
# one half it is Dice's coefficient): MRR@10 of the former titles is .001 higher than at one half, on either half of the
# queries, and cranfield and stackfaq_threads gain .001 nDCG@10; at .7, cranfield loses .004.
ASKED_SHARE = 0.6


class Titles:
    """The titles of a partition; safe to share between threads."""

    def __init__(self, titles: Postings, articles: Postings) -> None:
        """Weigh titles by how rare their words are in whole articles."""
        self._titles = titles
        self._worth = titles.sums(articles.idfs)

    def likeness(self, terms: Sequence[Sought]) -> Scores:
        """The likeness of each title to a query, 0 to 1, shape (articles,): Tversky's index over idf."""
        shared = np.zeros(len(self._worth), np.float32)
        asked = sum(sought.weight * sought.idf for sought in terms)
        for sought in terms:
            self._titles.add_to_holders(sought.number, shared, sought.weight * sought.idf)
        shared /= np.maximum(np.float32(1 - ASKED_SHARE) * self._worth + np.float32(ASKED_SHARE * asked), np.float32(1e-6))
        return shared
