"""Lint: every problem of a library, those of loading and rendering and those that only a look at the whole shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.access import Audience
from kb.content.dressing import Reference
from kb.content.library import readable
from kb.content.links import LinkResolver
from kb.content.rendering import Renderer, Rendition
from kb.content.rules import RULES, found
from kb.content.synonyms import lint_synonyms
from kb.content.types import Library, Problem, Source, Status, sort_problems
from kb.content.writing import lint_completeness, lint_writing

__all__ = ["RULES", "lint"]

MAX_TITLE = 70  # characters: what a list of results, and other search engines, show of it

_SITE = "site.toml"


def lint(library: Library) -> tuple[Problem, ...]:
    """All problems of a library, sorted by path and line, each told once."""
    resolver = LinkResolver(library.root, library.headers)
    problems = [*library.problems, *_lint_site(library)]
    for audience in Audience:
        problems.extend(_lint_renditions(library, audience))
    for source in library.sources:
        if source.front.status is Status.PUBLISHED:
            problems.extend(_lint_head(source, library))
            problems.extend(lint_completeness(source))
            problems.extend(_lint_related(source, resolver))
    problems.extend(_lint_titles(library.sources))
    problems.extend(_lint_redirects(library.sources))
    problems.extend(lint_synonyms(library))
    return sort_problems(problems)


def _lint_renditions(library: Library, audience: Audience) -> Iterator[Problem]:
    """What rendering every article that an audience reads brings to light."""
    renderer = Renderer(library)
    anchors: dict[str, frozenset[str]] = {}
    references: list[tuple[Source, Reference]] = []
    for source in readable(library, audience):
        rendition = renderer.rendition(source, audience)
        anchors[source.id] = rendition.anchors
        references.extend((source, reference) for reference in rendition.references)
        yield from rendition.problems
        yield from _lint_text(source, rendition)
        if audience is source.front.audience:
            yield from lint_writing(source, rendition.article)
    for source, reference in references:
        if reference.fragment not in anchors.get(reference.article, frozenset()):
            message = f"{reference.article!r} has no heading `#{reference.fragment}`; mend the part after `#`."
            yield found("anchor-missing", source.path, reference.line, message)


def _lint_text(source: Source, rendition: Rendition) -> Iterator[Problem]:
    sections = rendition.article.sections
    if not any(section.text or "<img" in section.html for section in sections):
        yield found(
            "body-empty", source.path, source.body_line, "There is nothing to read; write the article, or make it a draft."
        )
    for section in sections:
        if section.level > 1 and not section.heading:
            yield found(
                "heading-empty", source.path, _empty_heading_line(source), "A heading has no text; give it one or delete it."
            )


def _empty_heading_line(source: Source) -> int:
    match = re.search(r"^[ ]{0,3}#{1,3}[ \t#]*(?:\{[^}\n]*\}[ \t]*)?$", source.body, re.MULTILINE)
    return source.body_line + (source.body.count("\n", 0, match.start()) if match else 0)


def _lint_head(source: Source, library: Library) -> Iterator[Problem]:
    front = source.front
    if len(source.title) > MAX_TITLE:
        message = f"The title has {len(source.title)} characters; {MAX_TITLE} fit a list of results."
        yield found("title-long", source.path, _key_line(source, "title"), message)
    if not front.summary:
        yield found("summary-missing", source.path, 1, "Add a line `summary: …` that says in one sentence what the fix is.")
    if not front.symptoms and front.audience is Audience.PUBLIC:
        yield found("symptoms-missing", source.path, 1, "Add `symptoms:` with the words that customers use for this problem.")
    for key, values, known in (
        ("product", front.products, library.site.products),
        ("platform", front.platforms, library.site.platforms),
    ):
        for value in values:
            if value not in known:
                message = f"site.toml has no {key} {value!r}; it has {', '.join(known) or 'none'}."
                yield found(f"{key}-unknown", source.path, _key_line(source, f"{key}s"), message)


def _lint_related(source: Source, resolver: LinkResolver) -> Iterator[Problem]:
    for name in source.front.related:
        target = resolver.find(name)
        line = _key_line(source, "related")
        if target is None:
            message = f"`related` names {name!r}, which is no published article; mend the path or take it out."
            yield found("related-unknown", source.path, line, message)
        elif not target.is_for(source.front.audience):
            message = f"`related` names {name!r}, which is for agents only; take it out of this public article."
            yield found("related-to-internal", source.path, line, message)


def _lint_titles(sources: Iterable[Source]) -> Iterator[Problem]:
    first: dict[str, Source] = {}
    for source in sources:
        if source.front.status is not Status.PUBLISHED:
            continue
        other = first.setdefault(" ".join(source.title.casefold().split()), source)
        if other is not source:
            message = f"{other.path!r} has the same title; say in each what sets it apart."
            yield found("title-duplicate", source.path, _key_line(source, "title"), message)


def _lint_redirects(sources: Iterable[Source]) -> Iterator[Problem]:
    owners = {source.id: source for source in sources}
    for source in list(owners.values()):
        for name in source.front.redirect_from:
            owner = owners.setdefault(name.strip("/").removesuffix(".md"), source)
            if owner is not source:
                message = f"The old address {name!r} belongs to {owner.path!r}; take it out of `redirect_from` here."
                yield found("redirect-taken", source.path, _key_line(source, "redirect_from"), message)


def _lint_site(library: Library) -> Iterator[Problem]:
    everybody = readable(library, Audience.PUBLIC)
    public = {source.id for source in everybody}
    public_topics = {source.topic for source in everybody}
    published = {source.id for source in readable(library, Audience.AGENTS)}
    named = [(id, public) for id in library.site.most_needed]
    # A topic without a public article is shown to agents only, and so may name what they read.
    for topic in library.site.topics:
        grouped = [id for group in topic.groups for id in group.articles]
        named += [(id, public if topic.id in public_topics else published) for id in (*topic.featured, *grouped)]
    for id, known in named:
        if id not in known:
            message = f"{id!r} is no published article that everybody may read; mend the path or take it out."
            yield found("site-unknown-article", _SITE, _site_line(library, id), message)


def _site_line(library: Library, id: str) -> int:
    try:
        text = (library.root / _SITE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 1
    place = text.find(f'"{id}"')
    return text.count("\n", 0, max(place, 0)) + 1


def _key_line(source: Source, key: str) -> int:
    """The line of a key in a file's front matter; 1 if it has none."""
    return source.front.lines.get(key, 1)
