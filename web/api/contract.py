"""How an endpoint is declared: one decorator that checks what is asked, answers, and documents both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, get_type_hints

from flask import Blueprint, Request, Response, current_app, make_response
from pydantic import BaseModel, ValidationError
from spectree import Response as Responses
from spectree import SpecTree
from spectree.models import Server, Tag
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.routing import Rule

from web.api.parameters import Parameters
from web.api.problems import INTERNAL, INVALID_PARAMETER, UNKNOWN_PARAMETER, Problem, ProblemKind, parameter_problem

VERSION = "1.1.0"  # of the API's shapes, not of Fixline
DESCRIPTION = (
    "Search the public articles of this help center and read them. Nothing here needs a key, and any web page may call it. "
    "Every error is `application/problem+json` (RFC 9457): `type` names the kind, `detail` says what to do, "
    "`errors` names the parameters concerned. A parameter that an endpoint does not have is refused with 400, "
    "a value that cannot be used with 422."
)

SEARCHING = Tag(name="Search", description="Find the section that answers.")
READING = Tag(name="Articles", description="Read what was found, or everything there is.")
WATCHING = Tag(name="Operation", description="For monitoring and load balancers.")

View = Callable[..., Any]


class Caching(StrEnum):
    """How long an answer may be kept: the value of `Cache-Control`."""

    NEVER = "no-store"
    BY_THE_READER = "private, max-age=0"  # what somebody searches for is nobody else's business
    WHILE_UNCHANGED = "no-cache"  # anybody keeps it, and asks by its ETag before using it again


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What an endpoint promises, besides its parameters (annotated) and its meaning (docstring)."""

    answer: type[BaseModel]
    tag: Tag
    caching: Caching
    problems: Sequence[ProblemKind] = ()  # besides those of every endpoint
    others: Mapping[int, tuple[type[BaseModel] | None, str]] = field(default_factory=dict)  # status -> body, description
    path_parameters: Mapping[str, str] = field(default_factory=dict)  # name -> description


class OwnRoutes(FlaskPlugin):
    """The library's link to Flask, kept to the routes that are declared here: it cannot read every other."""

    def find_routes(self) -> Iterator[Rule]:
        """The routes of this version of the API."""
        return (rule for rule in current_app.url_map.iter_rules() if rule.endpoint.startswith("api.v1."))


api = SpecTree(
    backend=OwnRoutes,
    mode="strict",
    title="Fixline API",
    version=VERSION,
    description=DESCRIPTION,
    openapi_version="3.1.0",
    servers=[Server(url="/", description="This server.")],
    page_templates={},  # they would load scripts from elsewhere
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    validation_error_model=Problem,
)


def endpoint(blueprint: Blueprint, path: str, declaration: Declaration) -> Callable[[View], View]:
    """Serve the decorated function at `path`, as declared.

    It returns the declared answer. If it has query parameters, its argument `query` is annotated with their model.
    """

    def declare(view: View) -> View:
        parameters = get_type_hints(view).get("query", Parameters)
        checked = api.validate(
            query=parameters,
            resp=_responses(declaration),
            tags=[declaration.tag],
            operation_id=view.__name__,
            path_parameter_descriptions=declaration.path_parameters,
            before=_refuse_with(tuple(parameters.model_fields)),
        )(view)

        @wraps(checked)
        def answer(**path_values: str) -> Response:
            response = make_response(checked(**path_values))
            response.headers.setdefault("Cache-Control", declaration.caching.value)
            return response

        blueprint.add_url_rule(path, view_func=answer)
        return view

    return declare


def _refuse_with(known: Sequence[str]) -> Callable[..., None]:
    def refuse(_request: Request, _response: object, error: ValidationError | None, *_: object) -> None:
        if error is not None:
            raise parameter_problem(error, known)

    return refuse


def _responses(declaration: Declaration) -> Responses:
    """The library's form of the promise: every status with its body and what it means."""
    kinds = (UNKNOWN_PARAMETER, INVALID_PARAMETER, *declaration.problems, INTERNAL)
    by_status: dict[int, tuple[type[BaseModel] | None, str]] = {200: (declaration.answer, declaration.answer.__doc__ or "")}
    for kind in kinds:
        _, said = by_status.get(kind.status, (Problem, ""))
        by_status[kind.status] = (Problem, f"{said} `{kind.name}`: {kind.help}".strip())
    by_status.update(declaration.others)
    return Responses(**{f"HTTP_{status}": promise for status, promise in sorted(by_status.items())})
