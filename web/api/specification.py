"""The OpenAPI document: what the library makes of the declared endpoints, made tidy, with examples."""

from __future__ import annotations

import copy
import json
import shlex
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from web.api.contract import api
from web.api.problems import PROBLEM_TYPE

Document = dict[str, Any]

EXAMPLES = Path(__file__).with_name("examples.json")  # operationId -> the query string asked, and the answer
SCHEMAS = "#/components/schemas/"
JSON_TYPE = "application/json"
LITERAL = ("example", "examples", "default", "enum")  # keys whose values are data, not schemas


def build_specification(url: str) -> Document:
    """The document for a site whose public address is `url`; needs an application context."""
    document: Document = copy.deepcopy(api.spec)
    schemas: Document = document["components"]["schemas"]
    for schema in schemas.values():
        _drop_titles(schema)
    for path, operation in operations(document):
        operation["parameters"] = [_tidy_parameter(parameter, schemas) for parameter in operation["parameters"]]
        operation["summary"] = operation["summary"].rstrip(".")  # it stands as a heading
        _type_problems(operation)
        _add_example(operation, f"{url}{path}")
    document["components"]["schemas"] = {name: schemas[name] for name in sorted(_reached(document, schemas))}
    del document["security"]  # an empty list, where leaving it out says the same
    return document


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Each path of the document with its one operation: everything is only read."""
    for path, methods in document["paths"].items():
        yield path, methods["get"]


@cache
def read_examples() -> Mapping[str, Document]:
    """One request and its answer for each operation."""
    examples: Mapping[str, Document] = json.loads(EXAMPLES.read_text("utf-8"))
    return examples


def _tidy_parameter(parameter: Document, schemas: Document) -> Document:
    """A parameter with its meaning said once, and its choices written out."""
    schema = dict(parameter["schema"])
    reference = schema.pop("$ref", None)
    if reference:
        schema = {**schemas[reference.removeprefix(SCHEMAS)], **schema}
    if schema.get("format") == "path":  # the library's word for a value with slashes
        schema["format"] = "article-id"
    schema.pop("description", None)
    _drop_titles(schema)
    return {**parameter, "schema": schema}


def _drop_titles(schema: object) -> None:
    """Take off the titles that the library makes of names: `took_ms` says as much as `Took Ms`."""
    if isinstance(schema, dict):
        if isinstance(schema.get("title"), str):
            del schema["title"]
        for key, value in schema.items():
            if key not in LITERAL:
                _drop_titles(value)
    elif isinstance(schema, list):
        for item in schema:
            _drop_titles(item)


def _type_problems(operation: Document) -> None:
    for response in operation["responses"].values():
        content: Document = response.get("content", {})
        if content.get(JSON_TYPE, {}).get("schema", {}).get("$ref") == f"{SCHEMAS}Problem":
            content[PROBLEM_TYPE] = content.pop(JSON_TYPE)


def _add_example(operation: Document, address: str) -> None:
    example = read_examples()[operation["operationId"]]
    operation["responses"]["200"]["content"][JSON_TYPE]["example"] = example["answer"]
    for name, value in example.get("path", {}).items():
        address = address.replace(f"{{{name}}}", value)
    query = f"?{example['query']}" if example.get("query") else ""
    operation["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": f"curl {shlex.quote(address + query)}"}]


def _reached(document: Document, schemas: Document) -> set[str]:
    """The schemas that the paths refer to, and those that these refer to in turn."""
    reached: set[str] = set()
    waiting = list(_references(document["paths"]))
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(_references(schemas[name]))
    return reached


def _references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].removeprefix(SCHEMAS)
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for item in part:
            yield from _references(item)
