"""Where a link or an image of an article leads, for one audience."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from kb.access import Audience, Viewer, may_read
from kb.content.addresses import article_url, media_url
from kb.content.types import Header, Media, Status

IMAGE_TYPES = {  # file ending -> media type: the images that are taken in and served
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}

_OWN_PAGES = ("/topics/", "/search", "/contact")


class Link(NamedTuple):
    """Where a link leads: an address to write, or none, and what is wrong with it."""

    href: str | None  # None: only the link's text may be shown
    rule: str = ""  # empty: nothing is wrong
    message: str = ""
    article: str = ""  # id of the article it leads to
    fragment: str = ""
    is_external: bool = False
    media: Media | None = None


class Image(NamedTuple):
    """The file that an image shows, or what is wrong with it."""

    media: Media | None
    rule: str = ""
    message: str = ""


class LinkResolver:
    """Resolves the links of a library's articles, of which it needs the headers alone."""

    def __init__(self, root: Path, headers: Sequence[Header]) -> None:
        self._root = root.resolve()
        self._by_path: Mapping[str, Header] = {header.path: header for header in headers}
        self._by_id: Mapping[str, Header] = {header.id: header for header in headers}
        self._folded: Mapping[str, Header] = {header.path.casefold(): header for header in reversed(headers)}

    def resolve(self, href: str, source: Header, audience: Audience) -> Link:
        """Where a link of `source` leads a reader of `audience`."""
        try:
            parts = urlsplit(href.strip().replace("\\", "/"))
        except ValueError:
            return Link(None, "link-broken", f"{href!r} is not an address; mend it.")
        if parts.netloc and parts.scheme in ("", "http", "https"):
            return Link(href.strip() if parts.scheme else f"https:{parts.geturl()}", is_external=True)
        if parts.scheme:
            return Link(href.strip()) if parts.scheme in ("mailto", "tel") else self._broken(href)
        if not parts.path:
            return Link(f"#{parts.fragment}", article=source.id, fragment=unquote(parts.fragment))
        if Path(parts.path).suffix.lower() in IMAGE_TYPES:
            image = self.resolve_image(parts.path, source)
            return Link(media_url(image.media.name) if image.media else None, image.rule, image.message, media=image.media)
        return self._resolve_page(parts.path, parts.query, parts.fragment, (source, audience))

    def resolve_image(self, src: str, source: Header) -> Image:
        """The file that an image of `source` shows."""
        src = src.strip().replace("\\", "/")
        try:
            parts = urlsplit(src)
        except ValueError:
            return Image(None, "image-missing", f"{src!r} is not an address; mend it.")
        if parts.scheme or parts.netloc:
            return Image(None, "image-remote", f"The image {src[:100]} lies on another server; put a copy beside the article.")
        wanted = unquote(parts.path)
        if Path(wanted).suffix.lower() not in IMAGE_TYPES:
            return Image(
                None, "image-type", f"{wanted!r} is not an image that is served; use one of {', '.join(sorted(IMAGE_TYPES))}."
            )
        return self._find_image(_join(source.path, wanted), wanted)

    def find(self, name: str) -> Header | None:
        """The published article that an id, or a path from the root, names."""
        wanted = name.strip().strip("/").removesuffix(".md")
        source = self._by_id.get(wanted) or self._by_path.get(f"{wanted}.md")
        return source if source and source.status is Status.PUBLISHED else None

    def _find_image(self, path: str, wanted: str) -> Image:
        try:
            file = (self._root / path).resolve()
            if not file.is_relative_to(self._root):
                return Image(None, "image-outside", f"{wanted!r} lies outside the library; put a copy beside the article.")
            if not file.is_file():
                return Image(None, "image-missing", f"There is no file {path!r}; add it or take the image out.")
            return Image(Media(file, f"{_digest(file)}/{file.name}"))
        except (OSError, ValueError):
            return Image(None, "image-missing", f"The file {wanted[:100]!r} cannot be read; mend its name or its rights.")

    def _resolve_page(self, path: str, query: str, fragment: str, reader: tuple[Header, Audience]) -> Link:
        source, audience = reader
        wanted = unquote(path)
        if wanted == "/" or wanted.startswith(_OWN_PAGES):
            return Link(path + (f"?{query}" if query else ""))
        target, is_exact = self._find(_join(source.path, wanted))
        if target is None or target.status is not Status.PUBLISHED:
            return self._broken(wanted)
        if not may_read(Viewer(audience), target.audience):
            message = f"{wanted!r} is for agents only, and this text is public; move the link into an internal block."
            return Link(None, "link-to-internal", message)
        fragment = unquote(fragment)
        href = article_url(target.id, fragment)
        message = "" if is_exact else f"{wanted!r} is spelled {target.path!r}; use the same capitals."
        return Link(href, "" if is_exact else "link-case", message, target.id, fragment)

    def _find(self, path: str) -> tuple[Header | None, bool]:
        """The article at a path from the root, and whether its capitals are right."""
        path = path.strip("/")
        bare = path.removeprefix("articles/")
        candidates = (path, f"{path}.md", posixpath.join(path, "index.md"), bare, f"{bare}.md", posixpath.join(bare, "index.md"))
        for candidate in candidates:
            if candidate in self._by_path:
                return self._by_path[candidate], True
        folded = (self._folded.get(candidate.casefold()) for candidate in candidates)
        return next((source for source in folded if source), None), False

    @staticmethod
    def _broken(href: str) -> Link:
        return Link(None, "link-broken", f"{href[:120]!r} leads to no published article; mend the path or take the link out.")


def _join(path: str, target: str) -> str:
    """A target seen from a file, as a path from the root; `..` at its head means outside."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def _digest(file: Path) -> str:
    stat = file.stat()
    return _digest_version(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _digest_version(file: Path, _modified: int, _size: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:16]
