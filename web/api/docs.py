"""The specification at `/api/openapi.json`, and the page at `/api/docs` that is made from it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kb.content.types import Site
from kb.errors import NoSnapshotError
from web.api.problems import PROBLEMS, ProblemKind, problem_anchor
from web.api.specification import JSON_TYPE, Document, build_specification, operations
from web.pages import Frame
from web.viewer import g

docs = Blueprint("docs", __name__)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A row of the table of parameters."""

    name: str
    values: str  # type, bounds, choices and default in words
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, as the page shows it."""

    id: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    statuses: tuple[tuple[str, str], ...]  # with their meaning
    request: str  # a command to try
    answer: str  # JSON
    fields: tuple[tuple[str, str], ...]  # of the answer, with what needs saying about them


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class DocsPage:
    """What api/docs.html shows."""

    frame: Frame
    description: str
    groups: tuple[Group, ...]
    problems: tuple[ProblemKind, ...]


@docs.app_template_filter("ticked")
def mark_code(text: str) -> Markup:
    """A sentence as HTML, with what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(part) if index % 2 else part for index, part in parts)


@docs.get("/openapi.json")
def show_specification() -> Response:
    """The OpenAPI document."""
    response = current_app.response_class(_specification_text(g.settings.url), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response


@docs.get("/docs")
def show_docs() -> ResponseReturnValue:
    """The same for people."""
    document = build_specification(g.settings.url)
    title = document["info"]["title"]
    page = DocsPage(
        frame=Frame(title, _site_title(), "How to search and read these articles from a program.", f"{g.settings.url}/api/docs"),
        description=document["info"]["description"],
        groups=tuple(describe_groups(document)),
        problems=PROBLEMS,
    )
    return render_template("api/docs.html", page=page, problem_anchor=problem_anchor)


def describe_groups(document: Document) -> Iterator[Group]:
    """The operations of a specification by tag, in its order."""
    for tag in document["tags"]:
        members = (pair for pair in operations(document) if tag["name"] in pair[1]["tags"])
        yield Group(tag["name"], tag["description"], tuple(_describe(path, operation, document) for path, operation in members))


@cache
def _specification_text(url: str) -> str:
    return json.dumps(build_specification(url), ensure_ascii=False, indent=1)


def _site_title() -> str:
    """The name of the help center, which is not known before anything has been published."""
    try:
        return g.partition.site.title
    except NoSnapshotError:
        return Site().title


def _describe(path: str, operation: Document, document: Document) -> Operation:
    answer = operation["responses"]["200"]["content"][JSON_TYPE]
    schema = document["components"]["schemas"][answer["schema"]["$ref"].rpartition("/")[2]]
    return Operation(
        id=operation["operationId"],
        path=path,
        summary=operation["summary"],
        description=operation["description"],
        parameters=tuple(_describe_parameter(parameter) for parameter in operation["parameters"]),
        statuses=tuple((status, response["description"]) for status, response in operation["responses"].items()),
        request=operation["x-codeSamples"][0]["source"],
        answer=json.dumps(answer["example"], ensure_ascii=False, indent=2),
        fields=tuple((name, part["description"]) for name, part in schema["properties"].items() if "description" in part),
    )


def _describe_parameter(parameter: Document) -> Parameter:
    schema = parameter["schema"]
    values = f"{_describe_values(schema)}; required" if parameter["required"] else _describe_values(schema)
    default = f"; default {schema['default']}" if schema.get("default") else ""
    return Parameter(name=parameter["name"], values=f"{values}{default}.", description=parameter["description"])


def _describe_values(schema: Document) -> str:
    match schema:
        case {"enum": choices}:
            return f"One of {', '.join(choices)}"
        case {"type": "array"}:
            return f"Text, at most {schema['maxItems']} times"
        case {"type": "integer"}:
            return f"A whole number from {schema['minimum']} to {schema['maximum']}"
        case _:
            return "Text"
