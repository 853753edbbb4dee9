"""Judged collections: documents, queries, and which document is how relevant for which query.

A folder holds either `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`, or a library of Markdown
articles with a table of queries and paths beside it (`query`, tab, `path`).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.content.reading import article_id
from kb.errors import FixlineError

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
JUDGMENTS = "qrels.tsv"


class CollectionError(FixlineError):
    """A judged collection cannot be read."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a collection."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries, and how relevant (0 and up) a document was judged for a query."""

    name: str
    documents: tuple[Document, ...]  # empty where `library` holds them
    queries: Mapping[str, str]  # id -> text
    judgments: Mapping[str, Mapping[str, int]]  # query id -> document id -> grade
    library: Path | None = None  # a folder of Markdown articles

    @property
    def judged(self) -> Mapping[str, str]:
        """The queries for which something was judged relevant: id -> text."""
        return {query: text for query, text in self.queries.items() if any(self.judgments.get(query, {}).values())}


def load_collection(folder: Path, table: Path | None = None) -> Collection:
    """Read a collection; raises `CollectionError`, naming the file and line that cannot be read.

    `table` names the queries of a library of Markdown articles; by default it is `queries.tsv` in the
    folder, or a file beside the folder with its name and `.tsv` or `-queries.tsv` behind it.
    """
    has_documents = (folder / CORPUS).exists()
    collection = _load_documents(folder) if has_documents else _load_library(folder, table or _find_table(folder))
    if not collection.judged:
        raise CollectionError(f"{folder} has no query for which something was judged relevant, so there is nothing to measure.")
    return collection


def _load_documents(folder: Path) -> Collection:
    documents = tuple(Document(row["_id"], row["title"], row["text"]) for row in _rows(folder / CORPUS, ("_id", "title", "text")))
    queries = {row["_id"]: row["text"] for row in _rows(folder / QUERIES, ("_id", "text"))}
    return Collection(folder.name, documents, queries, _judgments(folder / JUDGMENTS))


def _load_library(folder: Path, table: Path) -> Collection:
    queries: dict[str, str] = {}
    judgments: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(read_text(table).splitlines(), delimiter="\t"), 1):
        if number == 1 and row == ["query", "path"]:
            continue
        if len(row) != 2 or not row[1].endswith(".md"):
            raise CollectionError(f"{table}:{number}: not a line of query and path, such as `wifi/weak-signal.md`.")
        queries[str(number)] = row[0]
        judgments[str(number)] = {article_id(row[1]): 1}
    return Collection(folder.name, (), queries, judgments, folder)


def _find_table(folder: Path) -> Path:
    places = (folder / "queries.tsv", folder.with_name(f"{folder.name}.tsv"), folder.with_name(f"{folder.name}-queries.tsv"))
    for place in places:
        if place.is_file():
            return place
    raise CollectionError(
        f"{folder} is no judged collection: it has neither {CORPUS} nor, beside Markdown articles, {places[0].name}. "
        "Name the table of queries and paths with --queries."
    )


def _rows(file: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            yield {field: str(row[field]) for field in fields}
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(f"{file}:{number}: not a JSON object with {', '.join(fields)}.") from error


def _judgments(file: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(read_text(file).splitlines(), delimiter="\t"), 1):
        if number == 1 and row[-1:] == ["score"]:
            continue
        try:
            query, document, grade = row
            judged.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise CollectionError(f"{file}:{number}: not a line of query-id, corpus-id and score.") from error
    return judged


def read_text(file: Path) -> str:
    """A file's text; raises `CollectionError` if it cannot be read."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{file} cannot be read: {error}.") from error
