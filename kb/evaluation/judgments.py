"""Judged collections: folders with corpus.jsonl, queries.jsonl and qrels.tsv."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import FixlineError


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
    documents: tuple[Document, ...]
    queries: Mapping[str, str]  # id -> text
    judgments: Mapping[str, Mapping[str, int]]  # query id -> document id -> grade


def load_collection(folder: Path) -> Collection:
    """Read a collection; raises `CollectionError`, naming the file and line that cannot be read."""
    documents = tuple(
        Document(row["_id"], row["title"], row["text"]) for row in _rows(folder / "corpus.jsonl", ("_id", "title", "text"))
    )
    queries = {row["_id"]: row["text"] for row in _rows(folder / "queries.jsonl", ("_id", "text"))}
    return Collection(folder.name, documents, queries, _judgments(folder / "qrels.tsv"))


def _rows(file: Path, fields: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_text(file).splitlines(), 1):
        try:
            row = json.loads(line)
            yield {field: str(row[field]) for field in fields}
        except (ValueError, KeyError, TypeError) as error:
            raise CollectionError(f"{file}:{number}: not a JSON object with {', '.join(fields)}.") from error


def _judgments(file: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(_text(file).splitlines(), delimiter="\t"), 1):
        if number == 1 and row[-1:] == ["score"]:
            continue
        try:
            query, document, grade = row
            judged.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise CollectionError(f"{file}:{number}: not a line of query-id, corpus-id and score.") from error
    return judged


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CollectionError(f"{file} cannot be read: {error}.") from error
