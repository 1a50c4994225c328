"""What AWS says before anything is registered: names that the hosted zone holds, zones that the stack can stand in."""

from typing import Any

import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from aws_rules.zones import EXCLUDED_ZONE_IDS
from offline import engine
from offline.engine import AwsFacts
from offline.engine.monitor import Monitor
from settings import SettingsError
from tests.program.variants import CERTIFICATE, DOMAIN, IN_ECR, given_vpc
from tests.settings.samples import valid
from tests.support.program import ROOT, Config, plan

ZONE = DOMAIN["hostedZoneId"]
ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")


def service(*hosts: str) -> dict[str, Any]:
    return {"image": "public.ecr.aws/team/docs:1.4.2", "port": 3000, "healthPath": "/", "hosts": list(hosts)}


def refused(config: dict[str, Any], aws: AwsFacts) -> list[str]:
    """The problems of a program that had asked AWS, by key, with what they say; nothing was registered."""
    made: list[Monitor] = []

    def kept(*args: Any, **kwargs: Any) -> Monitor:
        made.append(Monitor(*args, **kwargs))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Monitor", kept)
        with pytest.raises(SettingsError) as error:
            engine.record(ROOT / "__main__.py", config=config, aws=aws)
    assert made[-1].recording([]).resources == []
    return [str(problem) for problem in error.value.problems]


def hosted(**zone: Any) -> AwsFacts:
    return AwsFacts(hosted_zones={ZONE: zone})


def test_hosts_and_domain_outside_of_the_zone_are_refused() -> None:
    config = valid(loadBalancer=DOMAIN, services={"docs": service("docs.example.com", "docs.example.org")})
    lookup = "aws route53 list-hosted-zones-by-name --dns-name chat.example.com"
    assert refused(config, hosted(name="example.org")) == [
        f"loadBalancer.domain: read chat.example.com; must lie in the hosted zone {ZONE}, which is example.org; fix: "
        "pulumi config set --path webui-bedrock:loadBalancer.domain chat.example.org, or set loadBalancer.hostedZoneId "
        f"to the domain's zone ({lookup})",
        f"services.docs.hosts[0]: read docs.example.com; must lie in the hosted zone {ZONE}, which is example.org: "
        "the stack's certificate is validated there; fix: pulumi config rm --path "
        "'webui-bedrock:services.docs.hosts[0]', or bring a certificate for it in loadBalancer.certificateArn",
    ]


def test_a_certificate_cannot_be_validated_in_a_private_zone() -> None:
    (problem,) = refused(valid(loadBalancer=DOMAIN), hosted(name="example.com", privateZone=True))
    assert problem.startswith(f"loadBalancer.hostedZoneId: read {ZONE}; must be a public hosted zone")


def test_a_domain_outside_of_the_zone_is_refused_with_a_certificate_too() -> None:
    config = valid(loadBalancer={**DOMAIN, "certificateArn": CERTIFICATE})
    (problem,) = refused(config, hosted(name="example.org", privateZone=True))
    assert problem.startswith("loadBalancer.domain:")


def test_hosts_get_a_place_in_the_certificate_and_a_record_whatever_their_case() -> None:
    domain = {**DOMAIN, "domain": "Chat.example.com"}
    docs = service("Docs.example.com", "*.docs.example.com", "chat.example.com")
    recording = plan({"loadBalancer": domain, "services": {"docs": {**docs, "paths": ["/docs"]}}})
    certificate = recording.one(aws.acm.Certificate).inputs
    assert (certificate["domainName"], certificate["subjectAlternativeNames"]) == (
        "chat.example.com",
        ["*.docs.example.com", "docs.example.com"],
    )
    aliases = {
        record.inputs["name"] for record in recording.of_type(aws.route53.Record) if record.inputs["type"] == "A"
    }
    assert aliases == {"chat.example.com", "docs.example.com", "*.docs.example.com"}


def test_with_a_certificate_that_is_brought_hosts_of_other_zones_are_the_users() -> None:
    balancer = {**DOMAIN, "certificateArn": CERTIFICATE}
    hosts = ("docs.example.com", "docs.example.org", "docs-*.example.com")
    recording = plan({"loadBalancer": balancer, "services": {"docs": service(*hosts)}})
    assert {record.inputs["name"] for record in recording.of_type(aws.route53.Record)} == {
        "chat.example.com",
        "docs.example.com",
    }


