"""What a load balancer with an authenticate action sends to its targets, in AWS's form: base64 with its padding."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

SIGNER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/demo/0123456789abcdef"
CLIENT = "the-client"
KEY_ID = "0a1b2c3d-0000-4000-8000-0123456789ab"
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def signed(claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey = KEY, **head: object) -> str:
    """The value of `x-amzn-oidc-data`; `head` differs from what is right."""
    right = {"typ": "JWT", "kid": KEY_ID, "alg": "ES256", "iss": "https://id.example.com", "client": CLIENT}
    text = ".".join(_part({**right, "signer": SIGNER, "exp": int(time.time()) + 120, **head}, claims))
    numbers = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{urlsafe_b64encode(b''.join(number.to_bytes(32, 'big') for number in numbers)).decode()}"


def _part(*bodies: Mapping[str, Any]) -> Iterator[str]:
    for body in bodies:
        yield urlsafe_b64encode(json.dumps(body).encode()).decode()


@contextmanager
def key_server() -> Iterator[tuple[str, list[str]]]:
    """AWS's server of public keys, which knows one; and what it was asked for."""
    asked: list[str] = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            known = self.path == f"/{KEY_ID}"
            self.send_response(200 if known else 404)
            self.end_headers()
            self.wfile.write(PUBLIC if known else b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
