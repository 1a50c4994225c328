"""The stand-ins for Bedrock and its gateway, called as their callers call them: by boto3 and by HTTP."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError

import boto3
import pytest
from botocore.exceptions import ClientError

from live.bedrock import answers
from live.bedrock.models import models_of
from live.bedrock.permissions import CREDENTIALS
from live.bedrock.server import Bedrock
from live.gateway import Gateway
from live.http_server import Request, Response, Server
from live.stack import tasks_of
from tests.live.open_webui import pieces
from tests.live.stages import recording_of

PROD = tasks_of(recording_of("prod"))["gateway"]
NOVA, CLAUDE = "amazon.nova-pro-v1:0", "us.anthropic.claude-sonnet-5-5"
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-english-v3"
TITLE = '### Task:\nGenerate a title.\nJSON format: { "title": "your concise title here" }'
HELLO = [{"role": "user", "content": [{"text": "hello"}]}]


@contextmanager
def served(respond: Any) -> Iterator[str]:
    """The URL of a stand-in that runs in a thread."""
    running = Server(0, respond)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_address[1]}"
    finally:
        running.shutdown()
        running.server_close()


@pytest.fixture(scope="module")
def bedrock() -> Iterator[str]:
    """Bedrock with the models and the task role of prod, and a model that prod does not allow."""
    models = (*models_of(PROD), COHERE, "amazon.nova-lite-v1:0")
    region = Bedrock(models=models, account="123456789012", statements=PROD.statements)
    with served(region.respond) as url:
        yield url


def client(service: str, url: str, secret: str = CREDENTIALS.secret_key) -> Any:
    return boto3.client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=CREDENTIALS.access_key,
        aws_secret_access_key=secret,
    )


@pytest.fixture(scope="module")
def gateway(bedrock: str) -> Iterator[str]:
    clients = {"runtime": client("bedrock-runtime", bedrock), "control": client("bedrock", bedrock)}
    with served(Gateway(api_key="key", default_model=NOVA, embedding_model=TITAN, **clients).respond) as url:
        yield f"{url}/api/v1"


def call(url: str, body: object = None, key: str = "key") -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.loads(response.read())


def test_botocore_reads_the_event_stream(bedrock: str) -> None:
    answer = client("bedrock-runtime", bedrock).converse_stream(modelId=NOVA, messages=HELLO)
    events = list(answer["stream"])
    text = "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)
    assert "You wrote: hello" in text
    assert next(iter(events[-1])) == "metadata"


@pytest.mark.parametrize("model", [NOVA, CLAUDE])
def test_the_role_may_call_the_models_and_profiles_of_the_stack(bedrock: str, model: str) -> None:
    answer = client("bedrock-runtime", bedrock).converse(modelId=model, messages=HELLO)
    assert "hello" in answer["output"]["message"]["content"][0]["text"]


def test_the_role_may_call_no_other_model(bedrock: str) -> None:
    with pytest.raises(ClientError, match=r"AccessDeniedException.*not authorized to perform: bedrock:InvokeModel"):
        client("bedrock-runtime", bedrock).converse(modelId="amazon.nova-lite-v1:0", messages=HELLO)


def test_a_wrong_signature_is_refused(bedrock: str) -> None:
    with pytest.raises(ClientError, match="signature"):
        client("bedrock", bedrock, secret="another").list_foundation_models()


def test_a_model_that_the_region_does_not_have_is_refused(bedrock: str) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        client("bedrock-runtime", bedrock).converse(modelId="no.such-model", messages=HELLO)


def test_embeddings_have_the_models_length_and_are_near_for_the_same_words(bedrock: str) -> None:
    def embedded(text: str) -> list[float]:
        body = json.dumps({"inputText": text})
        answer = client("bedrock-runtime", bedrock).invoke_model(modelId=TITAN, body=body)
        return list(json.loads(answer["body"].read())["embedding"])

    harbour, same, other = map(embedded, ("the harbour at night", "a harbour, the night", "tea and wool"))
    near, far = (sum(a * b for a, b in zip(harbour, vector, strict=True)) for vector in (same, other))
    assert len(harbour) == 1024
    assert near > 0.5 > far


def test_the_gateway_lists_chat_models_that_can_be_called(gateway: str) -> None:
    listed = [model["id"] for model in call(f"{gateway}/models")["data"]]
    assert set(listed) == {NOVA, "amazon.nova-lite-v1:0", CLAUDE}


def test_the_gateway_answers_whole_and_streamed(gateway: str) -> None:
    body = {"model": NOVA, "messages": [{"role": "user", "content": "hello"}]}
    whole = call(f"{gateway}/chat/completions", body)["choices"][0]["message"]["content"]
    data = json.dumps({**body, "stream": True}).encode()
    request = urllib.request.Request(f"{gateway}/chat/completions", data=data, headers={"Authorization": "Bearer key"})
    with urllib.request.urlopen(request, timeout=30) as response:
        streamed = "".join(text for _, text in pieces(response))
    assert streamed.strip() == whole.strip()


def test_the_gateway_embeds_a_text_and_a_list(gateway: str) -> None:
    one = call(f"{gateway}/embeddings", {"model": TITAN, "input": "tea"})["data"]
    two = call(f"{gateway}/embeddings", {"model": TITAN, "input": ["wool", "tea"]})["data"]
    assert one[0]["embedding"] == two[1]["embedding"]


@pytest.mark.parametrize(
    ("path", "body", "key", "status"),
    [
        ("models", None, "wrong", 401),
        (
            "chat/completions",
            {"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "x"}]},
            "key",
            403,
        ),
        ("embeddings", {"model": "no.such-model", "input": "x"}, "key", 400),
        ("elsewhere", None, "key", 404),
    ],
)
def test_the_gateway_refuses_as_the_real_one(gateway: str, path: str, body: object, key: str, status: int) -> None:
    with pytest.raises(HTTPError) as refused:
        call(f"{gateway}/{path}", body, key)
    with refused.value as answer:
        assert answer.code == status


def test_an_error_of_a_stand_in_is_an_answer() -> None:
    def fail(_: Request) -> Response:
        raise ValueError("why")

    with served(fail) as url, pytest.raises(HTTPError) as refused:
        call(url)
    with refused.value as answer:
        assert json.loads(answer.read()) == {"message": "ValueError: why"}


def test_a_question_about_documents_gets_the_closest_sentence() -> None:
    prompt = '<context><source id="1">Tea is green. The word is xylophone.</source></context> What is the word?'
    assert answers.Conversation(model="m", messages=["be kind", prompt]).answer.endswith("The word is xylophone.")


def test_a_task_of_open_webui_gets_the_json_that_it_asks_for() -> None:
    asked = answers.Conversation(model="m", messages=[TITLE])
    assert json.loads(asked.answer).keys() == {"title"}
