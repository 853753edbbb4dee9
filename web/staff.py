"""Pages for staff only: one key from the settings opens them, over HTTP Basic, and nothing else does."""

from __future__ import annotations

import hmac
import threading
import time

from flask import Blueprint, Response, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, TooManyRequests, Unauthorized

from web.viewer import g

REALM = "Fixline staff"

# A wrong key is answered late, so that trying keys one after the other is slow; the length of the key is what
# keeps out somebody who tries many at once. One answer at a time waits, so that no flood of wrong keys can keep
# all threads from readers.
DELAY = 0.5  # seconds
_waiting = threading.Lock()


def guard(blueprint: Blueprint) -> None:
    """Ask for the key before every page of a blueprint, and keep its answers out of caches and search engines."""
    blueprint.before_request(_require_key)
    blueprint.after_request(_keep_private)


def _require_key() -> None:
    key = g.settings.staff_key
    if not key:
        raise NotFound  # nobody could have been let in
    given = request.authorization
    password = (given.password or "") if given and given.type == "basic" else ""
    if hmac.compare_digest(password.encode(), key.encode()):
        return
    if password:
        _delay()
    challenge = WWWAuthenticate("basic", {"realm": REALM, "charset": "UTF-8"})
    raise Unauthorized("This page is for staff. Reload it and give the staff key as the password.", www_authenticate=challenge)


def _delay() -> None:
    if not _waiting.acquire(blocking=False):
        raise TooManyRequests("Another wrong key is being answered. Try again in a second.", retry_after=1)
    try:
        time.sleep(DELAY)
    finally:
        _waiting.release()


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
