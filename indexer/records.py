"""Records: one rendered article made ready to be stored, with what the next build must know of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from kb.content.dressing import Asked
from kb.content.types import Article, Problem
from kb.search.passages import WHOLE_ARTICLE, split_passages
from kb.snapshot.articles import Table
from kb.snapshot.cards import Card
from kb.snapshot.partition import ARTICLE

_MEDIA_FILES = {"media": {"__all__": {"file": True}}}  # where the library lies is no part of what is read


@dataclass(frozen=True, slots=True)
class Note:
    """What the next build must know of an article to use it again, or to list it without reading it."""

    key: str = ""  # digest of what it was rendered from
    asked: Asked = field(default_factory=Asked)
    answers: str = ""  # digest of what the rest of the library answered
    problems: tuple[Problem, ...] = ()
    media: tuple[tuple[str, str], ...] = ()  # name, file
    redirects: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """A rendered article in the pieces that the store holds."""

    digest: str  # of the article as this audience reads it: sha256, hex
    card: Card
    text: bytes
    body: bytes
    sections: Table  # shape (sections, 4), as `kb.snapshot.articles.SectionSpan`
    passages: Table  # shape (passages, 3): section, first byte in its text, end


def digest_article(article: Article) -> str:
    """A digest of everything that a reader gets of an article."""
    return hashlib.sha256(ARTICLE.dump_json(article, exclude=_MEDIA_FILES)).hexdigest()


def card_of(article: Article) -> Card:
    """The article's entry in lists."""
    return Card(article.id, article.title, article.summary, article.topic, article.products, article.platforms, article.updated)


def make_record(article: Article) -> StoredArticle:
    """Cut an article into what is stored of it."""
    pieces: list[bytes] = []
    spans: list[tuple[int, int, int, int]] = []
    place = 0
    for section in article.sections:
        anchor, heading, text = (piece.encode() for piece in (section.anchor, section.heading, section.text))
        starts = place, place + len(anchor), place + len(anchor) + len(heading)
        place = starts[-1] + len(text)
        spans.append((*starts, place))
        pieces += (anchor, heading, text)
    return StoredArticle(
        digest=digest_article(article),
        card=card_of(article),
        text=b"".join(pieces),
        body=ARTICLE.dump_json(article),
        sections=np.array(spans, np.int32).reshape(-1, 4),
        passages=np.array(_passage_spans(article), np.int32).reshape(-1, 3),
    )


def make_note(article: Article) -> Note:
    """What there is to note of an article, whatever it was rendered from."""
    return Note(
        media=tuple((media.name, str(media.file)) for media in article.media),
        redirects=article.redirect_from,
        symptoms=article.symptoms,
        errors=article.errors,
    )


def _passage_spans(article: Article) -> list[tuple[int, int, int]]:
    spans: list[tuple[int, int, int]] = []
    for passage in split_passages(article):
        text = article.sections[passage.section].text if passage.section != WHOLE_ARTICLE else ""
        spans.append((passage.section, _bytes_before(text, passage.start), _bytes_before(text, passage.end)))
    return spans


def _bytes_before(text: str, place: int) -> int:
    return place if text.isascii() else len(text[:place].encode())
