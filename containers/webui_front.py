"""Who a request is from, by the load balancer's word alone, for a stack with `loadBalancer.authenticate`.

The load balancer signs what the identity provider says of a person, and sends it as `x-amzn-oidc-data`. Open WebUI
takes an e-mail address from a plain header, which anybody can send. This text takes such headers away, checks the
signature, and only then writes the header itself. It runs before the program of Open WebUI's container.
"""

import asyncio
import os
import re
import sys
import time
import urllib.request
from importlib import import_module
from typing import Any

DATA = b"x-amzn-oidc-data"
EMAIL, NAME = b"x-webui-verified-email", b"x-webui-verified-name"
"""What WEBUI_AUTH_TRUSTED_EMAIL_HEADER and WEBUI_AUTH_TRUSTED_NAME_HEADER name."""

SIGN_OUT = "/api/v1/auths/signout"
SESSION = "AWSELBAuthSessionCookie"
COOKIES = 4
"""The load balancer divides its session among up to so many cookies."""

KEY_ID = re.compile(r"[0-9a-f-]{36}")
MOST_KEYS = 100
FETCH = 5
"""Seconds for a key."""

Headers = list[tuple[bytes, bytes]]


class Front:
    """Checks what one load balancer signs for one client of the identity provider."""

    def __init__(self, signer: str, client: str, keys_url: str) -> None:
        self.signer, self.client, self.keys_url = signer, client, keys_url
        self.keys: dict[str, str] = {}
        self.fetching = asyncio.Lock()

    async def verified(self, headers: Headers) -> Headers:
        """The headers with nobody's word on who it is but the load balancer's."""
        said = [value for name, value in headers if name == DATA]
        kept = [(name, value) for name, value in headers if name not in {EMAIL, NAME, DATA}]
        claims = await self.claims(said[0].decode("latin-1")) if len(said) == 1 else {}
        email = str(claims.get("email", "")).strip()
        # An address that somebody typed in and nobody confirmed may be another person's.
        if not email or str(claims.get("email_verified", "true")).lower() != "true":
            return kept
        name = str(claims.get("name") or email)
        return [*kept, (EMAIL, email.encode()), (NAME, import_module("urllib.parse").quote(name).encode())]

    async def claims(self, token: str) -> dict[str, Any]:
        """What the provider says of the person; nothing when the token is not this load balancer's, or is old."""
        jwt = import_module("jwt")
        try:
            head = jwt.get_unverified_header(token)
            key_id = str(head.get("kid", ""))
            ours = head.get("signer") == self.signer and head.get("client") == self.client
            if not ours or float(head["exp"]) < time.time() or not KEY_ID.fullmatch(key_id):
                return {}
            key = await self.key(key_id)
            return dict(jwt.decode(token, key, algorithms=["ES256"], options={"verify_aud": False}))
        except (jwt.PyJWTError, OSError, KeyError, TypeError, ValueError) as error:
            print(f'{{"level": "warning", "msg": "webui-front: {type(error).__name__}"}}', flush=True)
            return {}

    async def key(self, key_id: str) -> str:
        """The public key of this id: there is one for each region and time. Raises OSError."""
        async with self.fetching:
            if key_id not in self.keys:
                if len(self.keys) >= MOST_KEYS:
                    self.keys.clear()
                self.keys[key_id] = await asyncio.to_thread(fetch, f"{self.keys_url}/{key_id}")
        return self.keys[key_id]


def fetch(url: str) -> str:
    """The text at an address. Raises OSError."""
    with urllib.request.urlopen(url, timeout=FETCH) as answer:  # noqa: S310  (AWS's own address)
        return str(answer.read(10_000).decode())


def stand_before(server: Any, front: Front) -> None:
    """Let the server's first middleware see verified headers only."""
    first = server.__call__

    async def believes_the_signature(self: Any, scope: Any, receive: Any, send: Any) -> None:
        if "headers" in scope:
            scope["headers"] = await front.verified(scope["headers"])
        await first(self, scope, receive, forgets_session(send) if scope.get("path") == SIGN_OUT else send)

    server.__call__ = believes_the_signature


def forgets_session(send: Any) -> Any:
    """Sign-out ends the load balancer's session too: it would sign the person in again at once."""
    ended = [
        (b"set-cookie", f"{SESSION}-{number}=; Path=/; Max-Age=0; Secure; HttpOnly".encode())
        for number in range(COOKIES)
    ]

    async def sends(message: Any) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *ended]
        await send(message)

    return sends


if __name__ == "__main__" and sys.argv[1:2] == ["application"]:
    stand_before(
        import_module("uvicorn.middleware.proxy_headers").ProxyHeadersMiddleware,
        Front(os.environ["ALB_SIGNER"], os.environ["ALB_CLIENT"], os.environ["ALB_KEYS_URL"]),
    )
