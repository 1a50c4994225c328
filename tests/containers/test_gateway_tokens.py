"""A token that the load balancer has checked is as good as the gateway's key, and says who its bearer is."""

import asyncio
import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from containers.gateway_tokens import VALIDATED, with_tokens

KEY = "the-gateways-key"
FORGED = [(b"x-limits-user", b"boss"), (b"x-limits-groups", b"boss"), (b"x-openwebui-user-email", b"boss@example.com")]


def token(claims: dict[str, Any]) -> bytes:
    body = urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=")
    return b"Bearer eyJhbGciOiJSUzI1NiJ9." + body + b".signature"


def seen(path: str, *headers: tuple[bytes, bytes]) -> tuple[dict[str, Any] | None, int]:
    """The request as the gateway gets it, if it does, and the status of the answer."""
    reached: list[dict[str, Any]] = []
    sent: list[Any] = []

    async def gateway(scope: Any, _receive: Any, send: Any) -> None:
        reached.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "path": path, "raw_path": path.encode(), "headers": [(b"host", b"a"), *headers]}

    async def ask() -> None:
        await with_tokens(gateway, "API_KEY")(scope, None, send)

    asyncio.run(ask())
    return (reached[0] if reached else None), sent[0]["status"]


@pytest.fixture(autouse=True)
def claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENS_USER_CLAIM", "sub")
    monkeypatch.setenv("API_KEY", KEY)


def test_a_checked_token_becomes_the_key_and_its_bearers_name() -> None:
    scope, status = seen(f"{VALIDATED}/api/v1/models", (b"authorization", token({"sub": "ana"})), *FORGED)
    assert status == 200
    assert scope is not None
    assert (scope["path"], scope["raw_path"]) == ("/api/v1/models", b"/api/v1/models")
    assert dict(scope["headers"]) == {
        b"host": b"a",
        b"authorization": f"Bearer {KEY}".encode(),
        b"x-limits-user": b"ana",
        b"x-openwebui-user-email": b"ana",
    }


@pytest.mark.parametrize("path", ["/api/v1/models", "/validatedx/api/v1/models", "/health", VALIDATED])
def test_a_token_that_nobody_has_checked_is_passed_on_as_it_is(path: str) -> None:
    given = (b"authorization", token({"sub": "ana"}))
    scope, _ = seen(path, given, *FORGED)
    assert scope is not None
    assert scope["headers"] == [(b"host", b"a"), given, *FORGED]
    assert scope["path"] == path


@pytest.mark.parametrize(
    "authorization", [token({}), token({"sub": ""}), token({"sub": 7}), b"Bearer x", b"Bearer a.!.c", b""]
)
def test_a_token_that_names_nobody_is_refused(authorization: bytes) -> None:
    assert seen(f"{VALIDATED}/api/v1/models", (b"authorization", authorization)) == (None, 403)


def test_a_stack_without_tokens_knows_no_such_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENS_USER_CLAIM")
    scope, _ = seen(f"{VALIDATED}/api/v1/models", (b"authorization", token({"sub": "ana"})))
    assert scope is not None
    assert scope["path"] == f"{VALIDATED}/api/v1/models"
