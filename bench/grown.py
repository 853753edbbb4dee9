"""Part `grown-<articles>`: writes a partition of so many articles, fewer or more than the corpus has.

`python -m bench.grown WORK ARTICLES`. Fewer: an even sample. More: every article again and again, three
words in ten of its title and text replaced by words drawn from the corpus' running text, so that frequent words
stay frequent and no two articles are alike; headings and HTML stay. An article's vectors are its original's with
noise that leaves a cosine of about .9, as encoding a million passages would take hours and latency does not depend
on what a vector means. The partition itself is written by the product, not by the benchmark.
"""

from __future__ import annotations

import hashlib
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bench.opened import articles_of, open_cached_encoder, open_engine
from bench.part import write_figures
from bench.plan import Plan, read_plan
from indexer.documents import make_documents
from indexer.progress import Progress, Silence
from indexer.snapshot import write_partition
from indexer.vectors import CachedEncoder
from kb.access import Audience
from kb.content.types import Article
from kb.search.passages import split_passages, whole_text
from kb.search.types import Scores

REPLACED = 0.3  # share of words
NOISE = 0.5  # length of the noise added to a unit vector: cosine 1 / sqrt(1 + .25) = .894
_WORD = re.compile(r"\w[\w'-]*")


def partition_folder(plan: Plan, articles: int) -> Path:
    """Where the partition of so many articles lies."""
    return plan.work / "growth" / str(articles)


def write_grown(plan: Plan, wanted: int) -> dict[str, Any]:
    """Write the partition; how long it took, and how many of its articles are altered copies."""
    engine = open_engine(plan)
    originals = [replace(article, media=()) for article in articles_of(engine.partition)]
    vectors = GrownVectors(open_cached_encoder(plan))
    articles = _sample(originals, wanted)
    for copy, original in _copies(originals, wanted - len(originals)):
        vectors.learn(copy, original)
        articles.append(copy)
    folder = partition_folder(plan, wanted)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(exist_ok=True)
    began = time.perf_counter()
    write_partition(folder, make_documents(articles, engine.partition.site, Audience.AGENTS), vectors, Silence())  # type: ignore[arg-type]
    return {"writing_seconds": round(time.perf_counter() - began, 1), "altered_copies": max(0, wanted - len(originals))}


class GrownVectors:
    """Stands in for the indexer's encoder: an altered text has its original's vector with noise, any other its own."""

    def __init__(self, encoder: CachedEncoder) -> None:
        """Ask this encoder for the originals' vectors."""
        self._encoder = encoder
        self._original: dict[bytes, str] = {}  # digest of an altered text -> the original text

    def learn(self, copy: Article, original: Article) -> None:
        """Remember which text each text of a copy was; both are cut into as many passages, having as many words."""
        self._original[_digest(whole_text(copy))] = whole_text(original)
        for new, old in zip(split_passages(copy), split_passages(original), strict=True):
            self._original[_digest(new.text)] = old.text

    def encode(self, texts: Sequence[str], progress: Progress) -> Scores:
        """Unit vectors, shape (len(texts), dimensions), float32."""
        meant = [self._original.get(_digest(text), text) for text in texts]
        places = {text: row for row, text in enumerate(dict.fromkeys(meant))}
        known = self._encoder.encode(list(places), progress)
        vectors = np.empty((len(texts), known.shape[1]), np.float32)
        for row, (text, original) in enumerate(zip(texts, meant, strict=True)):
            vectors[row] = known[places[original]]
            if text is not original:
                vectors[row] += _noise(text, known.shape[1])
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _sample(articles: Sequence[Article], wanted: int) -> list[Article]:
    """At most so many, evenly spread over the corpus' folders."""
    step = max(1.0, len(articles) / wanted)
    return [articles[int(place * step)] for place in range(min(wanted, len(articles)))]


def _copies(originals: Sequence[Article], wanted: int) -> Iterator[tuple[Article, Article]]:
    """Altered copies, each with its original."""
    running = [word for article in originals for section in article.sections for word in _WORD.findall(section.text)]
    chance = random.Random(0)
    for number in range(max(0, wanted)):
        original = originals[number % len(originals)]
        yield _altered(original, f"{original.id}-{number // len(originals) + 2}", running, chance), original


def _altered(article: Article, id: str, running: Sequence[str], chance: random.Random) -> Article:
    def exchange(match: re.Match[str]) -> str:
        return running[int(chance.random() * len(running))] if chance.random() < REPLACED else match[0]

    sections = tuple(replace(section, text=_WORD.sub(exchange, section.text)) for section in article.sections)
    return replace(article, id=id, title=_WORD.sub(exchange, article.title), sections=sections, redirect_from=())


def _noise(text: str, dimensions: int) -> Scores:
    chance = np.random.default_rng(int.from_bytes(_digest(text), "big"))
    return chance.standard_normal(dimensions, np.float32) * np.float32(NOISE / np.sqrt(dimensions))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def main() -> None:
    """Write one size."""
    plan, articles = read_plan(Path(sys.argv[1])), int(sys.argv[2])
    write_figures(plan, f"grown-{articles}", write_grown(plan, articles))


if __name__ == "__main__":
    main()
