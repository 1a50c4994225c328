"""What a task of Open WebUI says while another image has the database."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>Open WebUI is being updated</title></head><body style="font-family:sans-serif;text-align:center;margin-top:20vh">
<h1>Open WebUI is being updated</h1><p>This page tries again by itself.</p></body></html>"""
DETAIL = b'{"detail": "Open WebUI is being updated. Try again in a few seconds."}'


class Page(BaseHTTPRequestHandler):
    """What a task says while another image has the database; no 5xx, of which an alarm rolls the deployment back."""

    def do_GET(self) -> None:
        """Answer a health check, a browser or a program."""
        if self.path.partition("?")[0] == "/health":
            self.answer(200, "application/json", b'{"status": true}')
        elif "text/html" in self.headers.get("Accept", ""):
            self.answer(200, "text/html", PAGE)
        else:
            self.do_POST()

    def do_POST(self) -> None:
        """Tell a program when to come again."""
        self.answer(429, "application/json", DETAIL)

    do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_POST  # noqa: N815  (the base class's names)

    def answer(self, status: int, kind: str, body: bytes) -> None:
        """Send an answer that nobody keeps."""
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")):
            self.send_header(name, value)
        self.send_header("Retry-After", "5")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the load balancer asks all the time."""


def listen() -> socket.socket:
    """The task's port, from its start to its end: who calls while it changes hands waits a moment."""
    address = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))  # noqa: S104  (of the task)
    return socket.create_server(address, backlog=2048)


@contextmanager
def page(listener: socket.socket) -> Iterator[None]:
    """Answer in the application's place."""
    with ThreadingHTTPServer(listener.getsockname(), Page, bind_and_activate=False) as server:
        server.socket.close()
        server.socket = listener.dup()
        server.socket.setblocking(True)  # for what it accepts on macOS: uvicorn's is not
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()
