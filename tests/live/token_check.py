"""What RDS does before PostgreSQL: asks for a password in clear, and takes a token of IAM for it.

A token is a signed request (Signature Version 4) to connect as a user; it is checked here by AWS's documented steps.
"""

import hashlib
import hmac
import socket
import socketserver
import struct
import threading
import time
from calendar import timegm
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl, quote, urlencode

from tests.live.sockets import pass_on

ACCESS_KEY, SECRET_KEY, REGION = "AKIAIOSFODNN7EXAMPLE", "a-made-up-secret-key", "us-east-1"
LASTS = 900
"""Seconds."""
_SSL, _GSS = 80877103, 80877104
_ASK_IN_CLEAR = struct.pack("!cii", b"R", 8, 3)


def is_good(token: str, host: str, user: str, now: float) -> bool:
    """Whether a token lets the user in at `host`, which is `name:port`."""
    place, _, query = token.partition("/?")
    said = dict(parse_qsl(query))
    signature = said.pop("X-Amz-Signature", "")
    signed = timegm(time.strptime(said.get("X-Amz-Date", "19700101T000000Z"), "%Y%m%dT%H%M%SZ"))
    scope = f"{said.get('X-Amz-Date', '')[:8]}/{REGION}/rds-db/aws4_request"
    meant = {"Action": "connect", "DBUser": user, "X-Amz-Credential": f"{ACCESS_KEY}/{scope}"}
    canonical = f"GET\n/\n{urlencode(sorted(said.items()), quote_via=quote, safe='')}\nhost:{host}\n\nhost\n"
    canonical += hashlib.sha256(b"").hexdigest()
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{SECRET_KEY}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{said.get('X-Amz-Date', '')}\n{scope}\n{digest}"
    right = hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), signature)
    return right and place == host and said.items() >= meant.items() and 0 <= now - signed <= LASTS


@contextmanager
def checked(server: int, passwords: Mapping[str, str]) -> Iterator[tuple[int, Counter[str]]]:
    """The port in front of a server that trusts, and who came in by a token; others need their password."""
    came: Counter[str] = Counter()

    class Session(socketserver.BaseRequestHandler):
        """One client's."""

        def handle(self) -> None:
            client: socket.socket = self.request
            while (startup := _message(client, 4))[4:8] in {struct.pack("!i", _SSL), struct.pack("!i", _GSS)}:
                client.sendall(b"N")
            fields = startup[8:].split(b"\0")
            user = dict(zip(fields[::2], fields[1::2], strict=False))[b"user"].decode()
            client.sendall(_ASK_IN_CLEAR)
            secret = _message(client, 5)[5:-1].decode()
            by_token = user not in passwords
            host = "{}:{}".format(*client.getsockname())
            if not (is_good(secret, host, user, time.time()) if by_token else secret == passwords[user]):
                client.sendall(_refusal(user))
                return
            came[user] += by_token
            with socket.create_connection(("127.0.0.1", server)) as onward:
                onward.sendall(startup)
                pass_on(client, onward)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Session) as front:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        yield front.socket.getsockname()[1], came
        front.shutdown()


def _message(client: socket.socket, head: int) -> bytes:
    """A whole message; its length stands in the last four bytes of its head, which it counts but for the type."""
    start = client.recv(head, socket.MSG_WAITALL)
    (length,) = struct.unpack("!i", start[-4:])
    return start + client.recv(length - 4, socket.MSG_WAITALL)


def _refusal(user: str) -> bytes:
    fields = f'SFATAL\0C28000\0MPAM authentication failed for user "{user}"\0\0'.encode()
    return b"E" + struct.pack("!i", len(fields) + 4) + fields
