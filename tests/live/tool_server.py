"""A tool server that writes down by whose token it is called."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from live import LOOPBACK
from live.http_server import Request, Response, Server, json_response
from live.processes import free_port

DESCRIBED = {"openapi": "3.1.0", "info": {"title": "Harbour", "version": "1"}, "paths": {}}


@dataclass
class ToolServer:
    """Where it is, and the tokens that came."""

    url: str
    tokens: list[str] = field(default_factory=list)


@contextmanager
def tool_server() -> Iterator[ToolServer]:
    """Answer until the end of the block."""
    port = free_port()
    there = ToolServer(f"http://{LOOPBACK}:{port}")

    def respond(request: Request) -> Response:
        there.tokens.append(request.headers.get("authorization", ""))
        return json_response(DESCRIBED)

    with Server(port, respond) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield there
        server.shutdown()
