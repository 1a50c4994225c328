"""With LiteLLM each model may be called in a region and as a role of its own: configuration and rights follow."""

import json
from typing import Any

import pytest

from tests.offline.plan.test_report import text_of
from tests.settings.samples import problems, valid
from tests.support.program import GATEWAY_IMAGE, Config, environment, plan, statements

ACCOUNT, ROLE = "123456789012", "arn:aws:iam::210987654321:role/bedrock-caller"
NOVA, CLAUDE, QWEN = "amazon.nova-pro-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "qwen.qwen3-32b"
LITE, TITAN = "amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0"


def litellm(*models: Any, **more: Any) -> Config:
    return {"engine": "litellm", "models": list(models), **more}


APART = litellm(
    NOVA,
    {"id": CLAUDE, "region": "us-west-2"},
    {"id": QWEN, "region": "us-west-2"},
    {"id": LITE, "region": "eu-west-1", "assumeRole": ROLE},
    {"id": TITAN},
)


def test_each_model_is_called_where_and_as_whom_it_says() -> None:
    told = json.loads(environment(plan({"gateway": APART}), "gateway")["LITELLM_CONFIG"])["model_list"]
    places = [(one["litellm_params"]["aws_region_name"], one["litellm_params"].get("aws_role_name")) for one in told]
    assert places == [
        ("us-east-1", None),
        ("us-west-2", None),
        ("us-west-2", None),
        ("eu-west-1", ROLE),
        ("us-east-1", None),
    ]


def test_the_role_has_rights_in_each_region_and_none_on_what_another_role_calls() -> None:
    granted = statements(plan({"gateway": APART}), "gateway-task-policy")
    assert {sid: statement["Resource"] for sid, statement in granted.items() if sid.startswith("Bedrock")} == {
        "BedrockAsRole": [ROLE],
        "BedrockInvoke": [f"arn:aws:bedrock:us-east-1::foundation-model/{model}" for model in (NOVA, TITAN)],
        "BedrockInvokeUsWest2": [f"arn:aws:bedrock:us-west-2:{ACCOUNT}:inference-profile/{CLAUDE}"],
        "BedrockThroughProfilesUsWest2": [f"arn:aws:bedrock:*::foundation-model/{CLAUDE.removeprefix('us.')}"],
        "BedrockMantleUsWest2": [f"arn:aws:bedrock-mantle:us-west-2:{ACCOUNT}:project/default"],
    }


@pytest.mark.parametrize(
    ("region", "model", "more", "key"),
    [
        ("us-east-1", {"id": NOVA, "region": "us-gov-west-1"}, {}, "region"),
        ("us-east-1", {"id": NOVA, "assumeRole": ROLE.replace("aws", "aws-us-gov", 1)}, {}, "assumeRole"),
        ("us-east-1", {"id": NOVA, "region": "eu-west-1"}, {"residency": "us"}, "region"),
        ("us-east-1", {"id": f"us.{NOVA}", "region": "eu-west-1"}, {}, "id"),
        ("us-east-1", {"id": QWEN, "region": "ca-west-1"}, {}, ""),
        ("eu-west-1", {"id": f"us.{NOVA}", "region": "us-east-1"}, {}, None),
        ("ca-west-1", {"id": QWEN, "region": "us-west-2"}, {}, None),
    ],
)
def test_the_rules_of_regions_follow_a_models_own(
    region: str, model: dict[str, str], more: Config, key: str | None
) -> None:
    raw = valid(gateway=litellm(TITAN, LITE, model, image=None, defaultModel=LITE, **more))
    refused = [problem.key for problem in problems(raw, region=region)]
    assert refused == ([] if key is None else [f"gateway.models[2].{key}".rstrip(".")])


def test_a_list_that_does_not_fit_a_task_definition_is_refused() -> None:
    """Models that another role calls need no right, so that the size of the role's policy does not limit them."""
    names = [f"vendor.model-{number}-v1:0" for number in range(100)]
    fits, long = "Short", "A long description for people. " * 20
    for about, refused in ((fits, []), (long, ["gateway.models"])):
        listed = [{"id": name, "description": about, "assumeRole": ROLE} for name in names]
        found = problems(valid(gateway=litellm(NOVA, TITAN, *listed, image=None)))
        assert [problem.key for problem in found] == refused, [str(problem) for problem in found]


def test_variables_beside_a_long_list_may_be_as_long_as_what_is_left() -> None:
    variables = {"NOTES": "x" * 48_000}
    assert problems(valid(gateway={"image": GATEWAY_IMAGE, "env": variables})) == ()
    listed = [{"id": f"vendor.model-{number}-v1:0"} for number in range(20)]
    (problem,) = problems(valid(gateway=litellm(NOVA, TITAN, *listed, image=None, env=variables)))
    assert (problem.key, ("gateway", "models") in problem.also) == ("gateway.env", True)


@pytest.mark.parametrize(
    ("gateway", "told"),
    [
        ({"image": GATEWAY_IMAGE}, "6 at once in a task"),
        ({"image": GATEWAY_IMAGE, "workers": 3}, "3 at once in a task"),
        (litellm(NOVA, TITAN), None),
        ({"enabled": False}, None),
    ],
)
def test_the_plan_says_how_many_answers_a_task_gives_at_once_where_others_wait(
    gateway: Config, told: str | None
) -> None:
    text = text_of(plan({"gateway": gateway}))
    assert (told in text) if told else "at once in a task" not in text
