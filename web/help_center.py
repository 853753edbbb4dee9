"""The help center's pages: home, topic, article, results and contact."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.access import may_read
from kb.search.types import Mode
from kb.snapshot.partition import Partition
from web.asked import count_search
from web.page_building import build_article, build_contact, build_empty_results, build_home, build_results, build_topic
from web.paging import open_page, search_page
from web.viewer import g

MOVED = 301

help_center = Blueprint("help_center", __name__)


@help_center.get("/")
def home() -> str:
    """Search first, then what is needed most, then the topics."""
    return render_template("help_center/home.html", page=build_home(g.partition, g.settings.url))


@help_center.get("/topics/<path:id>")
def topic(id: str) -> str:
    """Every article of one topic."""
    found = g.partition.topic(id)
    if found is None:
        abort(404)
    return render_template("help_center/topic.html", page=build_topic(g.partition, found, g.settings.url))


@help_center.get("/articles/<path:id>")
def article(id: str) -> ResponseReturnValue:
    """One article, or a redirect from an address it used to have."""
    found = g.partition.article(id)
    if found is None:
        return _redirect_article(g.partition, id)
    if not may_read(g.viewer, found.audience):
        abort(404)  # not 403, which would say that there is something to read
    count_search(id)
    return render_template("help_center/article.html", page=build_article(g.partition, found, g.settings.url))


@help_center.get("/search")
def results() -> str:
    """What answers a search."""
    asked = g.search_request
    if not asked.query.text:
        page = build_empty_results(g.partition, asked.query)
    else:
        place = open_page(asked.query, asked.cursor)
        page = build_results(g.partition, place, search_page(place, Mode.HYBRID, explain=False))
    return render_template("help_center/results.html", page=page)


@help_center.get("/contact")
def contact() -> str:
    """How to reach a person, and what to have at hand."""
    return render_template("help_center/contact.html", page=build_contact(g.partition, g.settings.url))


def _redirect_article(partition: Partition, id: str) -> ResponseReturnValue:
    """Find the address that was meant: an old path, or the right one in other letters or with a slash after it."""
    wanted = id.strip("/")
    if moved := partition.redirect(wanted):
        return redirect(url_for("help_center.article", id=moved), MOVED)
    folded = wanted.casefold()
    meant = next((card.id for card in partition.cards if card.id.casefold() == folded), None)
    if meant is None or meant == id:
        abort(404)
    return redirect(url_for("help_center.article", id=meant), MOVED)
