"""The gateway may invoke the models of the stack, by the ways AWS routes them, and no others."""

import fnmatch
import json

import pytest

from aws_rules import bedrock
from aws_rules.iam import Statement

ACCOUNT = "123456789012"
OWN = f"arn:aws:bedrock:eu-west-1:{ACCOUNT}"
APPLICATION = f"{OWN}:application-inference-profile/abc123def456"


def statements(
    *models: str, partition: str = "aws", region: str = "eu-west-1", residency: str | None = None
) -> list[Statement]:
    return bedrock.statements(partition, region, ACCOUNT, models, residency)


def may_invoke(granted: list[Statement], arn: str, profile: str | None = None) -> bool:
    """What IAM decides for InvokeModel on `arn`, called through `profile` or directly."""
    for statement in granted:
        document = json.loads(json.dumps(statement))
        profiles = document.get("Condition", {}).get("ArnLike", {}).get("bedrock:InferenceProfileArn")
        through = profiles is None or any(fnmatch.fnmatchcase(profile or "", pattern) for pattern in profiles)
        if (
            "bedrock:InvokeModel" in document["Action"]
            and through
            and any(fnmatch.fnmatchcase(arn, pattern) for pattern in document["Resource"])
        ):
            return True
    return False


def model(model_id: str, region: str = "eu-west-1") -> str:
    return f"arn:aws:bedrock:{region}::foundation-model/{model_id}"


def profile(profile_id: str) -> str:
    return f"{OWN}:inference-profile/{profile_id}"


def test_a_model_is_invoked_in_the_stacks_own_region_only() -> None:
    granted = statements("amazon.nova-pro-v1:0")
    assert may_invoke(granted, model("amazon.nova-pro-v1:0"))
    assert not may_invoke(granted, model("amazon.nova-pro-v1:0", "us-east-1"))
    assert not may_invoke(granted, model("amazon.nova-lite-v1:0"))


def test_a_profile_reaches_its_model_in_every_region_but_only_through_the_profile() -> None:
    granted = statements("eu.anthropic.claude-sonnet-4-v1:0")
    through = profile("eu.anthropic.claude-sonnet-4-v1:0")
    target = model("anthropic.claude-sonnet-4-v1:0", "eu-north-1")
    assert may_invoke(granted, through)
    assert may_invoke(granted, target, through)
    assert not may_invoke(granted, target)
    assert not may_invoke(granted, target, profile("eu.other"))
    assert not may_invoke(granted, model("anthropic.claude-opus-4-v1:0"), through)


@pytest.mark.parametrize("geography", ["us", "eu", "apac", "jp", "au", "ca", "us-gov", "global"])
def test_every_geography_is_taken_off_the_models_id(geography: str) -> None:
    through = profile(f"{geography}.amazon.nova-pro-v1:0")
    assert may_invoke(statements(f"{geography}.amazon.nova-pro-v1:0"), model("amazon.nova-pro-v1:0"), through)


def test_a_global_profile_reaches_the_model_that_has_no_region() -> None:
    target = model("anthropic.claude-sonnet-4-v1:0", "")
    granted = statements("global.anthropic.claude-sonnet-4-v1:0")
    assert target in json.dumps(granted)
    assert may_invoke(granted, target, profile("global.anthropic.claude-sonnet-4-v1:0"))
    assert target not in json.dumps(statements("eu.anthropic.claude-sonnet-4-v1:0"))


def test_an_application_profile_is_granted_as_it_is_and_opens_models_only_through_itself() -> None:
    granted = statements(APPLICATION)
    assert may_invoke(granted, APPLICATION)
    assert may_invoke(granted, model("amazon.nova-pro-v1:0", "eu-west-3"), APPLICATION)
    assert not may_invoke(granted, model("amazon.nova-pro-v1:0"))


def test_a_provider_with_a_short_name_is_no_geography() -> None:
    granted = statements("zai.glm-4.6")
    assert may_invoke(granted, model("zai.glm-4.6"))


