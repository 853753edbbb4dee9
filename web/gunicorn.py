"""How gunicorn runs the site: `gunicorn --config python:web.gunicorn`; everything comes from the `KB_*` settings."""

from __future__ import annotations

import os
from pathlib import Path

from gunicorn.http import message

from kb.config import load_settings

_settings = load_settings(os.environ)
_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unlinked file there, under a name of its own

wsgi_app = "web:create_app()"
bind = [f"[{_settings.host}]:{_settings.port}" if ":" in _settings.host else f"{_settings.host}:{_settings.port}"]
workers = _settings.workers
worker_class = "gthread"
threads = _settings.threads
preload_app = False  # the engine keeps a thread and memory maps, which must begin after the fork
worker_tmp_dir = str(_MEMORY) if os.access(_MEMORY, os.W_OK) else None  # a heartbeat file on a slow disk stalls workers
timeout = 60
graceful_timeout = 20
keepalive = 5
# A pasted error message is a fair search, and percent-encoding makes some scripts six times as
# long; gunicorn would cut any higher limit down to 8190, or have none at all.
message.MAX_REQUEST_LINE = limit_request_line = 65_536  # bytes
accesslog = None  # addresses and searches of readers are not written down unless somebody asks for it
loglevel = "warning"
control_socket_disable = True  # it would sit in the home folder, shared by every site that this user runs


def when_ready(_server: object) -> None:
    """Say where the site is, once the address is really ours."""
    print(f"Fixline is ready at {_settings.url}", flush=True)
