"""Images are served only if an article that the reader may see shows them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from web.headers import DRAWING_POLICY

pytest_plugins = ["tests.help_center_site"]


def test_a_drawing_is_served_shut_in(reader: FlaskClient) -> None:
    """A drawing has its type, its own policy and may be kept for good."""
    found = re.search(r'src="(/media/[^"]+/lights\.svg)"', reader.get("/articles/no-internet/red-light").text)
    assert found
    response = reader.get(found[1])
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")
    assert response.headers["Content-Security-Policy"] == DRAWING_POLICY
    assert "immutable" in response.headers["Cache-Control"]
    assert reader.get(found[1], headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["0000000000000000/lights.svg", "lights.svg", "../site.json", "..%2f..%2fmanifest.json", "%00"])
def test_other_names_are_not_served(reader: FlaskClient, name: str) -> None:
    """Only names that the partition knows lead to a file."""
    assert reader.get(f"/media/{name}").status_code == 404
