"""The server's configuration comes from the settings alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

SHOW = "import json, web.gunicorn as c; print(json.dumps([c.bind, c.workers, c.threads, c.accesslog, c.preload_app]))"


def _configuration(**environ: str) -> list[object]:
    done = subprocess.run([sys.executable, "-c", SHOW], env=os.environ | environ, capture_output=True, text=True, check=True)
    shown: list[object] = json.loads(done.stdout)
    return shown


def test_settings_reach_the_server() -> None:
    """Address, workers and threads are those that were set; readers' searches are not logged."""
    shown = _configuration(KB_HOST="127.0.0.1", KB_PORT="8123", KB_WORKERS="3", KB_THREADS="7")
    assert shown == [["127.0.0.1:8123"], 3, 7, None, False]


def test_an_ipv6_address_is_bracketed() -> None:
    """Gunicorn tells the port from the address by the brackets."""
    assert _configuration(KB_HOST="::1", KB_PORT="8123")[0] == ["[::1]:8123"]
