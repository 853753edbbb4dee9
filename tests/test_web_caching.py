"""Pages are revalidated by their content, in every encoding."""

from __future__ import annotations

import gzip

import brotli  # type: ignore[import-untyped]
import pytest
from flask.testing import FlaskClient

pytest_plugins = ["tests.help_center_site"]

PAGES = ("/", "/articles/no-internet/red-light", "/sitemap.xml")
DECODERS = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("encoding", DECODERS)
def test_a_page_that_was_kept_is_confirmed(reader: FlaskClient, address: str, encoding: str) -> None:
    """The tag of an answer brings a 304 without a body, compressed or not."""
    accept = {"Accept-Encoding": encoding}
    first = reader.get(address, headers=accept)
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Accept-Encoding" in first.headers["Vary"]
    second = reader.get(address, headers=accept | {"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.data) == (304, b"")
    assert "Accept-Encoding" in second.headers["Vary"]


@pytest.mark.parametrize("encoding", DECODERS)
def test_compression_changes_no_byte(reader: FlaskClient, encoding: str) -> None:
    """Whatever the encoding, the page is the same."""
    plain = reader.get("/contact")
    packed = reader.get("/contact", headers={"Accept-Encoding": encoding})
    assert packed.headers.get("Content-Encoding", "identity") == encoding
    assert DECODERS[encoding](packed.data) == plain.data


def test_another_page_has_another_tag(reader: FlaskClient) -> None:
    """A tag never confirms content that it was not made of."""
    home = reader.get("/").headers["ETag"]
    assert reader.get("/contact", headers={"If-None-Match": home}).status_code == 200


def test_brotli_is_preferred(reader: FlaskClient) -> None:
    """Browsers offer both; the smaller one is sent."""
    assert reader.get("/", headers={"Accept-Encoding": "gzip, deflate, br, zstd"}).headers["Content-Encoding"] == "br"


def test_errors_are_not_tagged(reader: FlaskClient) -> None:
    """A page that is missing now may be there in a minute."""
    response = reader.get("/nothing/here")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-cache"
