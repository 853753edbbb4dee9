"""Compression, and revalidation of pages by their content."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

COMPRESSION = {
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_BR_LEVEL": 6,
    # Our own step answers If-None-Match: it also covers responses that are not compressed.
    "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,
}


def register_caching(app: Flask) -> None:
    """Tag, answer conditionally, then compress.

    The tag is weak and made of the content before compression, so one tag is right for every encoding,
    and a 304 costs no compression.
    """
    app.config.from_mapping(COMPRESSION)
    Compress(app)
    app.after_request(_revalidate)  # Flask runs these last to first: before the compression


def _revalidate(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-cache" if response.status_code < 500 else "no-store")
    if response.status_code == 200 and request.method in ("GET", "HEAD") and not response.is_streamed:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response
