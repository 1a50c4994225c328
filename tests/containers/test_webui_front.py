"""Open WebUI believes the load balancer's signature on who somebody is, and nothing that a client can write."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from containers.programs import command
from containers.webui_front import COOKIES, DATA, EMAIL, MOST_KEYS, NAME, SIGN_OUT, Front, Headers, stand_before
from tests.support.signed_by_alb import CLIENT, KEY_ID, PUBLIC, SIGNER, key_server, signed

ANA = {"sub": "1", "email": "ana@example.com", "email_verified": "true", "name": "Ana Lí"}
FORGED = [(EMAIL, b"admin@example.com"), (NAME, b"Administrator")]
OTHERS = [(b"host", b"chat.example.com"), (b"authorization", b"Bearer x")]


@pytest.fixture(scope="module")
def keys() -> Iterator[tuple[str, list[str]]]:
    with key_server() as there:
        yield there


@pytest.fixture
def front(keys: tuple[str, list[str]]) -> Front:
    keys[1].clear()
    return Front(SIGNER, CLIENT, keys[0])


def seen(front: Front, *tokens: str, others: Headers = FORGED) -> dict[bytes, bytes]:
    """What Open WebUI reads of a request with these tokens."""
    headers = [*OTHERS, *others, *((DATA, token.encode()) for token in tokens)]
    found = asyncio.run(front.verified(headers))
    assert found[: len(OTHERS)] == OTHERS
    return dict(found[len(OTHERS) :])


def test_what_the_load_balancer_signed_wins_over_what_the_client_wrote(front: Front) -> None:
    assert seen(front, signed(ANA)) == {EMAIL: b"ana@example.com", NAME: b"Ana%20L%C3%AD"}


def test_without_a_signature_nobody_is_named(front: Front) -> None:
    assert seen(front) == {}


def test_a_provider_that_says_nothing_of_names_and_confirmation_is_believed(front: Front) -> None:
    assert seen(front, signed({"email": "ana@example.com"})) == {EMAIL: b"ana@example.com", NAME: b"ana%40example.com"}


def unsigned() -> str:
    """A token without a signature."""
    return signed(ANA, alg="none").rpartition(".")[0] + "."


def by_the_public_key() -> str:
    """Signed with what everybody can read, as if it were a shared secret."""
    text = signed(ANA, alg="HS256").rpartition(".")[0]
    return f"{text}.{base64.urlsafe_b64encode(hmac.new(PUBLIC, text.encode(), hashlib.sha256).digest()).decode()}"


def altered() -> str:
    """Another person's name under Ana's signature."""
    head, _, signature = signed(ANA).split(".")
    body = base64.urlsafe_b64encode(json.dumps({**ANA, "email": "admin@example.com"}).encode()).decode()
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize(
    "token",
    [
        signed(ANA, signer=SIGNER.replace("demo", "another")),
        signed(ANA, client="another"),
        signed(ANA, exp=int(time.time()) - 1),
        signed(ANA, exp=None),
        signed({**ANA, "exp": int(time.time()) - 1}),
        signed(ANA, ec.generate_private_key(ec.SECP256R1())),
        signed(ANA, kid="0a1b2c3d-0000-4000-8000-000000000000"),
        signed(ANA, kid=f"../{KEY_ID}"),
        signed(ANA, kid=None),
        unsigned(),
        by_the_public_key(),
        altered(),
        "",
        "no token",
        "ä.b.c",
    ],
)
def test_what_this_load_balancer_did_not_sign_just_now_names_nobody(front: Front, token: str) -> None:
    assert seen(front, token) == {}


def test_of_two_tokens_neither_is_believed(front: Front) -> None:
    assert seen(front, signed(ANA), signed(ANA)) == {}


@pytest.mark.parametrize("claims", [{"sub": "1"}, {**ANA, "email_verified": "false"}, {**ANA, "email_verified": False}])
def test_an_address_that_nobody_confirmed_is_not_believed(front: Front, claims: dict[str, Any]) -> None:
    assert seen(front, signed(claims)) == {}


def test_a_key_is_asked_for_once_and_a_made_up_place_never(front: Front, keys: tuple[str, list[str]]) -> None:
    for token in (signed(ANA), signed(ANA), signed(ANA, kid="../../other"), signed(ANA, signer="another")):
        seen(front, token)
    assert keys[1] == [f"/{KEY_ID}"]


def test_made_up_keys_do_not_fill_the_memory(front: Front) -> None:
    front.keys.update({str(number): "" for number in range(MOST_KEYS)})
    seen(front, signed(ANA))
    assert list(front.keys) == [KEY_ID]


def test_nobody_is_named_while_the_keys_are_out_of_reach() -> None:
    assert seen(Front(SIGNER, CLIENT, "http://127.0.0.1:9"), signed(ANA)) == {}


class Server:
    """The first middleware of uvicorn, which gets all requests."""

    def __init__(self) -> None:
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def server(front: Front) -> Any:
    class Guarded(Server):
        pass

    stand_before(Guarded, front)
    return Guarded()


def answered(server: Any, scope: dict[str, Any]) -> list[Any]:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(server(scope, None, send))
    return sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_every_request_passes_it_and_the_server_itself_is_let_alone(server: Any, kind: str) -> None:
    answered(server, {"type": kind, "path": "/ws", "headers": list(FORGED)})
    answered(server, {"type": "lifespan"})
    assert server.scopes == [{"type": kind, "path": "/ws", "headers": []}, {"type": "lifespan"}]


def test_signing_out_ends_the_load_balancers_session(server: Any) -> None:
    start, body = answered(server, {"type": "http", "path": SIGN_OUT, "headers": []})
    cookies = [value.decode() for name, value in start["headers"] if name == b"set-cookie"]
    assert len(cookies) == COOKIES
    assert all(
        cookie.startswith(f"AWSELBAuthSessionCookie-{n}=; Path=/; Max-Age=0") for n, cookie in enumerate(cookies)
    )
    assert body == {"type": "http.response.body", "body": b""}
    (start, _) = answered(server, {"type": "http", "path": "/", "headers": []})
    assert start["headers"] == [(b"a", b"b")]


def test_it_stands_before_the_program_of_the_container() -> None:
    _, _, text = command("webui_serve", after=["webui_front"])
    compile(text, "webui", "exec")
    assert text.index("stand_before(") < text.index("def run_application")
