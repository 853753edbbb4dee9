"""Every error of the API as `application/problem+json` (RFC 9457), from one table of kinds."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request, url_for
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException, default_exceptions

from kb.errors import CursorError, ExpiredCursorError, FixlineError, ModeUnavailableError, NoSnapshotError

PROBLEM_TYPE = "application/problem+json"
RETRY_SECONDS = 5  # about as long as loading the model or a first small snapshot takes


class ProblemKind(NamedTuple):
    """One row of the problems table; the documentation and the tests walk these."""

    name: str  # the last part of the problem's `type`
    status: int
    title: str
    help: str


UNKNOWN_PARAMETER = ProblemKind(
    "unknown-parameter", 400, "Unknown parameter", "A query parameter that this endpoint does not have."
)
INVALID_CURSOR = ProblemKind(
    "invalid-cursor", 400, "Invalid cursor", "The cursor is not one of ours, or belongs to another query."
)
BAD_REQUEST = ProblemKind("bad-request", 400, "Bad request", "The request cannot be understood.")
NOT_FOUND = ProblemKind("not-found", 404, "Not found", "There is nothing at this address.")
NOT_ALLOWED = ProblemKind("method-not-allowed", 405, "Method not allowed", "This address is only read: use GET.")
EXPIRED_CURSOR = ProblemKind(
    "expired-cursor",
    410,
    "Expired cursor",
    "The articles have changed too often since the first page. Start again without a cursor.",
)
INVALID_PARAMETER = ProblemKind(
    "invalid-parameter", 422, "Invalid parameter", "A query parameter has a value that cannot be used."
)
INTERNAL = ProblemKind("internal-error", 500, "Internal error", "Something went wrong on our side.")
NOT_READY = ProblemKind("not-ready", 503, "Not ready", "No articles have been published on this server yet. Try again shortly.")
MODE_UNAVAILABLE = ProblemKind(
    "mode-unavailable", 503, "Mode unavailable", "This server cannot search by meaning now. Use mode hybrid or keyword."
)
PROBLEMS = (
    UNKNOWN_PARAMETER,
    INVALID_CURSOR,
    BAD_REQUEST,
    NOT_FOUND,
    NOT_ALLOWED,
    EXPIRED_CURSOR,
    INVALID_PARAMETER,
    INTERNAL,
    NOT_READY,
    MODE_UNAVAILABLE,
)
_PLAIN_KINDS = {kind.status: kind for kind in (BAD_REQUEST, NOT_FOUND, NOT_ALLOWED, INTERNAL)}


class FieldError(BaseModel):
    """What is wrong with one parameter."""

    field: str = Field(description="The parameter's name.")
    message: str = Field(description="What is wrong and what would be right.")


class Problem(BaseModel):
    """An error, in the form of RFC 9457."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    type: str = Field(
        description="The kind of problem: an address in this documentation.", json_schema_extra={"format": "uri-reference"}
    )
    title: str = Field(description="The kind of problem in words, always the same for one `type`.")
    status: int = Field(ge=400, le=599, description="The HTTP status.")
    detail: str = Field(description="What went wrong this time, and what to do.")
    instance: str = Field(description="The address that was asked.", json_schema_extra={"format": "uri-reference"})
    errors: list[FieldError] | None = Field(
        default=None, exclude_if=lambda errors: errors is None, description="The parameters concerned, where there are any."
    )


class ProblemError(Exception):
    """A problem of a known kind; raised anywhere below an endpoint, answered by its handler."""

    def __init__(self, kind: ProblemKind, detail: str = "", errors: Sequence[FieldError] = ()) -> None:
        """Say `detail`, or else what the kind says of itself."""
        super().__init__(detail or kind.help)
        self.kind = kind
        self.errors = list(errors)


class InvalidParameterError(ProblemError):
    """One or more parameters have values that cannot be used."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        """Say what is wrong with each."""
        super().__init__(INVALID_PARAMETER, " ".join(f"{error.field}: {error.message}" for error in errors), errors)


def parameter_problem(error: ValidationError, known: Sequence[str]) -> ProblemError:
    """What pydantic found wrong with a query string; unknown names weigh more than wrong values.

    `known` is the names that the endpoint has, for the sentence about one that it has not.
    """
    found = error.errors(include_url=False, include_context=False, include_input=False)
    unknown = [str(one["loc"][0]) for one in found if one["type"] == "extra_forbidden"]
    if not unknown:
        return InvalidParameterError([FieldError(field=str(one["loc"][0]), message=f"{one['msg']}.") for one in found])
    choice = f"The parameters here are: {', '.join(known)}." if known else "There are no parameters here."
    fields = [FieldError(field=name, message=f"There is no such parameter. {choice}") for name in unknown]
    return ProblemError(UNKNOWN_PARAMETER, f"Unknown: {', '.join(unknown)}. {choice}", fields)


def problem_response(error: ProblemError) -> Response:
    """The answer for a problem."""
    problem = Problem(
        type=f"{url_for('api.docs.show_docs')}#{problem_anchor(error.kind)}",
        title=error.kind.title,
        status=error.kind.status,
        detail=str(error),
        instance=quote(request.path),
        errors=error.errors or None,
    )
    response = current_app.response_class(problem.model_dump_json(), status=problem.status, content_type=PROBLEM_TYPE)
    response.cache_control.no_store = True
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def problem_anchor(kind: ProblemKind) -> str:
    """Where the documentation page explains this kind."""
    return f"fx-problem-{kind.name}"


def register_problem_handlers(blueprint: Blueprint) -> None:
    """Answer every error under the blueprint, expected or not, as a problem."""
    blueprint.register_error_handler(ProblemError, problem_response)
    blueprint.register_error_handler(FixlineError, _known_problem)
    for status in default_exceptions:  # one by one: the pages for 404 and 500 would come before a handler for them all
        blueprint.register_error_handler(status, _http_problem)
    blueprint.register_error_handler(Exception, _unexpected_problem)


def _known_problem(error: FixlineError) -> Response:
    """What the domain can explain; its words are for callers only where a caller can act on them."""
    match error:
        case ExpiredCursorError():
            return problem_response(ProblemError(EXPIRED_CURSOR, str(error)))
        case CursorError():
            return problem_response(ProblemError(INVALID_CURSOR, str(error)))
        case ModeUnavailableError():
            return problem_response(ProblemError(MODE_UNAVAILABLE, str(error)))
        case NoSnapshotError():
            return problem_response(ProblemError(NOT_READY))
        case _:
            return _unexpected_problem(error)


def _http_problem(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or 500)
    kind = _PLAIN_KINDS.get(status) or _plain_kind(status)
    response = problem_response(ProblemError(kind))
    response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
    return response


def _plain_kind(status: HTTPStatus) -> ProblemKind:
    """A kind for what only a proxy or the framework refuses; the documentation has no row for it."""
    return ProblemKind(status.phrase.lower().replace(" ", "-"), status, status.phrase, f"{status.description or status.phrase}.")


def _unexpected_problem(error: Exception) -> Response:
    current_app.logger.error("Unexpected error at %s", request.path, exc_info=error)
    return problem_response(ProblemError(INTERNAL))
