"""The specification is valid, says what is there and nothing else, and holds against hostile callers."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

FILTERS = ("topic", "product", "platform")
CHECKS = SchemathesisConfig.from_dict(
    {
        "seed": 1,
        "suppress-health-check": ["all"],
        "headers": {"Accept-Encoding": "identity"},  # its WSGI client does not unpack
        "generation": {"mode": "all", "max-examples": 40, "deterministic": True, "database": "none"},
        "cache": {"enabled": False},
    }
)


@pytest.fixture(name="document")
def _document(client: FlaskClient) -> dict[str, Any]:
    """The specification as anybody gets it."""
    document: dict[str, Any] = client.get("/api/openapi.json").get_json()
    return document


@pytest.fixture(name="api_schema")
def _api_schema(app: Flask) -> BaseSchema:
    """The specification as schemathesis takes it, knowing which values the filters have.

    Cursors are left to the paging tests: one that the server did not give is refused, however well it is formed.
    """
    client = app.test_client()
    for name in FILTERS:
        known = client.get(f"/api/v1/search?{name}=%00").get_json()["errors"][0]["message"]
        values = known.partition("Known: ")[2].rstrip(".").split(", ")
        schemathesis.openapi.format(f"{name}-id", st.sampled_from(values))
    articles = client.get("/api/v1/articles?limit=100").get_json()["articles"]
    there = st.sampled_from([quote(article["id"], safe="") for article in articles])
    schemathesis.openapi.format("article-id", there | st.text(min_size=1))
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=CHECKS)

    @schema.hook
    def map_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> schemathesis.Case[Any]:
        if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.query.pop("cursor", None)
        return case

    return schema


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each path of the document with its operation."""
    return {path: methods["get"] for path, methods in document["paths"].items()}


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OPENAPI_31_VALIDATOR.iter_errors(document)] == []


def test_every_route_is_documented_and_every_documented_path_is_a_route(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        rule.rule.replace("<path:", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert set(document["paths"]) == routes


def test_every_parameter_says_what_it_means_and_what_it_may_be(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        for parameter in operation["parameters"]:
            assert parameter["description"].endswith("."), parameter
            schema = parameter["schema"]
            assert "default" in schema or parameter["required"] or parameter["name"] == "cursor", parameter
            if schema["type"] == "integer":
                assert schema["minimum"] == 1 <= schema["default"] <= schema["maximum"]


def test_every_operation_describes_itself_and_all_its_answers(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    ids = [operation["operationId"] for operation in operations(document).values()]
    assert len(set(ids)) == len(ids)
    for operation in operations(document).values():
        assert operation["summary"]
        assert operation["description"].endswith(".")
        assert set(operation["tags"]) <= tags
        assert {"200", "400", "422", "500"} <= set(operation["responses"])
        assert all(response["description"] for response in operation["responses"].values())


def test_errors_are_documented_as_problems(document: dict[str, Any]) -> None:
    for path, operation in operations(document).items():
        for status, response in operation["responses"].items():
            if status >= "400" and (path, status) != ("/api/v1/ready", "503"):
                assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_examples_are_what_the_schemas_promise(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        content = operation["responses"]["200"]["content"]["application/json"]
        schema = {**content["schema"], "components": document["components"]}
        jsonschema_rs.Draft202012Validator(schema).validate(content["example"])


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    used = {name for name in schemas if f'"#/components/schemas/{name}"' in text}
    assert used == set(schemas)
    assert text.count('"$ref"') == sum(text.count(f'"#/components/schemas/{name}"') for name in schemas)


def test_the_document_is_revalidated_by_its_tag(client: FlaskClient) -> None:
    first = client.get("/api/openapi.json")
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_explains_every_operation_parameter_and_problem(client: FlaskClient, document: dict[str, Any]) -> None:
    page = client.get("/api/docs")
    assert page.status_code == 200
    for path, operation in operations(document).items():
        assert f'id="fx-{operation["operationId"]}"' in page.text
        assert path in page.text
        for parameter in operation["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page.text
    problem = client.get("/api/v1/search?limit=0").get_json()
    assert f'id="{problem["type"].partition("#")[2]}"' in page.text


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    assert " style=" not in page
    assert "<style" not in page
    assert 'src="http' not in page
    assert 'href="http' not in page.replace('rel="canonical" href="http', "")


def test_nothing_that_can_be_asked_breaks_the_promises(api_schema: BaseSchema) -> None:
    """Schemathesis runs its examples, its boundary values and its random ones, good and bad, through every check."""
    scenarios = []
    for event in from_schema(api_schema).execute():
        assert not isinstance(event, NonFatalError | FatalError), getattr(event, "value", event)
        if isinstance(event, ScenarioFinished):
            scenarios.append(event.recorder)
    failures = [
        f"{check.name}: {check.failure_info.failure.message} {recorder.cases[case].value.as_curl_command()}"
        for recorder in scenarios
        for case, checks in recorder.checks.items()
        for check in checks
        if check.failure_info
    ]
    assert failures == []
    tested = {recorder.label for recorder in scenarios if recorder.cases}
    assert tested >= {f"GET {path}" for path in api_schema.raw_schema["paths"]}
