"""People's own tokens at the real LiteLLM, as the load balancer passes on what it checked; `make live` asks for it."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest

from containers.gateway_tokens import VALIDATED
from live.stage import GATEWAY
from tests.live.openid import Page, Visitor
from tests.live.running import Live, applications
from tests.support.program import plan

pytestmark = pytest.mark.real

MODEL = "amazon.nova-pro-v1:0"
TOKENS = {
    "issuer": "https://id.example.com",
    "jwksUrl": "https://id.example.com/keys",
    "claims": [{"name": "aud", "values": ["chat"]}],
}
MODELS, CHAT = "/api/v1/models", "/api/v1/chat/completions"
ASKED = {"model": MODEL, "messages": [{"role": "user", "content": "Where is the ship?"}]}


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    balancer = {"domain": "chat.example.com", "hostedZoneId": "Z0123456789ABCDEFGHIJ", "plainHttp": False}
    gateway = {"engine": "litellm", "models": [MODEL, "amazon.titan-embed-text-v2:0"], "tokens": TOKENS}
    with applications("tokens", plan({"loadBalancer": balancer, "gateway": gateway})) as running:
        yield running


def token(**claims: str) -> str:
    """What a provider signs, but for the signature: the load balancer has checked it."""
    head, body = (
        urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "RS256"}, claims)
    )
    return f"{head}.{body}.c2lnbmVk"


def ask(live: Live, path: str, key: str, body: object = None) -> Page:
    """Call the gateway's task as the load balancer does."""
    port = live.stage.slots[GATEWAY][0].port
    return Visitor().send(f"http://127.0.0.1:{port}{path}", body, key, method="POST" if body else "GET")


def test_a_checked_token_lists_the_models_and_gets_an_answer(live: Live) -> None:
    listed = ask(live, f"{VALIDATED}{MODELS}", token(sub="ana"))
    assert listed.status == 200, listed
    assert MODEL in {model["id"] for model in listed.json["data"]}
    answer = ask(live, f"{VALIDATED}{CHAT}", token(sub="ana"), ASKED)
    assert answer.status == 200, answer
    assert answer.json["choices"][0]["message"]["content"]


def test_a_token_that_nobody_has_checked_is_no_key(live: Live) -> None:
    assert ask(live, MODELS, token(sub="ana")).status == 401
    through = Visitor().send(f"{live.url}{MODELS}", None, token(sub="ana"), method="GET")
    assert through.status == 401
    page = Visitor().send(f"{live.url}{VALIDATED}{MODELS}", None, token(sub="ana"), method="GET")
    assert page.text.startswith("<!doctype html"), "Open WebUI answers there, not the gateway"


def test_a_checked_token_that_names_nobody_is_refused(live: Live) -> None:
    assert ask(live, f"{VALIDATED}{MODELS}", token(aud="chat")).status == 403


def test_open_webui_goes_on_with_the_key(live: Live) -> None:
    assert MODEL in live.person.models()
