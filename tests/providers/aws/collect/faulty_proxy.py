"""Stands between the SDK and moto and breaks chosen answers, on the wire."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

RESET = object()
"""A fault: the connection is reset without an answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request.

    `operation` is the API's name for JSON and query services, ``METHOD path?first-query-key`` for REST.
    """

    operation: str
    body: bytes
    path: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    status: int
    body: bytes
    type: str = "application/json"


Fault: TypeAlias = Callable[[Call, Callable[[], Answer]], Answer | object]
"""Gets the call and a way to the true answer; returns what the SDK shall see."""


@dataclass(slots=True)
class Faults:
    """Faults by operation, one for all others, and the operations that were called."""

    url: str
    by_operation: dict[str, Fault] = field(default_factory=dict)
    everywhere: Fault | None = None
    calls: list[str] = field(default_factory=list)


def proxy(target: str) -> Iterator[Faults]:
    """Yield a running proxy in front of `target`."""
    host = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet: 40 ms faster each

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = Call(_operation(self.command, self.path, self.headers, body), body, self.path)

            def forward() -> Answer:
                upstream = http.client.HTTPConnection(host.hostname or "", host.port, timeout=30)
                upstream.request(self.command, self.path, body, dict(self.headers))
                answer = upstream.getresponse()
                return Answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))

            faults.calls.append(call.operation)
            fault = faults.by_operation.get(call.operation, faults.everywhere)
            answer = fault(call, forward) if fault else forward()
            if not isinstance(answer, Answer):
                self.close_connection = True
                linger = struct.pack("ii", 1, 0)  # close() then sends RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _serve  # noqa: N815 - the standard library's names

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

        def finish(self) -> None:
            """Bear a connection that was reset on purpose."""
            if not self.connection._closed:
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    faults = Faults(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield faults
    server.shutdown()
    server.server_close()
    thread.join()


def _operation(method: str, path: str, headers: Message, body: bytes) -> str:
    target = headers.get("X-Amz-Target")
    if target:
        return target.rsplit(".", 1)[-1]
    if b"Action=" in body:
        return parse_qs(body.decode())["Action"][0]
    parts = urlsplit(path)
    query = parts.query.split("&")[0].split("=")[0]
    return f"{method} {parts.path}" + (f"?{query}" if query else "")


def answers(status: int, body: str | bytes, kind: str = "application/json") -> Fault:
    """Return a fault that always gives this answer."""
    encoded = body.encode() if isinstance(body, str) else body
    return lambda _call, _forward: Answer(status, encoded, kind)


def error(status: int, code: str, message: str, protocol: str) -> Fault:
    """Return a fault with an error document of a protocol: ``json``, ``query`` or ``s3``."""
    match protocol:
        case "json":
            return answers(status, f'{{"__type":"{code}","message":"{message}"}}')
        case "query":
            inner = f"<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
            return answers(status, f"<ErrorResponse><Error>{inner}</Error></ErrorResponse>", "text/xml")
        case _:
            inner = f"<Code>{code}</Code><Message>{message}</Message>"
            return answers(status, f"<?xml version='1.0'?><Error>{inner}</Error>", "application/xml")


def resets(_call: Call, _forward: Callable[[], Answer]) -> object:
    """Reset the connection."""
    return RESET


def cut(keep: float) -> Fault:
    """Return a fault that keeps this part of a true answer, with a Content-Length that fits."""

    def fault(_call: Call, forward: Callable[[], Answer]) -> Answer:
        true = forward()
        return Answer(true.status, true.body[: int(len(true.body) * keep)], true.type)

    return fault
