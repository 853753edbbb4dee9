"""Images that articles show: only those the viewer's partition knows."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from kb.content.links import IMAGE_TYPES
from web.assets import FOR_GOOD
from web.headers import DRAWING_POLICY
from web.viewer import g

media = Blueprint("media", __name__)


@media.get("/media/<path:name>")
def image(name: str) -> ResponseReturnValue:
    """Serve one image; its name holds the digest of its content, so it may be kept for good."""
    file = g.partition.media(name)
    if file is None or Path(name).suffix.lower() not in IMAGE_TYPES:
        abort(404)
    response = Response(file.read_bytes(), content_type=IMAGE_TYPES[Path(name).suffix.lower()])
    response.headers["Cache-Control"] = FOR_GOOD
    if response.mimetype == "image/svg+xml":
        response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return response
