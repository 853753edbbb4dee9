"""The JSON API under `/api`: versioned endpoints, their specification, and a page that explains them."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

from web.api.docs import docs
from web.api.endpoints import v1
from web.api.problems import register_problem_handlers

PUBLIC = ("/api/v1/", "/api/openapi.json")  # what pages of other sites may read


class AnythingConverter(BaseConverter):
    """Whatever the rest of an address is, line breaks and leading slashes included."""

    regex = "(?s:.*)"
    part_isolating = False
    weight = 1000  # after every other


def register_api(app: Flask) -> None:
    """Serve the API, and answer whatever else is asked under `/api` with a problem."""
    api = Blueprint("api", __name__, url_prefix="/api")
    api.register_blueprint(v1)
    api.register_blueprint(docs)
    api.after_request(_open_to_other_sites)
    register_problem_handlers(api)
    app.register_blueprint(api)
    _answer_the_rest(app)


def _open_to_other_sites(response: Response) -> Response:
    """Reads are public and carry no credentials, so any page may make them; nothing else is ever allowed."""
    if request.path.startswith(PUBLIC):
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method == "OPTIONS" and "Allow" in response.headers:
            response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
    return response


def _answer_the_rest(app: Flask) -> None:
    """Give every other address and method under `/api` to this blueprint.

    The framework's own 404 and 405 belong to no blueprint, so they would be answered with a page.
    """
    rules = [rule.empty() for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    known = Map(rules, merge_slashes=False)

    def refuse(**_: str) -> Response:
        try:
            known.bind_to_environ(request.environ).match()
        except MethodNotAllowed as error:
            methods = [*sorted(error.valid_methods or ()), "OPTIONS"]
            if request.method != "OPTIONS":
                raise MethodNotAllowed(methods) from error
            return app.response_class(status=204, headers={"Allow": ", ".join(methods)})
        raise NotFound

    app.view_functions["api.refuse"] = refuse
    app.url_map.converters["anything"] = AnythingConverter
    for path in ("/api", "/api/<anything:rest>"):
        app.url_map.add(Rule(path, endpoint="api.refuse"))