def test_without_a_list_every_model_and_profile_is_granted_and_other_regions_only_through_profiles() -> None:
    granted = statements()
    assert may_invoke(granted, model("amazon.nova-pro-v1:0"))
    assert may_invoke(granted, APPLICATION)
    assert may_invoke(granted, model("x.y", "us-east-1"), profile("eu.x.y"))
    assert not may_invoke(granted, model("x.y", "us-east-1"))
    assert not may_invoke(granted, f"arn:aws:bedrock:eu-west-1:{ACCOUNT}:provisioned-model/x")


@pytest.mark.parametrize(("residency", "region"), [("us", "us-east-1"), ("eu", "eu-west-1"), ("apac", "ap-south-1")])
def test_a_residency_limits_all_models_to_its_profiles_and_regions(residency: str, region: str) -> None:
    granted = statements(region=region, residency=residency)
    own = f"arn:aws:bedrock:{region}:{ACCOUNT}"
    through = f"{own}:inference-profile/{residency}.x.y"
    assert may_invoke(granted, through)
    assert may_invoke(granted, model("x.y", region))
    assert may_invoke(granted, model("x.y", region), through)
    for elsewhere in {"us-west-2", "eu-central-1", "ap-northeast-1"} - {region}:
        assert may_invoke(granted, model("x.y", elsewhere), through) == (elsewhere[:2] == region[:2])
    others = ({"us", "eu", "apac"} - {residency}) | {"global"}
    assert not any(may_invoke(granted, f"{own}:inference-profile/{other}.x.y") for other in others)
    assert not may_invoke(granted, f"{own}:application-inference-profile/abc123")
    assert not may_invoke(granted, model("x.y", ""), through)


def test_answers_that_stay_in_the_region_come_through_no_profile() -> None:
    granted = statements(residency="region")
    assert may_invoke(granted, model("x.y"))
    assert not may_invoke(granted, profile("eu.x.y"))
    assert "inference-profile" not in json.dumps(granted)


def test_a_listed_profile_reaches_its_model_within_the_residency_only() -> None:
    granted = statements("eu.x.y", residency="eu")
    assert may_invoke(granted, model("x.y", "eu-north-1"), profile("eu.x.y"))
    assert not may_invoke(granted, model("x.y", "us-east-1"), profile("eu.x.y"))


@pytest.mark.parametrize("models", [(), ("a.b-c", "us-gov.a.b-c", APPLICATION.replace("arn:aws:", "arn:aws-us-gov:"))])
def test_every_arn_belongs_to_the_stacks_partition(models: tuple[str, ...]) -> None:
    text = json.dumps(statements(*models, partition="aws-us-gov", region="us-gov-west-1"))
    assert "arn:aws-us-gov:" in text
    assert "arn:aws:" not in text


def test_the_order_in_which_models_are_listed_does_not_change_the_policy() -> None:
    models = ("b.model-1", "a.model-2", "us.b.model-3", "eu.b.model-4")
    assert statements(*models) == statements(*models[::-1])


def test_models_at_mantle_are_named_by_a_condition_and_give_no_right_at_bedrock_runtime() -> None:
    granted = bedrock.by_mantle("aws", "eu-west-1", ACCOUNT, ("qwen.qwen3-32b", "openai.gpt-5.5"))
    assert granted["Action"] == ["bedrock-mantle:CreateInference"]
    assert granted["Resource"] == [f"arn:aws:bedrock-mantle:eu-west-1:{ACCOUNT}:project/default"]
    assert granted["Condition"] == {"StringEquals": {"bedrock-mantle:Model": ["qwen.qwen3-32b", "openai.gpt-5.5"]}}


def test_both_ways_of_answering_are_granted_and_listing_is_too() -> None:
    (invoking,) = statements("amazon.nova-pro-v1:0")
    assert bedrock.list_models()["Action"] == ["bedrock:ListFoundationModels", "bedrock:ListInferenceProfiles"]
    assert invoking["Action"] == ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
