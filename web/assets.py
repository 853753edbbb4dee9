"""Static files under an address that changes with their content, so that browsers may keep them for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ico": "image/x-icon",
    ".png": "image/png",
}
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Assets:
    """Every static file of a folder, read once, and one digest over all of them.

    One digest for all, rather than one a file, lets a script import another by its relative name.
    """

    digest: str  # 12 hex
    files: Mapping[str, bytes]  # name with `/` -> content

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Read every file of a type that is served."""
        paths = sorted(path for path in folder.rglob("*") if path.suffix in TYPES)
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return cls(digest.hexdigest()[:12], files)


def register_assets(app: Flask, folder: Path = FOLDER) -> None:
    """Serve a folder under `/static/<digest>/` and give templates `asset(name)`."""
    assets = Assets.read(folder)
    blueprint = Blueprint("assets", __name__)

    @blueprint.get("/static/<version>/<path:name>")
    def static(version: str, name: str) -> ResponseReturnValue:
        if name not in assets.files:
            abort(404)
        if version != assets.digest:
            return redirect(asset(name))  # a page from before an update still finds its style
        return _response(name, assets.files[name], FOR_GOOD)

    @blueprint.get("/favicon.ico")
    def favicon() -> ResponseReturnValue:
        return _response("favicon.ico", assets.files["favicon.ico"], "public, max-age=86400")

    def asset(name: str) -> str:
        if name not in assets.files:
            raise LookupError(f"There is no static file {name!r}.")
        return url_for("assets.static", version=assets.digest, name=name)

    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def _response(name: str, content: bytes, keep: str) -> Response:
    response = Response(content, content_type=TYPES[Path(name).suffix])
    response.headers["Cache-Control"] = keep
    return response
