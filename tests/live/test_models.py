"""The real Open WebUI shows exactly the models of the stack, by their names, and sends each key to its own host."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Thread

import pytest

from live import LOOPBACK
from live.http_server import Request, Response, Server, json_response
from live.stage import GATEWAY
from tests.live.open_webui import Person
from tests.live.running import applications
from tests.support.program import Config, plan

pytestmark = pytest.mark.real

NOVA, CLAUDE = "amazon.nova-pro-v1:0", "us.anthropic.claude-sonnet-5-5"
LISTED: Config = {
    "engine": "litellm",
    "models": [{"id": NOVA, "name": "Nova", "description": "For long texts"}, CLAUDE, "amazon.titan-embed-text-v2:0"],
}
KEYS = {"a": "key-of-a", "b": "key-of-b"}
HAS = {"a": ["a-large", "a-small"], "b": ["b-large", "b-secret"]}
SHOWN = {"b": ["b-large"]}
"""Of a all that it lists."""


class Provider:
    """An API like OpenAI's that remembers which keys it was sent."""

    def __init__(self, models: list[str]) -> None:
        self.models = models
        self.keys: set[str] = set()
        self.server = Server(0, self.respond)
        self.url = f"http://{LOOPBACK}:{self.server.server_address[1]}/v1"

    def respond(self, request: Request) -> Response:
        """The list, or one piece of an answer."""
        self.keys.add(request.headers.get("authorization", ""))
        if request.path == "/v1/models":
            return json_response({"object": "list", "data": [{"id": model} for model in self.models]})
        piece = {"choices": [{"index": 0, "delta": {"content": f"I am {request.json['model']}"}}]}
        events = [f"data: {json.dumps(piece)}\n\n".encode(), b"data: [DONE]\n\n"]
        return Response(headers={"Content-Type": "text/event-stream"}, pieces=events)


@contextmanager
def providers() -> Iterator[Mapping[str, Provider]]:
    """Both, answering."""
    with ExitStack() as running:
        both = {name: Provider(models) for name, models in HAS.items()}
        for provider in both.values():
            Thread(target=running.enter_context(provider.server).serve_forever, daemon=True).start()
            running.callback(provider.server.shutdown)
        yield both


@pytest.mark.parametrize("gateway", [LISTED, {"enabled": False}], ids=["beside a gateway", "alone"])
def test_the_list_is_the_stacks_and_each_key_goes_to_its_own_host(
    gateway: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, key in KEYS.items():
        monkeypatch.setenv(f"PROVIDER_KEY_{name.upper()}", key)
    with providers() as both:
        arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:{}-AbCdEf"
        sources = {
            name: {"url": provider.url, "keySecretArn": arn.format(name), "models": SHOWN.get(name, [])}
            for name, provider in both.items()
        }
        with applications("models", plan({"gateway": gateway, "providers": sources})) as live:
            shown = {model["id"]: model for model in live.person.get("/api/models")["data"]}
            of_bedrock = {NOVA: "Nova", CLAUDE: CLAUDE} if GATEWAY in live.stage.tasks else {}
            assert {key: model["name"] for key, model in shown.items()} == {
                **of_bedrock,
                **{model: model for model in (*HAS["a"], *SHOWN["b"])},
            }
            if of_bedrock:
                assert shown[NOVA]["info"]["meta"]["description"] == "For long texts"
            assert_each_answers(live.person, [*shown])
        assert {name: provider.keys for name, provider in both.items()} == {
            name: {f"Bearer {key}"} for name, key in KEYS.items()
        }


def assert_each_answers(person: Person, models: list[str]) -> None:
    """Every model on the list, by the source that has it."""
    for model in models:
        answer = "".join(person.ask("Who are you?", model))
        assert answer, model
        assert answer == f"I am {model}" or model in (NOVA, CLAUDE)
