"""Whether an account may call models: each is called once, and what is missing is told with its command."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

from aws_rules import models as catalog
from aws_rules.model_ids import without_geography
from aws_rules.models import Api
from health.aws import CLIENT_CONFIG, Aws, message

ANSWERS: Final = "answers"
MANTLE: Final = "https://bedrock-mantle.{region}.api.aws/v1/chat/completions"

_MANTLE_CODES: Final = {403: "AccessDeniedException", 429: "ThrottlingException", 503: "ServiceUnavailableException"}
_BUSY: Final = {"ThrottlingException", "ServiceUnavailableException", "ModelNotReadyException"}
_EMBEDDING_BODIES: Final = {
    "cohere": {"texts": ["hi"], "input_type": "search_query"},
    "amazon.nova": {
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": {
            "embeddingPurpose": "GENERIC_INDEX",
            "text": {"truncationMode": "END", "value": "hi"},
        },
    },
    "amazon.titan": {"inputText": "hi"},
}
"""The smallest request, by the beginning of a model's id."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of one call."""

    model_id: str
    told: str
    remedy: str = ""

    @property
    def answers(self) -> bool:
        """Whether nothing is to be done."""
        return not self.remedy


def try_each(aws: Aws, region: str, model_ids: list[str]) -> Iterator[Verdict]:
    """Call each model once. Raises one of AWS_ERRORS when AWS is not reached or nobody is signed in."""
    for model_id in model_ids:
        try:
            if catalog.apis(model_id) == (Api.OPENAI_MANTLE,):
                _call_mantle(aws.session, region, model_id)
            else:
                _call(aws.client("bedrock-runtime"), model_id)
            yield Verdict(model_id=model_id, told=ANSWERS)
        except ClientError as error:
            yield _judged(aws, region, model_id, error)


def _call(runtime: Any, model_id: str) -> None:
    if catalog.is_embedding(model_id):
        own = without_geography(model_id)
        body = next(body for start, body in _EMBEDDING_BODIES.items() if own.startswith(start))
        runtime.invoke_model(modelId=model_id, body=json.dumps(body))
    else:
        question = [{"role": "user", "content": [{"text": "hi"}]}]
        runtime.converse(modelId=model_id, messages=question, inferenceConfig={"maxTokens": 16})


def _call_mantle(session: boto3.Session, region: str, model_id: str) -> None:
    """OpenAI's API at bedrock-mantle, for which botocore has no client; signed as LiteLLM signs it."""
    body = {"model": model_id, "messages": [{"role": "user", "content": "hi"}], "max_completion_tokens": 16}
    headers = {"Content-Type": "application/json"}
    request = AWSRequest("POST", MANTLE.format(region=region), headers, json.dumps(body))
    SigV4Auth(session.get_credentials(), "bedrock", region).add_auth(request)
    answer = URLLib3Session(timeout=CLIENT_CONFIG.read_timeout).send(request.prepare())
    if answer.status_code != HTTPStatus.OK:
        code = _MANTLE_CODES.get(answer.status_code, str(answer.status_code))
        raise ClientError({"Error": {"Code": code, "Message": answer.text}}, "CreateInference")


def _judged(aws: Aws, region: str, model_id: str, error: ClientError) -> Verdict:
    code, text = str(error.response["Error"]["Code"]), message(error)
    own = without_geography(model_id)
    if code in _BUSY:
        return Verdict(model_id=model_id, told=f"{ANSWERS}, but is busy now ({code})")
    if "use case details" in text or "use-case form" in text:
        remedy = f"{_FORM}, then 15 minutes later again; the console of Bedrock asks the same questions"
        return Verdict(model_id=model_id, told="needs its maker's form, once per account", remedy=remedy)
    if "on-demand throughput" in text:
        model = catalog.find(model_id)
        ways = ", ".join(f"{prefix}.{own}" for prefix in sorted(model.geographies)) if model else "a profile of it"
        return Verdict(model_id=model_id, told="is called through an inference profile only", remedy=f"name {ways}")
    if "end of its life" in text or "marked by provider as Legacy" in text:
        return Verdict(model_id=model_id, told=f"has ended: {text}", remedy="name a newer model")
    if code == "AccessDeniedException" and _needs_subscription(aws, own):
        offers = f"aws bedrock list-foundation-model-agreement-offers --region {region} --model-id {own}"
        accept = (
            f"aws bedrock create-foundation-model-agreement --region {region} --model-id {own} --offer-token <token>"
        )
        return Verdict(model_id=model_id, told="needs a subscription, once per account", remedy=f"{offers}\n{accept}")
    return Verdict(
        model_id=model_id, told=f"does not answer: {text}", remedy=_RIGHTS if code == "AccessDeniedException" else _LOOK
    )


def _needs_subscription(aws: Aws, model_id: str) -> bool:
    """Whether the account has no agreement for the model; no when that cannot be told."""
    try:
        found = aws.client("bedrock").get_foundation_model_availability(modelId=model_id)
    except ClientError:
        return False
    return bool(found["agreementAvailability"]["status"] == "NOT_AVAILABLE")


_FORM: Final = "aws bedrock put-use-case-for-model-access --form-data fileb://form.json"
_RIGHTS: Final = (
    "your own rights or an organization's policy forbid it: bedrock:InvokeModel is needed, "
    "or bedrock-mantle:CreateInference"
)
_LOOK: Final = "look the message up in the Amazon Bedrock user guide, Troubleshooting API error codes"
