"""Small libraries written for one test, and what a browser would find in what becomes of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from indexer.documents import Documents, make_documents
from indexer.keyword import write_keyword
from indexer.progress import Silence
from kb.access import Audience
from kb.content.library import Renderer, load_library, readable
from kb.content.sanitise import ATTRIBUTE_VALUES, ATTRIBUTES, CLASSES, INLINE_IMAGE, TAGS
from kb.content.types import Article, FrontMatter, Library, Problem, Section, Site, Source
from kb.search.keyword import KeywordIndex

_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-\x00-\x20]*):", re.IGNORECASE)
_SAFE_SCHEMES = ("http", "https", "mailto", "tel")
_SITE_PATHS = ("/articles/", "/media/", "/topics/", "/search", "/contact", "#")


def write_library(root: Path, files: Mapping[str, str | bytes]) -> Library:
    """Write files below a folder and load it."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_library(root)


def render_files(
    root: Path, files: Mapping[str, str | bytes], id: str, audience: Audience = Audience.PUBLIC
) -> tuple[Article, tuple[Problem, ...]]:
    """Write a library and render one of its articles."""
    library = write_library(root, files)
    return Renderer(library).render(source_of(library, id), audience)


def make_article(id: str, title: str, body: str, errors: tuple[str, ...] = ()) -> Article:
    """An article of one section without a heading."""
    return Article(
        id=id, title=title, summary="", topic="", audience=Audience.PUBLIC, products=(), platforms=(), symptoms=(),
        errors=errors, also_titled="", sections=(Section("", "", 1, "", body),), related=(), redirect_from=(), media=(),
        updated=None, words=0,
    )  # fmt: skip


def write_keyword_index(folder: Path, articles: Sequence[Article]) -> KeywordIndex:
    """Write the keyword side of articles into a new folder, and open it."""
    write_keyword(folder, make_documents(articles, Site(), Audience.PUBLIC), Silence())
    return KeywordIndex(folder)


def read_documents(library: Library, audience: Audience) -> Documents:
    """What one audience reads of a library, ready to be indexed."""
    renderer = Renderer(library)
    articles = [renderer.render(source, audience)[0] for source in readable(library, audience)]
    return replace(make_documents(articles, library.site, audience), synonyms=library.synonyms)


def source_of(library: Library, id: str) -> Source:
    """The source with an id."""
    return next(source for source in library.sources if source.id == id)


def render_body(body: str, audience: Audience = Audience.PUBLIC, site: Site | None = None) -> tuple[Article, tuple[Problem, ...]]:
    """Render a body alone, as the article `folder/article` of an empty library."""
    source = Source("folder/article", "folder/article.md", FrontMatter(title="Title"), "Title", body, 5, dt.date(2026, 1, 1), "0")
    library = Library(Path(__file__).parent / "data" / "content", site or Site(), (source,), ())
    return Renderer(library).render(source, audience)


def html_of(article: Article) -> str:
    """All of an article's HTML."""
    return "\n".join(section.html for section in article.sections)


def text_of(article: Article) -> str:
    """All of an article's plain text, headings too."""
    return "\n".join(f"{section.heading}\n{section.text}" for section in article.sections)


def rules_of(problems: tuple[Problem, ...]) -> set[str]:
    """The rules that some problems broke."""
    return {problem.rule for problem in problems}


def assert_inert(html: str, *, is_page: bool = True) -> None:
    """Parse HTML as a browser does, and hold every element, attribute, class and address against the allow-list."""
    body = LexborHTMLParser(f"<!DOCTYPE html><body><main>{html}</main></body>").body
    assert body is not None
    for node in body.css("main *"):
        assert node.tag in TAGS, node.html
        _assert_attributes(node, is_page=is_page)


def _assert_attributes(node: LexborNode, *, is_page: bool) -> None:
    tag = node.tag or ""
    for name, value in node.attributes.items():
        assert name in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, frozenset()) | set(ATTRIBUTE_VALUES.get(tag, {})), node.html
        written = value or ""
        if name in ATTRIBUTE_VALUES.get(tag, {}):
            assert written in ATTRIBUTE_VALUES[tag][name], node.html
        if name == "class":
            known = CLASSES.get(tag, frozenset())
            assert all(part in known or (tag == "code" and part.startswith("language-")) for part in written.split()), node.html
        if name == "id":
            assert not written.casefold().startswith("fx-"), node.html
        if name in ("href", "src"):
            _assert_address(node, written, is_page=is_page)


def _assert_address(node: LexborNode, address: str, *, is_page: bool) -> None:
    scheme = _SCHEME.match(address)
    if scheme and not (node.tag == "img" and INLINE_IMAGE.fullmatch(address)):
        assert scheme[1].lower() in _SAFE_SCHEMES, node.html
    if is_page:
        assert scheme or address.startswith(_SITE_PATHS) or address == "/", node.html
        assert not address.startswith(("//", "/\\")), node.html
        is_external = bool(scheme) and scheme is not None and scheme[1].lower() in ("http", "https")
        assert (node.attributes.get("rel") == "noopener noreferrer nofollow") == is_external, node.html
