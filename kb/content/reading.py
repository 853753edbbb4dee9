"""From one file to a Source: its bytes decoded, its front matter read, its title found."""

from __future__ import annotations

import datetime as dt
import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.content.decoding import MAX_BYTES, decode
from kb.content.front_matter import split_front_matter
from kb.content.internal import strip_internal
from kb.content.rules import found
from kb.content.types import Problem, Source, Status

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_ATX_H1 = re.compile(r"^#[ \t]+(.+?)[ \t#]*(?:\{[^}\n]*\}[ \t]*)?$", re.MULTILINE)
_SETEXT_H1 = re.compile(r"^([^\s#>|=-][^\n]*)\n=+[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)")
_MARKS = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|</?[A-Za-z][^<>\n]*>|\\(?=[^\w\s])")


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file's bytes as far as they are used, and the digest of all of them."""

    data: bytes
    digest: str


def read_file(file: Path) -> ReadFile:
    """Read at most one byte more than an article may have. Raises OSError."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stream.seek(0)
        return ReadFile(stream.read(MAX_BYTES + 1), digest)


def this_day() -> dt.date:
    """Today, UTC: articles that wait for a day are published when it begins there."""
    return dt.datetime.now(dt.UTC).date()


def article_id(path: str) -> str:
    """A file's path without its ending; `index.md` takes its folder's path."""
    bare = path[: -len(".md")]
    folder, _, name = bare.rpartition("/")
    return folder if folder and name.casefold() == "index" else bare


def read_source(file: ReadFile, path: str, dates: Mapping[str, dt.date], today: dt.date) -> tuple[Source, tuple[Problem, ...]]:
    """Read one file of a library; `dates` says when each path was last changed.

    What waits for a day after `today` is a draft until then.
    """
    text, problems = decode(file.data, path)
    front, body, body_line, more = split_front_matter(text, path)
    if front.waits(today):
        front = replace(front, status=Status.DRAFT)
    heading = None if front.title else first_heading(strip_internal(body, path, body_line).text)
    title = front.title or heading or readable_name(article_id(path))
    missing = () if front.title else (_title_problem(path, heading),)
    source = Source(article_id(path), path, front, title, body, body_line, front.updated or dates.get(path), file.digest)
    return source, (*problems, *more, *missing)


def first_heading(body: str) -> str | None:
    """The plain text of a body's first first-level heading outside code, or None."""
    text = _FENCE.sub("", body) if "```" in body or "~~~" in body else body
    matches = [match for match in (_ATX_H1.search(text), _SETEXT_H1.search(text)) if match]
    if not matches:
        return None
    heading = min(matches, key=lambda match: match.start())[1][:500]
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", heading)).split()) or None


def readable_name(id: str) -> str:
    """A file's or a folder's name as a title: `dns-server_fails` becomes `Dns server fails`."""
    words = " ".join(re.sub(r"[-_]+", " ", posixpath.basename(id)).split())
    return words[:1].upper() + words[1:] or id


def _title_problem(path: str, heading: str | None) -> Problem:
    used = "the first heading is used" if heading else "the file's name is used"
    return found("title-missing", path, 1, f"The front matter has no title, so {used}; add a line `title: …`.")