def test_neither_a_local_zone_nor_one_without_fargate_is_asked_for() -> None:
    """Local Zones have to be opted into; neither a load balancer nor EFS stands in one."""
    (asked,) = [invoke.args for invoke in plan().invokes if invoke.token.endswith(":getAvailabilityZones")]
    assert set(asked["excludeZoneIds"]) == set(EXCLUDED_ZONE_IDS) != set()
    assert asked["filters"] == [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]


def test_a_zone_that_is_impaired_moves_no_subnet() -> None:
    def subnets(*impaired: str) -> Any:
        aws = AwsFacts(availability_zones=ZONES, impaired_zones=impaired)
        return plan({"network": {"availabilityZones": 2}}, aws=aws).one(awsx.ec2.Vpc).inputs

    assert subnets("us-east-1a") == subnets()


def test_a_given_private_subnet_in_a_zone_that_the_stack_cannot_use_is_refused() -> None:
    variant = given_vpc("abc")
    assert variant.aws is not None
    private = dict(variant.aws.subnets)
    unfit = list(private)[1]
    private[unfit] = {**private[unfit], "availabilityZoneId": "use1-az3"}
    (problem,) = refused(valid(**variant.overrides), AwsFacts(vpcs=variant.aws.vpcs, subnets=private))
    assert f"private subnet {unfit} is in use1-az3" in problem


@pytest.mark.parametrize(("exec_enabled", "endpoints"), [(True, 1), (False, 0)])
def test_a_closed_network_leads_to_kms_where_a_service_may_be_entered(exec_enabled: bool, endpoints: int) -> None:
    webui = {"image": IN_ECR, "exec": exec_enabled}
    recording = plan({"network": {"natGateways": "none", "endpoints": True}, "webui": webui})
    found = [resource for resource in recording.resources if resource.name == "network-kms"]
    assert len(found) == endpoints


IN_OWN_ECR = "{account}.dkr.ecr.{region}.amazonaws.com/litellm-non_root:v1.108.7"
ROLE = "arn:aws:iam::210987654321:role/bedrock-caller"


@pytest.mark.parametrize(
    ("gateway", "endpoints"),
    [
        ({}, set()),
        ({"models": ["amazon.nova-pro-v1:0", "qwen.qwen3-32b", "amazon.titan-embed-text-v2:0"]}, {"bedrock-mantle"}),
        ({"assumeRole": ROLE}, {"sts"}),
    ],
)
def test_a_closed_network_leads_to_what_its_gateway_calls(gateway: Config, endpoints: set[str]) -> None:
    models = ["amazon.nova-pro-v1:0", "amazon.titan-embed-text-v2:0"]
    litellm = {"engine": "litellm", "image": IN_OWN_ECR, "models": models, **gateway}
    network = {"natGateways": "none", "endpoints": True}
    recording = plan({"network": network, "webui": {"image": IN_ECR}, "gateway": litellm})
    names = {resource.name.removeprefix("network-") for resource in recording.resources}
    assert names & {"bedrock-mantle", "sts"} == endpoints


@pytest.mark.parametrize(("region", "asked", "there"), [("us-west-1", 3, 2), ("eu-west-1", 4, 3), ("us-east-1", 6, 5)])
def test_more_zones_than_the_region_has_for_fargate_are_refused(region: str, asked: int, there: int) -> None:
    (problem,) = refused(valid(network={"availabilityZones": asked}), AwsFacts(region=region))
    assert f"read {asked}; this region has {there} Availability Zones for Fargate" in problem


def test_a_bucket_of_another_region_is_refused_before_anything_is_made() -> None:
    elsewhere = AwsFacts(others={"arn:aws:s3:::team-uploads": {"bucketRegion": "eu-west-1"}})
    assert refused(valid(webui={"storage": "s3", "bucket": {"name": "team-uploads"}}), elsewhere) == [
        "webui.bucket.name: read team-uploads; must lie in us-east-1, the stack's region (aws:region), not in "
        "eu-west-1; fix: name a bucket in us-east-1, or leave webui.bucket out: the stack makes one"
    ]
