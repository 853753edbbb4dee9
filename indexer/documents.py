"""Documents: what one audience reads, rendered and cut into passages, ready to be written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.progress import Progress
from kb.access import Audience
from kb.content.library import readable
from kb.content.rendering import Renderer
from kb.content.types import Article, Library, Problem, Site, SynonymLine
from kb.search.passages import Passage, split_passages


@dataclass(frozen=True, slots=True)
class Documents:
    """Everything a partition is made of; rows are positions in these tuples."""

    audience: Audience
    site: Site
    articles: tuple[Article, ...]
    passages: tuple[tuple[int, Passage], ...]  # (article row, passage)
    synonyms: tuple[SynonymLine, ...] = ()

    @property
    def sections(self) -> int:
        """How many sections the articles have."""
        return sum(len(article.sections) for article in self.articles)


def gather_documents(library: Library, audience: Audience, progress: Progress) -> tuple[Documents, tuple[Problem, ...]]:
    """Render what the audience may read; what was wrong comes back beside it."""
    sources = readable(library, audience)
    renderer = Renderer(library)
    articles: list[Article] = []
    problems: list[Problem] = []
    progress.begin(f"Reading the {audience} articles", "articles", len(sources))
    for source in sources:
        article, found = renderer.render(source, audience)
        articles.append(article)
        problems.extend(found)
        progress.advance()
    documents = make_documents(articles, library.site, audience)
    return replace(documents, synonyms=library.synonyms), tuple(problems)


def make_documents(articles: Sequence[Article], site: Site, audience: Audience) -> Documents:
    """Cut articles into passages, and the site down to what this audience has."""
    passages = tuple((row, passage) for row, article in enumerate(articles) for passage in split_passages(article))
    return Documents(audience, _visible(site, articles), tuple(articles), passages)


def _visible(site: Site, articles: Sequence[Article]) -> Site:
    """The site's settings without a word about topics and articles that this audience cannot read."""
    ids = {article.id for article in articles}
    used = {article.topic for article in articles}
    topics = tuple(
        replace(topic, featured=tuple(id for id in topic.featured if id in ids)) for topic in site.topics if topic.id in used
    )
    return replace(site, topics=topics, most_needed=tuple(id for id in site.most_needed if id in ids))
