"""Each engine calls Bedrock by each API that it speaks, as the planned role may; `make live` asks for it."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError

import pytest

from gateway_engines import ENGINES, EngineName
from live.bedrock.models import models_of
from live.stage import GATEWAY
from tests.live.open_webui import DOCUMENT, LAST, LONG, QUESTION, TIMEOUT
from tests.live.running import SRC, Live, applications
from tests.support.program import GATEWAY_IMAGE, Config, plan

pytestmark = pytest.mark.real

CHAT = {
    "converse": "amazon.nova-pro-v1:0",
    "inference profile": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "openai-runtime": "us.openai.gpt-5.6-sol",
    "openai-mantle": "qwen.qwen3-32b",
    "elsewhere": "amazon.nova-lite-v1:0",
}
EMBEDDING = "amazon.titan-embed-text-v2:0"
LITELLM: Config = {
    "gateway": {
        "engine": "litellm",
        "profiles": True,
        "userMetadata": True,
        "models": [
            *({"id": model, "region": "us-west-2"} if model == CHAT["elsewhere"] else model for model in CHAT.values()),
            EMBEDDING,
        ],
    }
}
ACCESS: Config = {
    "gateway": {"image": GATEWAY_IMAGE, "models": [CHAT["converse"], CHAT["inference profile"], EMBEDDING]}
}
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
TOOL = {
    "type": "function",
    "function": {"name": "get_weather", "description": "Weather", "parameters": {"type": "object", "properties": {}}},
}

Figure = Callable[[str, object], None]


class Gateway:
    """The gateway of a running stage, called as Open WebUI calls it."""

    def __init__(self, live: Live) -> None:
        self.live = live
        variables = live.stage.variables(GATEWAY, live.stage.tasks[GATEWAY].main)
        self.key = next(
            variables[engine.key_variable] for engine in ENGINES.values() if engine.key_variable in variables
        )
        self.url = f"http://127.0.0.1:{live.stage.slots[GATEWAY][0].port}/api/v1"

    def ask(self, path: str, body: Mapping[str, Any] | None = None, key: str | None = None) -> tuple[int, bytes]:
        """Status and body of an answer."""
        headers = {"Authorization": f"Bearer {self.key if key is None else key}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body else None, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def chat(self, model: str, content: Any, **more: Any) -> Any:
        """The answer's message."""
        body = {"model": model, "messages": [{"role": "user", "content": content}], **more}
        status, answer = self.ask("/chat/completions", body)
        assert status == 200, answer
        return json.loads(answer)["choices"][0]["message"]

    def stream(self, model: str, question: str) -> tuple[float, str]:
        """Seconds until the first word, and the whole text."""
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": question}]}
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/chat/completions", json.dumps(body).encode(), headers)
        asked, first, text = time.monotonic(), 0.0, ""
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            for line in answer:
                if not line.startswith(b"data: {"):
                    continue
                for choice in json.loads(line[6:]).get("choices", []):
                    text += choice["delta"].get("content") or ""
                first = first or (time.monotonic() - asked if text else 0.0)
        return first, text


def running(name: str, overrides: Config) -> Iterator[Gateway]:
    with applications(name, plan(overrides)) as live:
        yield Gateway(live)


@pytest.fixture(scope="module")
def litellm() -> Iterator[Gateway]:
    yield from running("litellm", LITELLM)


@pytest.fixture(scope="module")
def access() -> Iterator[Gateway]:
    if not SRC:
        pytest.skip("the Bedrock Access Gateway is in no registry: LIVE_SRC names a checkout")
    yield from running("access", ACCESS)


@pytest.fixture(params=list(EngineName))
def gateway(request: pytest.FixtureRequest) -> Gateway:
    engine: Gateway = request.getfixturevalue("litellm" if request.param is EngineName.LITELLM else "access")
    return engine


@pytest.fixture(params=CHAT)
def model(request: pytest.FixtureRequest, gateway: Gateway) -> str:
    """A chat model of each API that the engine speaks."""
    named = CHAT[request.param]
    if named not in models_of(gateway.live.stage.tasks[GATEWAY]):
        pytest.skip("the plan refuses it for this engine")
    return named


def test_a_chat(gateway: Gateway, model: str) -> None:
    assert "You wrote: hello" in gateway.chat(model, "hello")["content"]


def test_a_stream(gateway: Gateway, model: str) -> None:
    _, text = gateway.stream(model, "hello")
    assert "You wrote: hello" in text


def test_a_tool_call(gateway: Gateway, model: str) -> None:
    (call,) = gateway.chat(model, "use get_weather", tools=[TOOL])["tool_calls"]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("get_weather", {})


