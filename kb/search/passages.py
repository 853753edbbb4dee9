"""Passages: overlapping stretches of about 90 words, the unit that is embedded and scored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.content.types import Article, Section

# 90-word passages raised MiniLM from .836 to .876 nDCG@10 on wixqa_expert160 and BM25 from .751
# to .785 against whole documents; the title in front keeps a passage's subject.
WINDOW = 90  # words
OVERLAP = 20  # words shared with the neighbour, so that no sentence is cut in both

_WORD = re.compile(r"\S+")  # the words of `str.split`

# Words of an article that its own vector speaks of. A word is at least one token, so that models of up to 512 tokens read
# no further; and what comes later, such as a note for agents, does not make another text to be read.
WHOLE_WORDS = 512

WHOLE_ARTICLE = -1  # the section of a passage that speaks for the article itself


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section, or the article's own words about itself."""

    section: int  # index into Article.sections, or WHOLE_ARTICLE
    text: str  # title and heading in front
    start: int = 0  # where the stretch begins and ends in the section's text, in characters
    end: int = 0


def split_passages(article: Article) -> Iterator[Passage]:
    """Yield the passage that speaks for the article, then those of each section in order."""
    yield Passage(WHOLE_ARTICLE, _front(article))
    for symptom in article.symptoms:
        yield Passage(WHOLE_ARTICLE, f"{article.title}. {symptom}")
    for index, section in enumerate(article.sections):
        lead = ". ".join(part for part in (article.title, section.heading) if part)
        for window, start, end in _windows(section):
            yield Passage(index, f"{lead}. {window}", start, end)


def whole_text(article: Article) -> str:
    """The article as one text of at most `WHOLE_WORDS`, most telling first: models read only the beginning."""
    body = "\n".join(f"{section.heading}\n{section.text}" for section in article.sections)
    words = f"{_front(article)}\n{body}".split(maxsplit=WHOLE_WORDS)
    return " ".join(words[:WHOLE_WORDS])


def _front(article: Article) -> str:
    parts = (article.title, article.also_titled, article.summary, *article.symptoms, *article.errors)
    return ". ".join(part.rstrip(".") for part in parts if part)


def _windows(section: Section) -> Iterator[tuple[str, int, int]]:
    words = section.text.split()
    if len(words) <= WINDOW:
        if words or section.heading:
            yield " ".join(words), 0, len(section.text)
        return
    spans = [match.span() for match in _WORD.finditer(section.text)]
    for start in range(0, len(words) - OVERLAP, WINDOW - OVERLAP):
        window = words[start : start + WINDOW]
        yield " ".join(window), spans[start][0], spans[start + len(window) - 1][1]
