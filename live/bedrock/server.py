"""`python -m live.bedrock.server PORT SETTINGS`: the control plane, Converse, ConverseStream and InvokeModel.

SETTINGS is a file of JSON: `models` that the region has, `account`, `region`, and the `statements` of the task role.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from aws_rules import models as catalog
from aws_rules.model_ids import without_geography
from live.bedrock import answers
from live.bedrock.event_stream import event
from live.bedrock.permissions import Statement, is_allowed, is_signed
from live.http_server import Request, Response, json_response, serve

_PAUSE: Final = 0.03
"""Seconds between two words of a stream."""

_ACTIONS: Final = {
    "converse": "bedrock:InvokeModel",
    "invoke": "bedrock:InvokeModel",
    "converse-stream": "bedrock:InvokeModelWithResponseStream",
}


@dataclass(frozen=True, kw_only=True)
class Bedrock:
    """Amazon Bedrock as one task role sees it in one region."""

    models: tuple[str, ...]
    """Ids of models and inference profiles."""
    account: str
    region: str
    statements: tuple[Statement, ...]

    def respond(self, request: Request) -> Response:
        """The answer of AWS's API."""
        if request.path == "/health":
            return json_response({})
        if not is_signed(request):
            return _error(403, "InvalidSignatureException", "The request signature we calculated does not match.")
        if request.path == "/foundation-models":
            return json_response({"modelSummaries": self._foundation_models(request.query.get("byOutputModality"))})
        if request.path == "/inference-profiles":
            own = request.query.get("type") == "APPLICATION"
            return json_response({"inferenceProfileSummaries": [] if own else self._profiles()})
        if not request.path.startswith("/model/"):
            return _error(404, "ResourceNotFoundException", f"The stand-in has no {request.path}.")
        model, operation = request.path.removeprefix("/model/").rsplit("/", 1)
        if model not in self.models:
            return _error(400, "ValidationException", "The provided model identifier is invalid.")
        if denied := self._denied(_ACTIONS[operation], model):
            return denied
        return _OPERATIONS[operation](model, request.json)

    def _denied(self, action: str, model: str) -> Response | None:
        behind = without_geography(model)
        resources = [f"arn:aws:bedrock:{self.region}::foundation-model/{behind}"]
        profile = "" if behind == model else f"arn:aws:bedrock:{self.region}:{self.account}:inference-profile/{model}"
        for resource in [profile, *resources] if profile else resources:
            if not is_allowed(self.statements, action, resource, profile):
                text = f"The task role is not authorized to perform: {action} on resource: {resource}"
                return _error(403, "AccessDeniedException", text)
        return None

    def _foundation_models(self, modality: str | None) -> list[dict[str, Any]]:
        ids = sorted({without_geography(model) for model in self.models})
        summaries = [self._summary(model) for model in ids]
        return [summary for summary in summaries if modality in (None, *summary["outputModalities"])]

    def _summary(self, model: str) -> dict[str, Any]:
        return {
            "modelArn": f"arn:aws:bedrock:{self.region}::foundation-model/{model}",
            "modelId": model,
            "modelName": model,
            "providerName": model.split(".", maxsplit=1)[0],
            "inputModalities": ["TEXT"],
            "outputModalities": ["EMBEDDING" if catalog.is_embedding(model) else "TEXT"],
            "responseStreamingSupported": True,
            "inferenceTypesSupported": ["ON_DEMAND"] if model in self.models else ["INFERENCE_PROFILE"],
            "modelLifecycle": {"status": "ACTIVE"},
        }

    def _profiles(self) -> list[dict[str, Any]]:
        return [
            {
                "inferenceProfileId": model,
                "inferenceProfileArn": f"arn:aws:bedrock:{self.region}:{self.account}:inference-profile/{model}",
                "inferenceProfileName": model,
                "status": "ACTIVE",
                "type": "SYSTEM_DEFINED",
                "models": [{"modelArn": f"arn:aws:bedrock:{self.region}::foundation-model/{without_geography(model)}"}],
            }
            for model in self.models
            if without_geography(model) != model
        ]


def _error(status: int, kind: str, message: str) -> Response:
    return json_response({"message": message}, status, {"x-amzn-errortype": kind})


def _answer(model: str, body: Mapping[str, Any]) -> str:
    messages = [*body.get("system", []), *(part for message in body["messages"] for part in message["content"])]
    return answers.answer(model, [part["text"] for part in messages if "text" in part] or [""])


def _usage(text: str, body: Mapping[str, Any]) -> dict[str, int]:
    read, written = len(json.dumps(body)) // 4, len(text) // 4
    return {"inputTokens": read, "outputTokens": written, "totalTokens": read + written}


def _converse(model: str, body: Mapping[str, Any]) -> Response:
    text = _answer(model, body)
    return json_response(
        {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
            "usage": _usage(text, body),
            "metrics": {"latencyMs": 1},
        }
    )


def _converse_stream(model: str, body: Mapping[str, Any]) -> Response:
    text = _answer(model, body)

    def events() -> Iterator[bytes]:
        yield event("messageStart", {"role": "assistant"})
        for word in text.split(" "):
            time.sleep(_PAUSE)
            yield event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": f"{word} "}})
        yield event("contentBlockStop", {"contentBlockIndex": 0})
        yield event("messageStop", {"stopReason": "end_turn"})
        yield event("metadata", {"usage": _usage(text, body), "metrics": {"latencyMs": 1}})

    return Response(headers={"Content-Type": "application/vnd.amazon.eventstream"}, pieces=events())


def _invoke(model: str, body: Mapping[str, Any]) -> Response:
    vectors = partial(answers.vector, length=catalog.vector_length(model) or 0)
    if model.startswith("amazon.titan-embed"):
        text = body["inputText"]
        return json_response({"embedding": vectors(text), "inputTextTokenCount": len(text.split())})
    if model.startswith("cohere.embed"):
        texts = body["texts"]
        return json_response({"id": "stand-in", "texts": texts, "embeddings": [vectors(text) for text in texts]})
    return _error(400, "ValidationException", f"The stand-in does not know what {model} is invoked with.")


_OPERATIONS: Final = {"converse": _converse, "converse-stream": _converse_stream, "invoke": _invoke}


def load(settings: Path) -> Bedrock:
    """The stand-in that a settings file describes."""
    values = json.loads(settings.read_text())
    return Bedrock(
        models=tuple(values["models"]),
        account=values["account"],
        region=values["region"],
        statements=tuple(values["statements"]),
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), load(Path(sys.argv[2])).respond)
