"""The little of HTTP that the stand-ins need: JSON in and out, and answers in pieces."""

import json
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from live import LOOPBACK

_SERVER_ERROR: Final = 500


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request with its body read."""

    method: str
    path: str
    """Decoded."""
    raw_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        """The body; an empty one is an empty object."""
        return json.loads(self.body or b"{}")


@dataclass(frozen=True, kw_only=True)
class Response:
    """An answer: `pieces` are sent one by one as they come."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Iterable[bytes] = ()


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(value).encode()
    return Response(
        status=status,
        headers={"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})},
        pieces=[body],
    )


class _Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the server's function for the answer, and sends it."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            raw_path=self.path,
            query={name: values[0] for name, values in parse_qs(parts.query).items()},
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
        )
        try:
            response = self.server.respond(request)
        except Exception as error:  # noqa: BLE001  (the server goes on)
            response = json_response({"message": f"{type(error).__name__}: {error}"}, _SERVER_ERROR)
        self._send(response)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815  (the base class's names)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        chunked = "Content-Length" not in response.headers
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in response.pieces:
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if self.path != "/health":  # which is asked all the time
            super().log_request(code, size)

    def handle(self) -> None:
        with suppress(ConnectionError):  # the caller has had enough
            super().handle()


class Server(ThreadingHTTPServer):
    """A server on this machine that answers each request in a thread of its own."""

    daemon_threads = True

    def __init__(self, port: int, respond: Callable[[Request], Response]) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.respond = respond


def serve(port: int, respond: Callable[[Request], Response]) -> None:
    """Answer requests until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(port, respond).serve_forever()
