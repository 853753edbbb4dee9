"""`python -m kb serve`, as operators run it: gunicorn with several workers, publishing under load."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from indexer.publish import publish
from kb.config import ROOT, Settings
from kb.snapshot.folder import SnapshotFolder

START_SECONDS = 60


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Site:
    """A running site."""

    def __init__(self, settings: Settings, port: int) -> None:
        self.settings = settings
        self.port = port

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of one request."""
        return get(self.port, path)

    def snapshot(self) -> str:
        """The snapshot that the worker which answers is serving."""
        served: str = json.loads(self.get("/api/v1/ready")[1])["snapshot"]
        return served


@pytest.fixture
def site(writable: Path, build: Callable[..., Settings]) -> Iterator[Site]:
    """The site over a copy of the small library, with two workers."""
    settings = build(writable)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {"KB_ARTICLES": str(writable), "KB_DATA": str(settings.data), "KB_MODEL": "hashing", "KB_PORT": str(port)}
    running = subprocess.Popen([sys.executable, "-m", "kb", "serve"], cwd=ROOT, env=os.environ | ours, start_new_session=True)
    try:
        _wait_until_ready(port)
        yield Site(settings, port)
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(timeout=30)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError):
            if get(port, "/api/v1/ready")[0] == 200:
                return
        time.sleep(0.1)
    pytest.fail("the site did not become ready")


def test_publishing_under_load_fails_no_request_and_reaches_every_worker(site: Site) -> None:
    failures: list[object] = []
    asked = 0
    done = threading.Event()

    def ask() -> None:
        nonlocal asked
        while not done.is_set():
            for path in ("/api/v1/search?q=red+light", "/articles/wifi/slow", "/search?q=wifi"):
                try:
                    status, _ = site.get(path)
                except OSError as error:
                    failures.append(error)
                else:
                    asked += 1
                    if status != 200:
                        failures.append((path, status))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    article = site.settings.articles / "wifi" / "slow.md"
    for number in range(3):
        article.write_text(f"# Slow Wi-Fi, version {number}\n\nText {number}.\n")
        newest = publish(site.settings).manifest.id
        time.sleep(1.5)
    (SnapshotFolder(site.settings.data).path(newest) / "public" / "site.json").write_text("{}")  # refused by whoever looks now
    time.sleep(1)
    done.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert asked > 20
    assert {site.snapshot() for _ in range(20)} == {newest}
    assert b"version 2" in site.get("/articles/wifi/slow")[1]


@pytest.mark.parametrize("text", ["x" * 10_000, "العربية " * 1_000, "🙂" * 3_000], ids=["one word", "Arabic", "emoji"])
def test_a_very_long_question_is_answered(site: Site, text: str) -> None:
    status, body = site.get(f"/api/v1/search?q={quote(text)}")
    assert status == 200
    assert json.loads(body)["notes"]
    assert site.get(f"/search?q={quote(text)}")[0] == 200
