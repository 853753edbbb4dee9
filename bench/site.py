"""The site as gunicorn runs it, but every visitor reads what agents read: that partition alone holds the whole corpus."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask

from bench.opened import EVERYTHING
from bench.part import ONE_THREAD
from bench.plan import Plan, outside_environ
from kb.access import Viewer
from kb.config import ROOT
from web import create_app as create_product
from web.viewer import Context

HOST = "127.0.0.1"
_START_SECONDS = 120.0  # after which a site is given up
_LOOK_SECONDS = 0.01  # between looks whether it is ready
_STOP_SECONDS = 30.0


class EverythingContext(Context):
    """A request by somebody who may read everything."""

    @cached_property
    def viewer(self) -> Viewer:
        """The reader of the agents' partition."""
        return EVERYTHING


def create_app() -> Flask:
    """The product's app, but for its viewer."""
    app = create_product()
    app.app_ctx_globals_class = EverythingContext
    return app


@dataclass(frozen=True, slots=True)
class RunningSite:
    """A site that answers."""

    port: int
    workers: tuple[int, ...]  # process ids
    seconds_to_ready: float  # from the start of the server's process to the first worker that is ready
    worker_seconds_to_ready: float  # from the start of that worker's process


@contextmanager
def running_site(plan: Plan, workers: int) -> Iterator[RunningSite]:
    """Run gunicorn with the product's own configuration until the block is left.

    Raises `TimeoutError` when the site does not become ready.
    """
    port = _free_port()
    environ = outside_environ() | ONE_THREAD | plan.environ(port=str(port), host=HOST, workers=str(workers))
    config = ROOT / "web" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "bench.site:create_app()"]
    began = time.time()
    server = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
    try:
        ready = _wait_until_ready(port)
        children = _children(server.pid)
        first = min(map(_started, children))
        yield RunningSite(port, children, round(ready - began, 2), round(ready - first, 2))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=_STOP_SECONDS)


def _wait_until_ready(port: int) -> float:
    """When the site said that it was ready, in seconds since the epoch."""
    deadline = time.time() + _START_SECONDS
    while time.time() < deadline:
        with suppress(OSError, http.client.HTTPException):
            if _is_ready(port):
                return time.time()
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"the site was not ready within {_START_SECONDS:.0f} s")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=_STOP_SECONDS)
    try:
        connection.request("GET", "/api/v1/ready")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def _children(process: int) -> tuple[int, ...]:
    return tuple(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))


def _started(process: int) -> float:
    """When a process began, in seconds since the epoch, to a clock tick (10 ms)."""
    ticks = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])
    since_boot = ticks / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + since_boot


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
