"""The load: a light process that asks over kept-alive connections; `python -m bench.http_load` reads its order from stdin.

The order is JSON: host, port, paths, clients, seconds. Each client has its share of the paths and asks them one
after the other. Plain sockets, as an HTTP library would take as much of the cores as the site that is measured.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

_TIMEOUT = 20.0  # seconds for one answer
_CHUNK = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Order:
    """What to ask, and how."""

    host: str
    port: int
    paths: Sequence[str]
    clients: int
    seconds: float  # no request begins later than this


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    taken: list[float] = field(default_factory=list)  # seconds of each good answer
    errors: list[str] = field(default_factory=list)  # anything but 200 with a full, undegraded answer
    seconds: float = 0.0  # from the first request to the last answer


def run_load(order: Order) -> Outcome:
    """Ask with all clients at once and wait for them."""
    outcomes = [Outcome() for _ in range(order.clients)]
    began = time.perf_counter()
    clients = [
        threading.Thread(target=_ask, args=(order, order.paths[place :: order.clients], began + order.seconds, outcome))
        for place, outcome in enumerate(outcomes)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    taken = [seconds for outcome in outcomes for seconds in outcome.taken]
    errors = [error for outcome in outcomes for error in outcome.errors]
    return Outcome(taken, errors, time.perf_counter() - began)


def _ask(order: Order, paths: Sequence[str], deadline: float, outcome: Outcome) -> None:
    connection: socket.socket | None = None
    for path in paths:
        began = time.perf_counter()
        if began > deadline:
            break
        try:
            connection = connection or _connect(order)
            problem = _request(connection, order, path)
        except (OSError, ValueError) as error:
            problem, connection = f"{type(error).__name__}: {error}", None
        if problem:
            outcome.errors.append(f"{path}: {problem}")
        else:
            outcome.taken.append(time.perf_counter() - began)
    if connection:
        connection.close()


def _connect(order: Order) -> socket.socket:
    connection = socket.create_connection((order.host, order.port), timeout=_TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _request(connection: socket.socket, order: Order, path: str) -> str:
    """Ask and read the whole answer; what is wrong with it, or nothing. Raises `OSError` and `ValueError`."""
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {order.host}:{order.port}\r\n\r\n".encode())
    received = b""
    while b"\r\n\r\n" not in received:
        received += _receive(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
    length = int(headers[b"content-length"]) if b"content-length" in headers else -1
    if length < 0:
        raise ValueError("an answer without Content-Length")
    while len(body) < length:
        body += _receive(connection)
    if status.split()[1] != b"200":
        return status.decode("latin-1")
    return "degraded" if b'"degraded":true' in body.replace(b" ", b"") else ""


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(_CHUNK)
    if not data:
        raise ConnectionError("closed in the middle of an answer")
    return data


def main() -> None:
    """Run the order on stdin; the outcome goes to stdout as JSON."""
    print(json.dumps(asdict(run_load(Order(**json.load(sys.stdin))))))


if __name__ == "__main__":
    main()
