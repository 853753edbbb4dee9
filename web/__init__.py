"""The web: the help center and the JSON API over one snapshot."""

from __future__ import annotations

import os

from flask import Flask
from jinja2 import StrictUndefined

from kb.config import Settings, load_settings
from kb.search.serving import Serving
from web.api import register_api
from web.assets import register_assets
from web.caching import register_caching
from web.dates import long_date
from web.discovery import discovery
from web.errors import register_errors
from web.explain import explain
from web.headers import register_headers
from web.help_center import help_center
from web.media import media
from web.typography import keep_together
from web.viewer import SERVING, SETTINGS, Context


class Site(Flask):
    """Flask with the typed request context."""

    app_ctx_globals_class = Context


def create_app(settings: Settings | None = None, *, serving: Serving | None = None) -> Flask:
    """Make the site.

    Without settings they are read from the environment; without a serving one is started, which loads the
    model and follows new snapshots in the background. Raises `SettingError`.
    """
    app = Site(__name__, static_folder=None)
    settings = settings or load_settings(os.environ)
    if serving is None:
        serving = Serving(settings)
        serving.start()
    app.extensions[SETTINGS] = settings
    app.extensions[SERVING] = serving
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # the site is read: GET and HEAD are all there is
    app.url_map.merge_slashes = False  # werkzeug would redirect to whatever host the request names
    _set_up_templates(app)
    register_headers(app, https=settings.url.startswith("https:"))
    register_caching(app)
    register_assets(app)
    register_errors(app)
    staff_pages = (explain,) if settings.staff_key else ()
    for blueprint in (help_center, media, discovery, *staff_pages):
        app.register_blueprint(blueprint)
    register_api(app)
    return app


def _set_up_templates(app: Flask) -> None:
    app.jinja_env.autoescape = True
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_template_filter(long_date)
    app.add_template_filter(keep_together)
