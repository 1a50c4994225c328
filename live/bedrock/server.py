"""`python -m live.bedrock.server PORT SETTINGS`: the control plane, Converse, ConverseStream and InvokeModel.

SETTINGS is a file of JSON: `models` that the region has, `account`, and the `statements` of the task role.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from aws_rules import models as catalog
from aws_rules.model_ids import without_geography
from live.bedrock import answers, converse, openai
from live.bedrock.permissions import MANTLE_MODEL, PROFILE, Statement, is_allowed, signed_for
from live.http_server import Request, Response, json_response, serve

_OPENAI: Final = {
    "/openai/v1/chat/completions": "runtime",
    "/v1/chat/completions": "mantle",
}
"""OpenAI's API, by the endpoint of Bedrock that has it under this path: here both have one address."""

_ACTIONS: Final = {
    "converse": "bedrock:InvokeModel",
    "invoke": "bedrock:InvokeModel",
    "converse-stream": "bedrock:InvokeModelWithResponseStream",
}


class Streams:
    """How many streams run, have ended, and were cut by their caller."""

    def __init__(self) -> None:
        self.running = self.ended = self.cut = 0

    def counted(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of one stream."""
        self.running += 1
        try:
            yield from pieces
            self.ended += 1
        except GeneratorExit:
            self.cut += 1
        finally:
            self.running -= 1


@dataclass(frozen=True, kw_only=True)
class Bedrock:
    """Amazon Bedrock as one task role sees it."""

    models: tuple[str, ...]
    """Ids of models and inference profiles."""
    account: str
    statements: tuple[Statement, ...]
    profiles: Mapping[str, str] = field(default_factory=dict)
    """The models of application inference profiles, by their ARNs."""
    region: str = ""
    """That of the request: the one that it was signed for."""
    streams: Streams = field(default_factory=Streams)
    metadata: dict[str, str] = field(default_factory=dict)
    """Of the last request that had any."""

    def respond(self, request: Request) -> Response:
        """The answer of AWS's API; `/health`, `/streams` and `/metadata` are the stand-in's own."""
        if request.path == "/health":
            return json_response({})
        if request.path == "/streams":
            return json_response(vars(self.streams))
        if request.path == "/metadata":
            return json_response(self.metadata)
        region = signed_for(request)
        if region is None:
            return _error(403, "InvalidSignatureException", "The request signature we calculated does not match.")
        return replace(self, region=region)._signed(request)

    def _signed(self, request: Request) -> Response:
        """The answer of AWS's API in the region that the request was signed for."""
        if request.path in _OPENAI:
            return self._openai(_OPENAI[request.path], request.json)
        if request.path.startswith("/model/"):
            model, operation = request.path.removeprefix("/model/").rsplit("/", 1)
            refused = self._refused(model, _ACTIONS[operation])
            return refused or self._call(operation, self.profiles.get(model, model), request.json)
        return self._list(request)

    def _list(self, request: Request) -> Response:
        """The control plane's lists."""
        if request.path == "/foundation-models":
            return json_response({"modelSummaries": self._foundation_models(request.query.get("byOutputModality"))})
        if request.path == "/inference-profiles":
            own = request.query.get("type") == "APPLICATION"
            return json_response({"inferenceProfileSummaries": [] if own else self._profiles()})
        return _error(404, "ResourceNotFoundException", f"The stand-in has no {request.path}.")

    def _call(self, operation: str, model: str, body: Mapping[str, Any]) -> Response:
        if operation == "invoke":
            return _invoke(model, body)
        said = converse.conversation(model, body)
        self.metadata.update(body.get("requestMetadata", {}))
        if said.is_throttled:
            return _throttled()
        if operation == "converse":
            return converse.answer(said, body)
        pieces = self.streams.counted(converse.stream(said, body))
        return Response(headers={"Content-Type": "application/vnd.amazon.eventstream"}, pieces=pieces)

    def _openai(self, endpoint: str, body: Mapping[str, Any]) -> Response:
        said = openai.conversation(body)
        action = "bedrock:InvokeModelWithResponseStream" if body.get("stream") else "bedrock:InvokeModel"
        refused = self._refused_by_mantle(said.model) if endpoint == "mantle" else self._refused(said.model, action)
        if refused:
            return refused
        if said.is_throttled:
            return _throttled()
        if not body.get("stream"):
            return openai.answer(said)
        pieces = self.streams.counted(openai.stream(said))
        return Response(headers={"Content-Type": "text/event-stream"}, pieces=pieces)

    def _refused(self, model: str, action: str) -> Response | None:
        """What bedrock-runtime answers when the region has no such model, or the role may not call it."""
        if model not in (*self.models, *self.profiles):
            return _error(400, "ValidationException", "The provided model identifier is invalid.")
        behind = without_geography(self.profiles.get(model, model))
        resources = [f"arn:aws:bedrock:{self.region}::foundation-model/{behind}"]
        profile = "" if behind == model else f"arn:aws:bedrock:{self.region}:{self.account}:inference-profile/{model}"
        if model in self.profiles:
            profile = model
        context = {PROFILE: profile} if profile else {}
        return next(
            (
                self._denied(action, resource)
                for resource in [profile, *resources]
                if resource and not is_allowed(self.statements, action, resource, context)
            ),
            None,
        )

    def _refused_by_mantle(self, model: str) -> Response | None:
        action, project = "bedrock-mantle:CreateInference", f"{self.region}:{self.account}:project/default"
        resource = f"arn:aws:bedrock-mantle:{project}"
        if model not in self.models:
            return _error(404, "not_found_error", f"The model '{model}' does not exist")
        may = is_allowed(self.statements, action, resource, {MANTLE_MODEL: model})
        return None if may else self._denied(action, resource)

    def _denied(self, action: str, resource: str) -> Response:
        role = f"arn:aws:sts::{self.account}:assumed-role/gateway-task/0123456789abcdef"
        text = f"User: {role} is not authorized to perform: {action} on resource: {resource}"
        return _error(403, "AccessDeniedException", text)

    def _foundation_models(self, modality: str | None) -> list[dict[str, Any]]:
        ids = sorted({without_geography(model) for model in self.models})
        summaries = [self._summary(model) for model in ids]
        return [summary for summary in summaries if modality in (None, *summary["outputModalities"])]

    def _summary(self, model: str) -> dict[str, Any]:
        known = catalog.find(model)
        return {
            "modelArn": f"arn:aws:bedrock:{self.region}::foundation-model/{model}",
            "modelId": model,
            "modelName": model,
            "providerName": model.split(".", maxsplit=1)[0],
            "inputModalities": ["TEXT", *(["IMAGE"] if known and "images" in known.modes else [])],
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


def _throttled() -> Response:
    return _error(429, "ThrottlingException", "Too many requests, please wait before trying again.")


def _invoke(model: str, body: Mapping[str, Any]) -> Response:
    vectors = partial(answers.vector, length=catalog.vector_length(model) or 0)
    if model.startswith("amazon.titan-embed"):
        text = body["inputText"]
        return json_response({"embedding": vectors(text), "inputTextTokenCount": len(text.split())})
    if model.startswith("cohere.embed"):
        texts = body["texts"]
        return json_response({"id": "stand-in", "texts": texts, "embeddings": [vectors(text) for text in texts]})
    return _error(400, "ValidationException", f"The stand-in does not know what {model} is invoked with.")


def load(settings: Path) -> Bedrock:
    """The stand-in that a settings file describes."""
    values = json.loads(settings.read_text())
    return Bedrock(
        models=tuple(values["models"]),
        account=values["account"],
        statements=tuple(values["statements"]),
        profiles=values.get("profiles", {}),
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]), load(Path(sys.argv[2])).respond)
