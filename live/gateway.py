"""`python -m live.gateway`: a stand-in for the Bedrock Access Gateway, with its interface and its calls of Bedrock.

It reads the variables that the gateway reads: API_KEY, PORT, AWS_REGION, DEFAULT_MODEL, DEFAULT_EMBEDDING_MODEL.
Text only; what models think, images and tools are not passed on.
"""

import hmac
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from aws_rules.models import ACCESS_GATEWAY_EMBEDDINGS
from live.http_server import Request, Response, json_response, serve

_PREFIX: Final = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """OpenAI's API in front of two clients of Bedrock."""

    api_key: str
    default_model: str
    embedding_model: str
    runtime: Any
    """boto3's `bedrock-runtime`."""
    control: Any
    """boto3's `bedrock`."""

    def respond(self, request: Request) -> Response:
        """The gateway's answer."""
        if request.path == "/health":
            return json_response({"status": "OK"})
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.api_key}".encode()):
            return json_response({"detail": "Invalid API Key" if given else "Not authenticated"}, 401)
        try:
            if request.path == f"{_PREFIX}/models":
                return json_response({"object": "list", "data": [_model(name) for name in self._models()]})
            if request.path == f"{_PREFIX}/chat/completions":
                return self._chat(request.json)
            if request.path == f"{_PREFIX}/embeddings":
                return self._embeddings(request.json)
        except ClientError as error:
            return json_response({"detail": str(error)}, error.response["ResponseMetadata"]["HTTPStatusCode"])
        except BotoCoreError as error:
            return json_response({"detail": str(error)}, 500)
        return json_response({"detail": "Not Found"}, 404)

    def _models(self) -> list[str]:
        """Chat models that can be called as they are, and inference profiles, as the gateway lists them."""
        found = self.control.list_foundation_models(byOutputModality="TEXT")["modelSummaries"]
        models = [model["modelId"] for model in found if "ON_DEMAND" in model["inferenceTypesSupported"]]
        profiles = self.control.list_inference_profiles()["inferenceProfileSummaries"]
        return [*models, *(profile["inferenceProfileId"] for profile in profiles)]

    def _chat(self, body: Mapping[str, Any]) -> Response:
        model = body.get("model") or self.default_model
        print(json.dumps({"model": model, "tools": len(body.get("tools") or [])}), flush=True)
        request = {"modelId": model, **_conversation(body["messages"])}
        if body.get("stream"):
            answer = self.runtime.converse_stream(**request)
            return Response(headers={"Content-Type": "text/event-stream"}, pieces=_events(model, answer["stream"]))
        answer = self.runtime.converse(**request)
        text = "".join(part.get("text", "") for part in answer["output"]["message"]["content"])
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        usage = _usage(answer["usage"])
        return json_response({**_head(model, "chat.completion"), "choices": [choice], "usage": usage})

    def _embeddings(self, body: Mapping[str, Any]) -> Response:
        model = body.get("model") or self.embedding_model
        if model not in ACCESS_GATEWAY_EMBEDDINGS:
            return json_response({"detail": f"Unsupported embedding model id {model}"}, 400)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = self._vectors(model, texts)
        data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        return json_response({"object": "list", "data": data, "model": model, "usage": usage})

    def _vectors(self, model: str, texts: list[str]) -> list[list[float]]:
        if model.startswith("cohere"):
            return list(self._invoke(model, {"texts": texts, "input_type": "search_document"})["embeddings"])
        return [self._invoke(model, {"inputText": text})["embedding"] for text in texts]

    def _invoke(self, model: str, body: Mapping[str, Any]) -> Any:
        return json.loads(self.runtime.invoke_model(modelId=model, body=json.dumps(body))["body"].read())


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "bedrock"}


def _conversation(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Converse's form of OpenAI's messages."""
    turns = [(message["role"], [{"text": text}]) for message in messages if (text := _text(message.get("content")))]
    system = [part for role, parts in turns if role in ("system", "developer") for part in parts]
    rest = [{"role": role, "content": parts} for role, parts in turns if role in ("user", "assistant")]
    return {"messages": rest, **({"system": system} if system else {})}


def _text(content: str | list[dict[str, Any]] | None) -> str:
    if isinstance(content, list):
        return "\n".join(part["text"] for part in content if part.get("type") == "text")
    return content or ""


def _head(model: str, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-stand-in", "object": kind, "created": int(time.time()), "model": model}


def _usage(usage: Mapping[str, int]) -> dict[str, int]:
    return {
        "prompt_tokens": usage["inputTokens"],
        "completion_tokens": usage["outputTokens"],
        "total_tokens": usage["totalTokens"],
    }


def _events(model: str, stream: Any) -> Iterator[bytes]:
    """Server-sent events of a Converse stream."""
    head = _head(model, "chat.completion.chunk")
    for part in stream:
        if text := part.get("contentBlockDelta", {}).get("delta", {}).get("text"):
            yield _event({**head, "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})
        elif "messageStop" in part:
            yield _event({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        elif "metadata" in part:
            yield _event({**head, "choices": [], "usage": _usage(part["metadata"]["usage"])})
    yield b"data: [DONE]\n\n"


def _event(value: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


def main() -> None:
    """Answer requests until SIGTERM."""
    region = os.environ["AWS_REGION"]
    gateway = Gateway(
        api_key=os.environ["API_KEY"],
        default_model=os.environ["DEFAULT_MODEL"],
        embedding_model=os.environ["DEFAULT_EMBEDDING_MODEL"],
        runtime=boto3.client("bedrock-runtime", region_name=region),
        control=boto3.client("bedrock", region_name=region),
    )
    serve(int(os.environ["PORT"]), gateway.respond)


if __name__ == "__main__":
    main()
