"""Rendering: one source and one audience in, one sanitised article and its problems out."""

from __future__ import annotations

import hashlib
import html
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kb.access import Audience
from kb.content.dialects import translate
from kb.content.dressing import Asked, Dressing, Reference, dress
from kb.content.html_tokens import drop_internal
from kb.content.html_tree import drop_internal_elements
from kb.content.indentation import lay_out_lists
from kb.content.internal import strip_internal
from kb.content.links import LinkResolver
from kb.content.markdown import as_plain_text, convert
from kb.content.placeholders import Kept, keep_placeholders
from kb.content.rules import found
from kb.content.sanitise import sanitise
from kb.content.sections import Cut, cut_sections
from kb.content.types import Article, Header, Problem, Site, Source


@dataclass(frozen=True, slots=True)
class Rendition:
    """An article for one audience, with what only checking it needs."""

    article: Article
    problems: tuple[Problem, ...]
    anchors: frozenset[str]
    references: tuple[Reference, ...]  # links that name a heading, in this article or another
    asked: Asked


class Surroundings(Protocol):
    """What rendering takes from a library beside the article itself; a `Library` and a `Catalogue` have it."""

    @property
    def root(self) -> Path:
        """The library's folder."""
        ...

    @property
    def site(self) -> Site:
        """The site's settings."""
        ...

    @property
    def headers(self) -> tuple[Header, ...]:
        """Every file's header, in order of id."""
        ...


class Renderer:
    """Renders the published articles of a library, one at a time; keeps nothing."""

    def __init__(self, library: Surroundings) -> None:
        self._site = library.site
        self._resolver = LinkResolver(library.root, library.headers)

    def render(self, source: Source, audience: Audience) -> tuple[Article, tuple[Problem, ...]]:
        """Render a source for an audience.

        Raises `ValueError` for an article that is not published or that the audience may not read.
        """
        rendition = self.rendition(source, audience)
        return rendition.article, rendition.problems

    def rendition(self, source: Source, audience: Audience) -> Rendition:
        """Like `render`, with the anchors of the article and the headings that it links to."""
        if not source.header.is_for(audience):
            raise ValueError(f"{source.path} must not be rendered for {audience}.")
        clean, problems = _to_clean_html(source, audience)
        dressing = Dressing(source, audience, self._resolver)
        # Sanitised once more at the very end: no step before it has to be trusted.
        cut = cut_sections(sanitise(dress(clean, dressing, self._site)))
        article = self._assemble(source, audience, cut, dressing)
        asked = Asked(_each(dressing.links), _each(dressing.images), source.front.related)
        return Rendition(article, (*problems, *dressing.problems), cut.anchors, tuple(dressing.references), asked)

    def answers(self, asked: Asked, header: Header, audience: Audience) -> str:
        """A digest of what the library answers to what an article asked; while it stays, so does the rendition."""
        links = [self._resolver.resolve(href, header, audience) for href in asked.links]
        images = [self._resolver.resolve_image(src, header) for src in asked.images]
        related = self._related(asked.related, header, audience)
        return hashlib.sha256(repr((links, images, related)).encode("utf-8", "backslashreplace")).hexdigest()

    def _assemble(self, source: Source, audience: Audience, cut: Cut, dressing: Dressing) -> Article:
        front = source.front
        return Article(
            id=source.id,
            title=source.title,
            summary=front.summary,
            topic=source.topic,
            audience=front.audience,
            products=front.products,
            platforms=front.platforms,
            symptoms=front.symptoms,
            errors=front.errors,
            also_titled="" if cut.first_h1.casefold() == source.title.casefold() else cut.first_h1,
            sections=cut.sections,
            related=self._related(front.related, source.header, audience),
            redirect_from=front.redirect_from,
            media=tuple(dressing.media[name] for name in sorted(dressing.media)),
            updated=source.updated,
            words=sum(len(section.text.split()) for section in cut.sections),
        )

    def _related(self, names: tuple[str, ...], header: Header, audience: Audience) -> tuple[str, ...]:
        targets = (self._resolver.find(name) for name in names)
        return tuple(
            dict.fromkeys(target.id for target in targets if target and target.id != header.id and target.is_for(audience))
        )


def _each(addresses: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))


def _to_clean_html(source: Source, audience: Audience) -> tuple[str, list[Problem]]:
    """A source's body as sanitised HTML, without internal text if it is for the public."""
    body = source.body
    problems: list[Problem] = []
    if audience is Audience.PUBLIC:
        stripped = strip_internal(body, source.path, source.body_line)
        body = stripped.text
        problems.extend(stripped.problems)
    text, more = translate(body, source.path, source.body_line)
    problems.extend(more)
    converted = convert(lay_out_lists(text))
    failure = converted.failure
    if not failure:
        raw = drop_internal(converted.html) if audience is Audience.PUBLIC else converted.html
        kept = keep_placeholders(raw)
        problems.extend(_markup_problems(source, kept))
        if not kept.is_too_deep:
            # Once more on the tree, for what a browser would find where the tags alone did not show it.
            clean = drop_internal_elements(kept.html) if audience is Audience.PUBLIC else kept.html
            return sanitise(clean), problems
        failure = "HTML elements are nested too deep, or too many are never closed"
    problems.append(_failure(source, failure))
    # In plain text HTML's elements cannot be told apart any more, so a mention is enough to withhold it all.
    is_withheld = audience is Audience.PUBLIC and "internal" in html.unescape(body).casefold()
    return "" if is_withheld else sanitise(as_plain_text(text)), problems


def _failure(source: Source, reason: str) -> Problem:
    message = f"The Markdown is shown as it was written: {reason}; simplify it, or split the article."
    return found("too-complex", source.path, source.body_line, message)


def _markup_problems(source: Source, kept: Kept) -> list[Problem]:
    problems = []
    if kept.placeholders:
        message = f"{', '.join(kept.placeholders)[:200]} is no HTML and is shown as text; put it into backticks."
        problems.append(found("html-placeholder", source.path, _line_of(source, kept.placeholders[0]), message))
    if kept.refused:
        message = f"What an article must not contain was taken out: {', '.join(kept.refused)}; write plain Markdown instead."
        problems.append(found("html-refused", source.path, _line_of(source, kept.refused[0]), message))
    return problems


def _line_of(source: Source, text: str) -> int:
    place = source.body.casefold().find(text.casefold())
    return source.body_line + (source.body.count("\n", 0, place) if place >= 0 else 0)
