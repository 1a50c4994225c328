"""Every choice that a stack's file offers plans without a change of code."""

from collections.abc import Iterable

import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from apps.webui_environment import NOBODY
from offline.engine.recording import Recording
from offline.plan.sections import policy
from tests.program.variants import CREATED, GIVEN, PLANS, VARIANTS, Variant, named, variant
from tests.support.program import (
    apps,
    containers,
    environment,
    plan,
    service,
    task_definition,
)

FEWEST_ZONES = 2


def planned(words: str) -> Recording:
    return variant(words).plan()


def zones_of(given: Variant, subnet_ids: Iterable[str]) -> list[str]:
    return sorted(str(given.subnets[subnet_id]["availabilityZone"]) for subnet_id in subnet_ids)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_plans_without_an_error_message(name: str) -> None:
    recording = planned(name)
    assert [message for severity, message in recording.log if severity == "error"] == []
    assert "webui" in apps(recording)


@pytest.mark.parametrize("name", VARIANTS)
def test_no_choice_that_a_file_offers_breaks_a_mandatory_policy(name: str) -> None:
    assert policy.mandatory(planned(name)) == []


PREVIEWED = [*named("as the seed", "created VPC, internet-facing", "no database", "host and files"), "prod"]


@pytest.mark.parametrize("name", PREVIEWED)
def test_a_preview_shows_what_an_update_makes(name: str) -> None:
    preview, update = PLANS[name](preview=True), PLANS[name]()
    assert [resource.urn for resource in preview.resources] == [resource.urn for resource in update.resources]


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_vpc_gets_one_mount_target_for_each_zone_of_its_subnets(name: str) -> None:
    given = GIVEN[name]
    private = [subnet for subnet in given.subnets if subnet.startswith("subnet-a")]
    mounted = [target.inputs["subnetId"] for target in given.plan().of_type(aws.efs.MountTarget)]
    assert zones_of(given, mounted) == sorted(set(zones_of(given, private)))
    assert set(mounted) <= set(private)


@pytest.mark.parametrize("name", GIVEN)
def test_tasks_use_every_given_private_subnet(name: str) -> None:
    given = GIVEN[name]
    private = {subnet for subnet in given.subnets if subnet.startswith("subnet-a")}
    recording = given.plan()
    for app in apps(recording):
        assert set(service(recording, app).inputs["networkConfiguration"]["subnets"]) == private


@pytest.mark.parametrize("name", GIVEN)
def test_a_load_balancer_in_a_given_vpc_stands_once_in_each_zone(name: str) -> None:
    given = GIVEN[name]
    balancer = given.plan().one(aws.lb.LoadBalancer).inputs
    kind = "subnet-a" if balancer["internal"] else "subnet-b"
    offered = [subnet for subnet in given.subnets if subnet.startswith(kind)]
    assert zones_of(given, balancer["subnets"]) == sorted(set(zones_of(given, offered)))
    assert set(balancer["subnets"]) <= set(offered)
    assert len(balancer["subnets"]) >= FEWEST_ZONES


@pytest.mark.parametrize("name", GIVEN)
def test_a_given_vpc_is_left_as_it_is(name: str) -> None:
    recording = GIVEN[name].plan()
    assert [resource for resource in recording.resources if resource.type.startswith("awsx:ec2")] == []
    assert not {resource.type for resource in recording.resources} & {
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        "aws:ec2/flowLog:FlowLog",
    }


@pytest.mark.parametrize("name", CREATED)
def test_a_created_vpc_has_a_mount_target_and_a_load_balancer_subnet_for_each_zone(name: str) -> None:
    recording = CREATED[name].plan()
    balancer, vpc = recording.one(aws.lb.LoadBalancer).inputs, recording.one(awsx.ec2.Vpc).outputs
    private = vpc["privateSubnetIds"]
    assert sorted(target.inputs["subnetId"] for target in recording.of_type(aws.efs.MountTarget)) == sorted(private)
    assert sorted(balancer["subnets"]) == sorted(private if balancer["internal"] else vpc["publicSubnetIds"])


def test_without_nat_every_aws_api_of_the_tasks_has_an_endpoint() -> None:
    recording = planned("no way out")
    endpoints = recording.of_type(aws.ec2.VpcEndpoint)
    names = {endpoint.inputs["serviceName"].removeprefix("com.amazonaws.us-east-1.") for endpoint in endpoints}
    needed = {"s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager", "bedrock", "bedrock-runtime"}
    assert needed <= names
    assert recording.one(awsx.ec2.Vpc).inputs["natGateways"] == {"strategy": "None"}