def test_an_image(gateway: Gateway, model: str) -> None:
    content = [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": PICTURE}}]
    assert gateway.chat(model, content)["content"].startswith("I see 1 image.")


def test_a_text_to_embed(gateway: Gateway) -> None:
    status, answer = gateway.ask("/embeddings", {"model": EMBEDDING, "input": "a harbour"})
    assert status == 200, answer
    assert len(json.loads(answer)["data"][0]["embedding"]) == 1024


def test_a_list_of_texts_to_embed(gateway: Gateway) -> None:
    status, answer = gateway.ask("/embeddings", {"model": EMBEDDING, "input": ["a harbour", "a ship", "tea"]})
    assert status == 200, answer
    assert [len(row["embedding"]) for row in json.loads(answer)["data"]] == [1024] * 3


def test_litellm_lists_what_the_stack_names(litellm: Gateway) -> None:
    _, answer = litellm.ask("/models")
    assert sorted(row["id"] for row in json.loads(answer)["data"]) == sorted([*CHAT.values(), EMBEDDING])


def test_a_wrong_key_and_none_are_401(litellm: Gateway) -> None:
    assert [litellm.ask("/models", key=key)[0] for key in ("wrong", "")] == [401, 401]


def test_throttling_is_said_in_a_plain_sentence(litellm: Gateway, figure: Figure) -> None:
    asked = time.monotonic()
    body = {"model": CHAT["converse"], "messages": [{"role": "user", "content": "be throttled"}]}
    status, answer = litellm.ask("/chat/completions", body)
    figure("seconds until a throttled request is refused", round(time.monotonic() - asked, 1))
    assert (status, json.loads(answer)["error"]["message"][:37]) == (429, "The model has more requests than Amaz")


def test_twenty_thinking_streams_do_not_delay_another(litellm: Gateway, figure: Figure) -> None:
    with ThreadPoolExecutor(20) as others:
        thinking = [others.submit(litellm.stream, CHAT["converse"], "think for 15 seconds") for _ in range(20)]
        time.sleep(5)
        first, _ = litellm.stream(CHAT["converse"], "hello")
        figure("seconds to the first word beside 20 thinking streams", round(first, 2))
        texts = [stream.result()[1] for stream in thinking]
    assert first < 5
    assert all("think for 15 seconds" in text for text in texts)


def streams(live: Live) -> dict[str, int]:
    """How many of Bedrock's streams run, have ended and were cut."""
    with urllib.request.urlopen(f"{live.stage.bedrock_url}/streams", timeout=TIMEOUT) as answer:
        return dict(json.loads(answer.read()))


def test_people_see_the_chat_models_of_the_stack(gateway: Gateway) -> None:
    listed = models_of(gateway.live.stage.tasks[GATEWAY])
    assert gateway.live.person.models() == sorted(set(listed) - {EMBEDDING})


def test_stop_ends_the_stream_of_bedrock(litellm: Gateway, figure: Figure) -> None:
    before = streams(litellm.live)
    answer = litellm.live.person.begin(LONG, CHAT["converse"])
    while streams(litellm.live)["running"] == before["running"]:
        time.sleep(0.1)
    time.sleep(2)
    litellm.live.person.post(f"/api/tasks/stop/{answer.task}")
    stopped = time.monotonic()
    while streams(litellm.live)["cut"] == before["cut"]:
        assert time.monotonic() - stopped < TIMEOUT, streams(litellm.live)
        time.sleep(0.05)
    figure("seconds from stop to the end of Bedrock's stream", took := round(time.monotonic() - stopped, 2))
    assert took < 1
    assert streams(litellm.live)["ended"] == before["ended"]


def test_the_access_gateway_reads_bedrock_to_the_end(access: Gateway) -> None:
    before = streams(access.live)
    answer = access.live.person.begin(LONG, CHAT["converse"])
    while streams(access.live)["running"] == before["running"]:
        time.sleep(0.1)
    access.live.person.post(f"/api/tasks/stop/{answer.task}")
    while streams(access.live)["running"] > before["running"]:
        time.sleep(0.5)
    assert streams(access.live) == {**before, "ended": before["ended"] + 1}


def test_a_document_is_found(gateway: Gateway) -> None:
    person = gateway.live.person
    file = person.upload("harbour.txt", DOCUMENT)
    assert "xylophone" in "".join(person.ask(QUESTION, CHAT["converse"], files=(file,)))


def test_bedrock_hears_whose_chat_it_is(litellm: Gateway) -> None:
    person = litellm.live.person
    person.ask("who am I?", CHAT["converse"])
    with urllib.request.urlopen(f"{litellm.live.stage.bedrock_url}/metadata", timeout=TIMEOUT) as answer:
        assert litellm.live.account.email in json.loads(answer.read()).values()


def test_streams_in_flight_at_sigterm_end_whole(gateway: Gateway, figure: Figure) -> None:
    stage = gateway.live.stage
    with ThreadPoolExecutor() as callers:
        calls = [callers.submit(gateway.stream, CHAT["converse"], LONG) for _ in range(3)]
        time.sleep(2)
        asked = time.monotonic()
        assert stage.stop_task(GATEWAY, 1) == 0
        figure("seconds from SIGTERM to the end of a gateway task with streams of 8 s", round(time.monotonic() - asked))
        whole = [LAST in call.result()[1] for call in calls]
    stage.start_task(GATEWAY, 1, gateway.live.tell)
    assert whole == [True] * 3
