"""Each engine calls a model by one of Bedrock's APIs, or the plan refuses the model; what LiteLLM is told is exact."""

import json
from collections import Counter
from typing import Any

import pytest

from aws_rules import bedrock, models
from aws_rules.models import MODELS, Api
from gateway_engines import ENGINES, EngineName, Guardrail, Model, Run
from gateway_engines.litellm import configuration
from tests.settings.samples import problems, valid

ACCOUNT = "123456789012"
IDS = sorted({*MODELS, *(f"{prefix}.{name}" for name, model in MODELS.items() for prefix in model.geographies)})
"""Every id of the table, and every inference profile of its models."""
NEEDED = ("amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0")
LITELLM = {"engine": "litellm", "image": None}


def refused(engine: EngineName, model: str) -> list[str]:
    """The keys of what the rules say of a gateway that lists the model."""
    gateway: dict[str, Any] = {"models": list(dict.fromkeys([*NEEDED, model]))}
    if engine is EngineName.LITELLM:
        gateway |= LITELLM
    return [problem.key for problem in problems(valid(gateway=gateway))]


@pytest.mark.parametrize("engine", EngineName)
def test_every_model_of_the_table_has_one_api_or_is_refused(engine: EngineName) -> None:
    assert len(IDS) >= 60
    apis = {model: models.api(model, ENGINES[engine].apis) for model in IDS}
    ended = {name for name, model in MODELS.items() if model.end_of_life}
    unreached = {model for model, api in apis.items() if api is None}
    for model in sorted(unreached)[::3]:
        assert "gateway.models[2]" in refused(engine, model), model
    for api in set(apis.values()) - {None}:
        reached = [model for model, its in apis.items() if its is api and model not in {*ended, *NEEDED}]
        assert refused(engine, reached[0]) == [], reached[0]


def test_litellm_reaches_all_that_the_access_gateway_does_and_more() -> None:
    access, litellm = (ENGINES[name].apis for name in (EngineName.ACCESS_GATEWAY, EngineName.LITELLM))
    reached = Counter(models.api(model, litellm) for model in IDS)
    assert access < litellm
    assert reached[None] < Counter(models.api(model, access) for model in IDS)[None]
    assert min(reached[api] for api in Api) > 0


def run(*listed: Model, **more: Any) -> Run:
    return Run(
        port=8080,
        processes=2,
        keep_alive="910",
        client_timeout=900,
        region="us-east-1",
        models=listed,
        default_model=NEEDED[0],
        embedding_model=NEEDED[1],
        **more,
    )


def told(*listed: Model, **more: Any) -> list[dict[str, Any]]:
    """LiteLLM's parameters of each model."""
    return [entry["litellm_params"] for entry in configuration(run(*listed, **more))["model_list"]]


@pytest.mark.parametrize(
    ("api", "name"),
    [
        (Api.CONVERSE, "bedrock/converse/m"),
        (Api.OPENAI_RUNTIME, "bedrock/chat_completions/m"),
        (Api.OPENAI_MANTLE, "bedrock_mantle/m"),
        (Api.INVOKE_MODEL, "bedrock/m"),
    ],
)
def test_litellm_calls_a_model_by_its_api_in_its_region_as_its_role(api: Api, name: str) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    (parameters,) = told(Model(id="m", api=api, region="eu-west-1", role_arn=role))
    assert parameters == {
        "model": name,
        "aws_region_name": "eu-west-1",
        "aws_role_name": role,
        "aws_session_name": "gateway",
    }


def test_each_chat_goes_through_the_guardrail_and_no_embedding_does() -> None:
    chat = Model(id=NEEDED[0], api=Api.CONVERSE, region="us-east-1")
    embedding = Model(id=NEEDED[1], api=Api.INVOKE_MODEL, region="us-east-1")
    asked, embedded = told(chat, embedding, guardrail=Guardrail(id="gr1", version="2"))
    assert asked["guardrailConfig"] == {"guardrailIdentifier": "gr1", "guardrailVersion": "2"}
    assert "guardrailConfig" not in embedded


@pytest.mark.parametrize(
    ("model", "caches"),
    [
        ("us.anthropic.claude-haiku-4-5-20251001-v1:0", True),
        ("amazon.nova-pro-v1:0", True),
        ("us.meta.llama4-maverick-17b-instruct-v1:0", False),
    ],
)
def test_only_prompts_of_models_that_cache_get_a_cache_point(model: str, caches: bool) -> None:
    (parameters,) = told(Model(id=model, api=Api.CONVERSE, region="us-east-1"), prompt_caching=True)
    assert ("cache_control_injection_points" in parameters) is caches


def test_the_key_is_named_and_not_written_down() -> None:
    variables = ENGINES[EngineName.LITELLM].environment(run())
    assert json.loads(variables["LITELLM_CONFIG"])["general_settings"]["master_key"] == "os.environ/LITELLM_MASTER_KEY"


GOLDEN = {
    Api.CONVERSE: ("amazon.nova-pro-v1:0", "bedrock:InvokeModel", "foundation-model/amazon.nova-pro-v1:0"),
    Api.OPENAI_RUNTIME: ("us.openai.gpt-5.6-sol", "bedrock:InvokeModel", "inference-profile/us.openai.gpt-5.6-sol"),
    Api.INVOKE_MODEL: (NEEDED[1], "bedrock:InvokeModel", f"foundation-model/{NEEDED[1]}"),
    Api.OPENAI_MANTLE: ("qwen.qwen3-32b", "bedrock-mantle:CreateInference", "project/default"),
}


@pytest.mark.parametrize("api", Api)
def test_each_api_has_its_rights(api: Api) -> None:
    model, action, resource = GOLDEN[api]
    assert models.api(model, frozenset(Api)) is api
    place = ("aws", "us-east-1", ACCOUNT, (model,))
    granted = [bedrock.by_mantle(*place)] if api is Api.OPENAI_MANTLE else bedrock.statements(*place)
    first = json.loads(json.dumps(granted[0]))
    assert action in first["Action"]
    assert [arn.endswith(resource) for arn in first["Resource"]] == [True]


def test_litellm_calls_a_profile_and_knows_the_model_behind_it() -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
    model = Model(id=NEEDED[0], api=Api.CONVERSE, region="us-east-1", profile_arn=arn)
    (told,) = configuration(run(model))["model_list"]
    assert told["model_name"] == NEEDED[0]
    assert told["litellm_params"] == {
        "model": f"bedrock/converse/{NEEDED[0]}",
        "model_id": arn,
        "aws_region_name": "us-east-1",
    }