@pytest.mark.parametrize("name", GIVEN)
def test_a_third_service_runs_in_any_given_vpc(name: str) -> None:
    recording = planned(name)
    (third,) = set(apps(recording)) - {"gateway", "webui"}
    assert service(recording, third).inputs["name"] == f"webui-bedrock-{third}-service"


def test_a_third_service_changes_nothing_of_the_other_two() -> None:
    before, after = plan(), planned("a third service")
    for app in ("webui", "gateway"):
        assert task_definition(before, app).inputs == task_definition(after, app).inputs
        assert service(before, app).inputs == service(after, app).inputs


def test_a_worker_takes_no_requests() -> None:
    recording = planned("a worker")
    assert service(recording, "worker").inputs.get("loadBalancers", []) == []
    assert [group for group in recording.of_type(aws.lb.TargetGroup) if group.name.startswith("worker")] == []
    assert "healthCheckGracePeriodSeconds" not in service(recording, "worker").inputs


def test_a_service_keeps_files_in_a_directory_of_its_own() -> None:
    recording = planned("host and files")
    points = recording.of_type(aws.efs.AccessPoint)
    assert len({point.inputs["rootDirectory"]["path"] for point in points}) == len(points) == len(apps(recording)) - 1
    (mount,) = containers(recording, "wiki")["wiki"]["mountPoints"]
    assert mount["containerPath"] == "/data"
    assert environment(recording, "wiki") == {"MODE": "quiet"}


@pytest.mark.parametrize("name", named("HTTPS", "internet-facing"))
def test_https_ends_at_the_load_balancer_and_plain_http_redirects(name: str) -> None:
    listeners = {found.inputs["port"]: found.inputs for found in planned(name).of_type(aws.lb.Listener)}
    assert {port: listener["protocol"] for port, listener in listeners.items()} == {80: "HTTP", 443: "HTTPS"}
    assert listeners[80]["defaultActions"][0]["type"] == "redirect"
    assert listeners[443]["certificateArn"]


def test_without_https_there_is_one_listener() -> None:
    assert [found.inputs["port"] for found in plan().of_type(aws.lb.Listener)] == [80]


def test_only_an_internet_facing_load_balancer_leaves_the_private_subnets() -> None:
    public, internal = (
        planned("created VPC, internet-facing").one(aws.lb.LoadBalancer).inputs,
        plan().one(aws.lb.LoadBalancer).inputs,
    )
    assert (public["internal"], internal["internal"]) == (False, True)
    assert public["subnets"] == planned("created VPC, internet-facing").one(awsx.ec2.Vpc).outputs["publicSubnetIds"]


def test_database_and_cache_come_with_the_second_task_and_go_together() -> None:
    data = {"aws:rds/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup"}
    types = {name: {found.type for found in VARIANTS[name].plan().resources} for name in VARIANTS}
    without = named("no database", "its database")
    assert {name for name, found in types.items() if not data & found} == set(without)
    assert all(data <= found for name, found in types.items() if name not in without)


def test_a_disabled_gateway_leaves_nothing_behind() -> None:
    recording = planned("no gateway")
    assert apps(recording) == ["webui"]
    assert [found for found in recording.resources if found.name.startswith("gateway")] == []
    left = {
        key: value
        for key, value in environment(recording, "webui").items()
        if key.startswith(("OPENAI_", "RAG_OPENAI_"))
    }
    assert left == {"RAG_OPENAI_API_BASE_URL": NOBODY}


def test_a_built_image_runs_by_digest_from_a_repository_of_the_stack() -> None:
    recording = planned("a built image")
    image = containers(recording, "gateway")["gateway"]["image"]
    repository = recording.one(aws.ecr.Repository)
    assert image == recording.one(awsx.ecr.Image).outputs["imageUri"]
    assert "@sha256:" in image
    assert image.startswith(repository.outputs["repositoryUrl"])
    assert recording.outputs["BedrockGatewayRepositoryURI"] == repository.outputs["repositoryUrl"]


def test_service_connect_works_behind_an_internal_load_balancer_too() -> None:
    recording = planned("Service Connect")
    server, client = (service(recording, app).inputs["serviceConnectConfiguration"] for app in ("gateway", "webui"))
    assert (
        server["namespace"] == client["namespace"] == recording.one(aws.servicediscovery.HttpNamespace).outputs["arn"]
    )
    assert server["services"][0]["timeout"] == {"idleTimeoutSeconds": 0, "perRequestTimeoutSeconds": 0}
    assert client.get("services", []) == []
