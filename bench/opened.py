"""The product as the benchmark asks it: the agents' partition, which alone holds the whole corpus, and its encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.plan import Plan
from indexer.publish import VECTOR_CACHE
from indexer.vectors import CachedEncoder
from kb.access import Audience, Viewer
from kb.content.types import Article
from kb.search.encoder import load_encoder
from kb.search.engine import Engine
from kb.search.model_files import model_fingerprint
from kb.search.serving import Serving
from kb.search.types import Encoder, Mode, Query, Scores
from kb.snapshot.partition import Partition

# Foreign front matter names an audience that the product does not know in some 5,650 of the corpus'
# articles, and what is not known to be public is for agents only.
EVERYTHING = Viewer(Audience.AGENTS)


def open_engine(plan: Plan) -> Engine:
    """The engine over the whole corpus, its model loaded."""
    serving = Serving(plan.settings())
    serving.refresh()
    serving.load_model()
    return serving.engine(EVERYTHING)


def open_encoder(plan: Plan) -> Encoder:
    """An encoder of its own, which shares no cache with an engine's."""
    return load_encoder(plan.model, plan.settings().data)


def open_cached_encoder(plan: Plan) -> CachedEncoder:
    """The indexer's encoder with the cache that the build has filled."""
    data = plan.settings().data
    return CachedEncoder(data / VECTOR_CACHE, model_fingerprint(plan.model, data), lambda: open_encoder(plan))


def find(engine: Engine, text: str, mode: Mode) -> list[str]:
    """The ids of the ten best hits, which are made with their snippets, facets and all."""
    return [hit.id for hit in engine.search(Query(text, mode, limit=10)).hits]


def rank(engine: Engine, text: str, mode: Mode) -> list[str]:
    """The same ids without any hit being made: what other engines are asked for."""
    account = engine.find(Query(text, mode, limit=10))
    ids = engine.partition.cards.columns.ids
    return [ids[row] for row in account.order[:10].tolist()] if account else []


def articles_of(partition: Partition) -> list[Article]:
    """Every article of a partition, in the order of its rows."""
    found = (partition.article(card.id) for card in partition.cards)
    return [article for article in found if article is not None]


class RememberedVectors:
    """An encoder that gives the vector of a text it has had before at once: what is left is the search itself."""

    def __init__(self, encoder: Encoder) -> None:
        """Remember what this encoder gives."""
        self._encoder = encoder
        self._known: dict[str, Scores] = {}

    def encode(self, texts: Sequence[str]) -> Scores:
        """Unit vectors, shape (len(texts), dimensions)."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode([text])[0]
        return np.stack([self._known[text] for text in texts])
