"""The request context: who is asking, the engine that answers, and what was asked, each worked out once."""

from __future__ import annotations

from functools import cached_property
from typing import cast

import flask
from flask.ctx import _AppCtxGlobals

from kb.access import Audience, Viewer
from kb.config import Settings
from kb.search.engine import Engine
from kb.search.serving import Serving
from kb.snapshot.partition import Partition
from web.search_request import SearchRequest, read_search_request

SERVING = "fixline-serving"  # key in app.extensions
SETTINGS = "fixline-settings"  # key in app.extensions


class Context(_AppCtxGlobals):
    """What a view may know of its request; `web.viewer.g` is one of these."""

    @cached_property
    def settings(self) -> Settings:
        """The settings this app was made with."""
        return cast("Settings", flask.current_app.extensions[SETTINGS])

    @cached_property
    def serving(self) -> Serving:
        """What follows the current snapshot for this process."""
        return cast("Serving", flask.current_app.extensions[SERVING])

    @cached_property
    def viewer(self) -> Viewer:
        """The person asking. There are no accounts, so everybody reads as the public does."""
        return Viewer(Audience.PUBLIC)

    @cached_property
    def engine(self) -> Engine:
        """The current engine for this viewer, the same one for the whole request. Raises `NoSnapshotError`."""
        return self.serving.engine(self.viewer)

    @property
    def partition(self) -> Partition:
        """What this viewer can read, of the current snapshot. Raises `NoSnapshotError`."""
        return self.engine.partition

    @cached_property
    def search_request(self) -> SearchRequest:
        """What the query string asks for."""
        return read_search_request(flask.request.args)


g = cast("Context", flask.g)
