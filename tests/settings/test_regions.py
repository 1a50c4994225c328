"""What rests on the stack's region: whether there is one, which models it has, what lies elsewhere."""

import re
from typing import Any

import pytest

from problems import Problem
from settings import loading
from tests.settings.samples import problems, valid
from tests.settings.test_refused import follow

EMBEDDINGS = "amazon.titan-embed-text-v2:0"


def refused(region: str, **gateway: Any) -> list[Problem]:
    return [*problems(valid(gateway=gateway), region=region)]


@pytest.mark.parametrize(
    ("region", "rule", "meant"),
    [
        ("us-esat-1", "must be a region of AWS such as us-east-1", "us-east-1"),
        ("us-east1", "must be a region of AWS such as us-east-1", "us-east-1"),
        ("US-EAST-1", "must be a region of AWS such as us-east-1", "us-east-1"),
        (" eu-west-1", "must be a region of AWS such as us-east-1", "eu-west-1"),
        ("eu-central-1b", "must be a region, not one of its Availability Zones", "eu-central-1"),
        ("eu-centrall-1", "must be a region of AWS such as us-east-1", "eu-central-1"),
        ("us-gov-wset-1", "must be a region of AWS such as us-east-1", "us-gov-west-1"),
        ("US East (N. Virginia)", "must be a region of AWS such as us-east-1", "us-east-1"),
        ("mars-north-1", "must be a region of AWS such as us-east-1", "[a-z-]+-1"),
    ],
)
def test_a_region_that_is_none_is_refused_once_with_the_one_that_is_meant(region: str, rule: str, meant: str) -> None:
    (problem,) = refused(region, models=["eu.amazon.nova-pro-v1:0", EMBEDDINGS], defaultModel="eu.amazon.nova-pro-v1:0")
    assert problem.rule == f'aws:region, or else AWS_REGION: read "{region}"; {rule}'
    assert re.fullmatch(f"write `aws:region: {meant}` below `config` in Pulumi.<stack>.yaml", problem.remedy)


CALLED_FROM = {
    "us.amazon.nova-pro-v1:0": ("us-east-1", "us-west-2", "ca-central-1"),
    "eu.amazon.nova-pro-v1:0": ("eu-central-1", "eu-north-1"),
    "apac.amazon.nova-pro-v1:0": ("ap-south-1", "ap-southeast-2"),
    "jp.anthropic.claude-sonnet-4-5-20250929-v1:0": ("ap-northeast-1", "ap-northeast-3"),
    "au.anthropic.claude-sonnet-4-5-20250929-v1:0": ("ap-southeast-2", "ap-southeast-4"),
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-gov-west-1",),
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-east-1", "eu-west-3", "sa-east-1"),
    "deepseek.v3-v1:0": ("us-east-1", "us-gov-west-1"),
}
NOT_FROM = {
    "us.amazon.nova-pro-v1:0": ("eu-central-1", "us-gov-west-1", "ap-northeast-1"),
    "eu.amazon.nova-pro-v1:0": ("us-east-1", "ap-south-1"),
    "apac.amazon.nova-pro-v1:0": ("us-east-1", "eu-west-1"),
    "jp.anthropic.claude-sonnet-4-5-20250929-v1:0": ("ap-southeast-1", "us-east-1"),
    "au.anthropic.claude-sonnet-4-5-20250929-v1:0": ("ap-northeast-1",),
    "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-east-1",),
    "global.anthropic.claude-sonnet-4-5-20250929-v1:0": ("us-gov-west-1",),
}


@pytest.mark.parametrize(("model", "region"), [(m, region) for m, regions in CALLED_FROM.items() for region in regions])
def test_a_model_is_called_from_the_regions_of_its_geography(model: str, region: str) -> None:
    assert refused(region, models=[model, EMBEDDINGS], defaultModel=model) == []


@pytest.mark.parametrize(("model", "region"), [(m, region) for m, regions in NOT_FROM.items() for region in regions])
def test_a_model_of_another_geography_is_refused_wherever_it_is_named(model: str, region: str) -> None:
    found = refused(region, models=[model, EMBEDDINGS], defaultModel=model, taskModel=model)
    assert [problem.key for problem in found] == ["gateway.defaultModel", "gateway.models[0]", "gateway.taskModel"]
    geography = model.partition(".")[0]
    assert {problem.rule for problem in found} == {
        f"cannot be called in {region}: {geography}. is the geography of other regions"
    }


@pytest.mark.parametrize("region", ["cn-north-1", "cn-northwest-1"])
def test_a_gateway_in_china_has_no_bedrock_to_call(region: str) -> None:
    (problem,) = refused(region)
    assert (problem.key, problem.rule) == (
        "gateway.enabled",
        f"must be false in {region}: Amazon Bedrock is not in China; name other models in webui.env",
    )
    assert refused(region, enabled=False, image=None) == []


@pytest.mark.parametrize("nat", ["none", "single"])
def test_a_network_in_china_has_no_endpoints_of_bedrock(nat: str) -> None:
    image = "{account}.dkr.ecr.{region}.amazonaws.com/open-webui:v0.12.4"
    network = {"natGateways": nat, "endpoints": True}
    raw = valid(network=network, webui={"image": image}, gateway={"enabled": False, "image": None})
    (problem,) = problems(raw, region="cn-north-1")
    assert problem.key == "network.endpoints"
    follow(problem.fixes[0], raw)
    assert problems(raw, region="cn-north-1") == ()


@pytest.mark.parametrize(
    ("config", "environment", "region"),
    [
        ("eu-west-1", {"AWS_REGION": "us-east-1"}, "eu-west-1"),
        (None, {"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-east-1"}, "us-west-2"),
        ("", {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        (None, {}, None),
    ],
)
def test_the_region_is_found_where_the_provider_looks_for_it(
    config: str | None, environment: dict[str, str], region: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert loading.region_of({} if config is None else {"aws:region": config}) == region


@pytest.mark.parametrize("region", ["eu-central-1", "cn-north-1"])
def test_backups_are_copied_to_another_region_of_the_partition(region: str) -> None:
    rows = {to: [*problems(valid(backup={"copyTo": to}), region="eu-central-1")] for to in ("eu-west-1", region)}
    assert [len(found) for found in rows.values()] == [0, 1]
    assert "must be another region of the partition that eu-central-1 belongs to" in rows[region][0].rule
