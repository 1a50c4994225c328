"""With limits, Open WebUI says who asks, and the gateway counts in the cache; without them nothing of it is there."""

import json

import pulumi_aws as aws

from tests.program.variants import variant
from tests.support.program import GATEWAY_IMAGE, Config, containers, environment, plan

LIMITS: Config = {"limits": {"requestsADay": 5, "groups": {"Team": {"tokensADay": 9}}}}
WAY = "gateway-to-cache"


def secrets(config: Config, app: str) -> dict[str, str]:
    container = containers(plan(config), app)[app]
    return {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}


def test_open_webui_names_user_groups_and_task_of_each_call() -> None:
    configs = json.loads(environment(plan(LIMITS), "webui")["OPENAI_API_CONFIGS"])
    told = {"X-Limits-User": "{{USER_ID}}", "X-Limits-Groups": "{{USER_GROUPS}}", "X-Limits-Task": "{{TASK}}"}
    assert configs == {"0": {"enable": True, "model_ids": [], "headers": told}}


def test_other_sources_are_not_told_who_asks() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:other-AbCdEf"
    provider = {"url": "https://models.example.com/v1", "keySecretArn": arn}
    configs = json.loads(environment(plan({**LIMITS, "providers": {"other": provider}}), "webui")["OPENAI_API_CONFIGS"])
    assert ("headers" in configs["0"], "headers" in configs["1"]) == (True, False)


def test_the_gateway_alone_gets_the_limits_and_a_way_to_the_cache() -> None:
    recording = plan(LIMITS)
    limits = json.loads(environment(recording, "gateway")["LIMITS"])
    assert (limits["each"], limits["groups"]) == ({"requests": 5}, {"Team": {"all": {"tokens": 9}, "each": {}}})
    assert secrets(LIMITS, "gateway")["LIMITS_REDIS_URL"] == secrets(LIMITS, "webui")["REDIS_URL"]
    assert "LIMITS" not in environment(recording, "webui")
    assert recording.one(aws.vpc.SecurityGroupEgressRule, WAY).inputs["toPort"] == 6379


def test_without_limits_the_gateway_knows_no_cache() -> None:
    recording = plan({"gateway": {"image": GATEWAY_IMAGE}})
    assert "LIMITS" not in environment(recording, "gateway")
    assert "LIMITS_REDIS_URL" not in secrets({"gateway": {"image": GATEWAY_IMAGE}}, "gateway")
    assert WAY not in {rule.name for rule in recording.of_type(aws.vpc.SecurityGroupEgressRule)}


def test_prices_go_to_the_gateway_where_dollars_are_limited_alone() -> None:
    models = {"gateway": {"image": GATEWAY_IMAGE, "models": ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]}}
    dollars = environment(plan({**models, "limits": {"dollarsADay": 2}}), "gateway")
    assert json.loads(dollars["LIMITS"])["prices"] == {"amazon.nova-pro-v1:0": [0.8, 3.2, 0.2]}
    assert json.loads(environment(plan({**models, **LIMITS}), "gateway")["LIMITS"])["prices"] == {}


def test_litellm_holds_limits_too() -> None:
    limits = json.loads(environment(variant("LiteLLM with all that it can").plan(), "gateway")["LIMITS"])
    assert limits["groups"] == {"Forschung Köln": {"all": {}, "each": {"requests": 900}}}
