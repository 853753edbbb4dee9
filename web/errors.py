"""The pages that say what went wrong and what to do now."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from kb.errors import CursorError, ModeUnavailableError, NoSnapshotError
from kb.search.types import Query
from web.pages import Frame, LostPage, MessagePage
from web.viewer import g

MOVED = 301
HITS = 5  # offered on the page for a wrong address
LONGEST_SEARCH = 200  # characters of a wrong address worth searching for
RETRY_SECONDS = "10"
# Folders of our own addresses say nothing of what was looked for; nor does a file's ending.
NOISE = re.compile(r"^/(?:articles|topics|media|static|kb|help|support|hc|en|en-us)(?=/)|\.\w{2,5}$", re.IGNORECASE)
WORD = re.compile(r"\w+")


def register_errors(app: Flask) -> None:
    """Answer every error with a page; addresses under /api/ have answers of their own."""
    app.register_error_handler(404, show_not_found)
    app.register_error_handler(500, show_server_error)
    app.register_error_handler(HTTPException, show_refusal)
    app.register_error_handler(CursorError, show_stale_page)
    app.register_error_handler(ModeUnavailableError, show_stale_page)
    app.register_error_handler(NoSnapshotError, show_not_ready)


def show_not_found(_error: NotFound) -> ResponseReturnValue:
    """Search with the words of the address, or redirect where only its spelling is unusual."""
    if request.path.startswith(("/static/", "/media/")):
        return "There is no such file.\n", HTTPStatus.NOT_FOUND, {"Content-Type": "text/plain; charset=utf-8"}
    plain = plain_path(request.path)
    if plain != request.path and app_knows(plain):
        query = request.query_string.decode("ascii", "ignore")
        return redirect(f"{plain}?{query}" if query else plain, MOVED)
    try:
        return render_template("errors/not_found.html", page=_search_for(words_of(request.path))), HTTPStatus.NOT_FOUND
    except NoSnapshotError as error:  # an error of an error handler would not find its own
        return show_not_ready(error)


def show_refusal(error: HTTPException) -> ResponseReturnValue:
    """Any other refusal of the framework, in one sentence, with the headers it asks for."""
    response = error.get_response()
    code = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    page = _message(code.phrase, error.description or code.description, "Go to the home page", url_for("help_center.home"))
    response.set_data(render_template("errors/message.html", page=page))
    response.content_type = "text/html; charset=utf-8"
    return response


def show_stale_page(error: CursorError | ModeUnavailableError) -> ResponseReturnValue:
    """A link to further results that can no longer be followed."""
    address = url_for("help_center.results", q=request.args.get("q", ""))
    page = _message("These results have moved on", str(error), "Search again from the first page", address)
    return render_template("errors/message.html", page=page), HTTPStatus.BAD_REQUEST


def show_not_ready(_error: NoSnapshotError) -> ResponseReturnValue:
    """Nothing has been published yet."""
    text = "The help articles are being prepared. This takes a minute or two the first time."
    page = _message("Nearly there", text, "Try again", request.full_path.rstrip("?"))
    return render_template("errors/message.html", page=page), HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": RETRY_SECONDS}


def show_server_error(_error: Exception) -> ResponseReturnValue:
    """A fault of ours; the page needs neither snapshot nor engine."""
    return render_template("errors/server_error.html"), HTTPStatus.INTERNAL_SERVER_ERROR


def plain_path(path: str) -> str:
    """Return a path in lower case, with one slash in front and none at the end."""
    return "/" + path.strip("/").lower()


def words_of(path: str) -> str:
    """Return what a path seems to look for: `/help/wifi/slow_on-tv.html` looks for `wifi slow on tv`."""
    return " ".join(WORD.findall(NOISE.sub("", path).replace("_", " ")))[:LONGEST_SEARCH].strip()


def app_knows(path: str) -> bool:
    """Whether some page has this address."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path)


def _search_for(words: str) -> LostPage:
    hits = g.engine.search(Query(words, limit=HITS)).hits if words else ()
    site = g.partition.site
    return LostPage(Frame("This page is not here", site.title, searched=words, indexed=False), hits, site)


def _message(title: str, text: str, way_out: str, address: str) -> MessagePage:
    return MessagePage(Frame(title, indexed=False), text, way_out, address)
