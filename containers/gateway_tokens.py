"""Take a person's own token in place of the gateway's key, for a stack with `gateway.tokens`.

The load balancer checks the token (`jwt-validation`), forwards it as it is, and writes VALIDATED before the path. No
other rule of it leads there, and nobody but it reaches the gateway's port: that path says that a token was checked.
"""

import json
import os
from base64 import urlsafe_b64decode
from typing import Any

from containers.gateway_serve import Application, Send, log

VALIDATED = "/validated"
USER_HEADERS = (b"x-limits-user", b"x-openwebui-user-email")
"""By which a user's limits are counted, and whom Bedrock is told."""
ASSERTED = (b"authorization", b"x-limits-", b"x-openwebui-")
"""Beginnings of headers in which a client would say who it is."""


def with_tokens(application: Application, key_variable: str) -> Application:
    """The application, for which a checked token is as good as its key; as it is without TOKENS_USER_CLAIM."""
    claim = os.environ.get("TOKENS_USER_CLAIM", "")

    async def takes(scope: Any, receive: Any, send: Send) -> None:
        path = str(scope.get("path", ""))
        if not path.startswith(f"{VALIDATED}/"):
            await application(scope, receive, send)
            return
        user = named(dict(scope["headers"]).get(b"authorization", b""), claim)
        if not user:
            log(f"a token without the claim {claim} was refused")
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        kept = [(name, value) for name, value in scope["headers"] if not name.startswith(ASSERTED)]
        own = [
            (b"authorization", f"Bearer {os.environ[key_variable]}".encode()),
            *((name, user) for name in USER_HEADERS),
        ]
        inner = path.removeprefix(VALIDATED)
        await application({**scope, "path": inner, "raw_path": inner.encode(), "headers": [*kept, *own]}, receive, send)

    return takes if claim else application


def named(authorization: bytes, claim: str) -> bytes:
    """Who the bearer of a token is, by a claim of it; the load balancer has checked its signature."""
    try:
        body = authorization.split(b" ")[1].split(b".")[1]
        value = json.loads(urlsafe_b64decode(body + b"=" * (-len(body) % 4)))[claim]
    except (IndexError, KeyError, TypeError, ValueError):
        return b""
    return value.encode() if isinstance(value, str) else b""
