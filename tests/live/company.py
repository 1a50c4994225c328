"""A company's network: names that only its proxy knows, and a model behind TLS that its own authority vouches for."""

import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.live.certificates import certify, make_authority
from tests.live.sockets import pass_on

HOST = "models.company.test"
KEY = "a-made-up-key"
MODEL = "company-large"
ANSWER = "Moored at the third quay."


@dataclass(kw_only=True)
class Company:
    """What runs: the proxy's address, the certificate of the authority, and what went through the proxy."""

    proxy: str
    authority: str
    connected: Counter[str] = field(default_factory=Counter)


class _Model(BaseHTTPRequestHandler):
    """A list of one model, and one answer."""

    def do_GET(self) -> None:
        self._send({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": "company"}]})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        chunk = {"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": ANSWER}}]}
        self._send(f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n", "text/event-stream")

    def _send(self, answer: object, kind: str = "application/json") -> None:
        body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(200 if self.headers["Authorization"] == f"Bearer {KEY}" else 401)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def company(folder: Path) -> Iterator[Company]:
    """The proxy and the model, until the end of the block; certificates are written to the folder."""
    make_authority(folder)
    certify(folder, "model", HOST)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "model.pem", folder / "model.key")
    with ThreadingHTTPServer(("127.0.0.1", 0), _Model) as model:
        model.socket = context.wrap_socket(model.socket, server_side=True)
        running = Company(proxy="", authority=(folder / "authority.pem").read_text())

        class Proxy(BaseHTTPRequestHandler):
            """Knows one name, and leads its connections to the model."""

            def do_CONNECT(self) -> None:
                running.connected[self.path] += 1
                if self.path != f"{HOST}:443":
                    self.send_error(502)
                    return
                with socket.create_connection(("127.0.0.1", model.server_port)) as other:
                    self.send_response(200)
                    self.end_headers()
                    pass_on(self.connection, other)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
            running.proxy = f"http://127.0.0.1:{proxy.server_port}"
            for server in (model, proxy):
                threading.Thread(target=server.serve_forever, daemon=True).start()
            yield running
            for server in (proxy, model):
                server.shutdown()
