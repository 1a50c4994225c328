"""dev is the system of the original template, size by size and name by name; prod plans as well."""

import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from offline.engine.recording import Recording, Resource
from tests.support.program import (
    apps,
    containers,
    environment,
    plan,
    service,
    task_definition,
)

SEED = {
    # app: (CPU units, MiB, fewest tasks, most tasks)
    "webui": (1024, 4096, 1, 5),
    "gateway": (512, 1024, 1, 3),
}
APPS = sorted(SEED)


@pytest.fixture(scope="module")
def dev() -> Recording:
    return plan()


def mounts(recording: Recording, app: str) -> dict[str, str]:
    """Volume name to path, for all containers of an app."""
    found = containers(recording, app).values()
    return {point["sourceVolume"]: point["containerPath"] for one in found for point in one["mountPoints"]}


def volumes(recording: Recording, app: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = task_definition(recording, app).inputs.get("volumes", [])
    return found


def test_dev_runs_the_two_services_and_nothing_else(dev: Recording) -> None:
    assert apps(dev) == APPS


@pytest.mark.parametrize("app", APPS)
def test_tasks_have_the_seeds_size(dev: Recording, app: str) -> None:
    definition = task_definition(dev, app).inputs
    assert (int(definition["cpu"]), int(definition["memory"])) == SEED[app][:2]
    assert definition["requiresCompatibilities"] == ["FARGATE"]


@pytest.mark.parametrize("app", APPS)
def test_the_number_of_tasks_follows_cpu_within_the_seeds_limits(dev: Recording, app: str) -> None:
    target = dev.one(aws.appautoscaling.Target, f"{app}-scaling").inputs
    assert (target["minCapacity"], target["maxCapacity"]) == SEED[app][2:]
    assert target["resourceId"] == f"service/webui-bedrock-cluster/webui-bedrock-{app}-service"
    policy = dev.one(aws.appautoscaling.Policy, f"{app}-scale-on-cpu").inputs[
        "targetTrackingScalingPolicyConfiguration"
    ]
    metric = policy["predefinedMetricSpecification"]["predefinedMetricType"]
    assert (metric, policy["targetValue"]) == ("ECSServiceAverageCPUUtilization", 70)


@pytest.mark.parametrize("app", APPS)
def test_autoscaling_owns_the_desired_count(dev: Recording, app: str) -> None:
    assert service(dev, app).ignore_changes == ("desiredCount",)


def test_the_gateway_alone_scales_on_requests_too(dev: Recording) -> None:
    policies = {policy.name for policy in dev.of_type(aws.appautoscaling.Policy)}
    assert policies == {"gateway-scale-on-cpu", "gateway-scale-on-requests", "webui-scale-on-cpu"}
    policy = dev.one(aws.appautoscaling.Policy, "gateway-scale-on-requests").inputs[
        "targetTrackingScalingPolicyConfiguration"
    ]
    label = policy["predefinedMetricSpecification"]["resourceLabel"]
    balancer = dev.one(aws.lb.LoadBalancer).outputs["arnSuffix"]
    group = dev.one(aws.lb.TargetGroup, "gateway-tg").outputs["arnSuffix"]
    assert label == f"{balancer}/{group}"


def test_only_the_webui_mounts_the_file_system_and_keeps_its_data_there(dev: Recording) -> None:
    (files,) = [volume for volume in volumes(dev, "webui") if "efsVolumeConfiguration" in volume]
    assert mounts(dev, "webui")[str(files["name"])] == "/webui" == environment(dev, "webui")["DATA_DIR"]
    assert dev.one(aws.efs.AccessPoint).inputs["rootDirectory"]["path"] == "/webui"
    assert volumes(dev, "gateway") == []
    assert mounts(dev, "gateway") == {}


def test_people_find_the_seeds_names(dev: Recording) -> None:
    assert dev.one(aws.ecs.Cluster).inputs["name"] == "webui-bedrock-cluster"
    assert {app: service(dev, app).inputs["name"] for app in APPS} == {
        "webui": "webui-bedrock-webui-service",
        "gateway": "webui-bedrock-gateway-service",
    }
    assert dev.one(aws.cloudwatch.LogGroup, "cluster-logs").inputs["name"] == "/ecs/webui-bedrock"


@pytest.mark.parametrize("app", APPS)
def test_every_container_logs_to_the_seeds_group_and_stream_prefix(dev: Recording, app: str) -> None:
    for container in containers(dev, app).values():
        options = container["logConfiguration"]["options"]
        assert (options["awslogs-group"], options["awslogs-stream-prefix"]) == ("/ecs/webui-bedrock", app)


def test_both_services_share_cluster_subnets_and_a_security_group(dev: Recording) -> None:
    webui, gateway = (service(dev, app).inputs for app in ("webui", "gateway"))
    assert webui["cluster"] == gateway["cluster"] == dev.one(aws.ecs.Cluster).outputs["arn"]
    networks = webui["networkConfiguration"], gateway["networkConfiguration"]
    assert networks[0]["subnets"] == networks[1]["subnets"] == dev.one(awsx.ec2.Vpc).outputs["privateSubnetIds"]
    shared = set(networks[0]["securityGroups"]) & set(networks[1]["securityGroups"])
    assert shared == {dev.one(aws.ec2.SecurityGroup, "cluster-tasks-sg").id}
    assert not any(network["assignPublicIp"] for network in networks)


def test_the_gateways_rule_comes_before_the_webuis(dev: Recording) -> None:
    gateway, webui = (dev.one(aws.lb.ListenerRule, f"{app}-rule").inputs for app in ("gateway", "webui"))
    assert gateway["listenerArn"] == webui["listenerArn"]
    assert gateway["priority"] < webui["priority"]
    assert [condition["pathPattern"]["values"] for condition in webui["conditions"]] == [["/*"]]


def test_new_tasks_start_before_old_ones_stop_where_two_may_share_their_data(dev: Recording) -> None:
    def rollout(found: Resource) -> tuple[int, int, str]:
        values = found.inputs
        percents = values["deploymentMinimumHealthyPercent"], values["deploymentMaximumPercent"]
        return (*percents, values["availabilityZoneRebalancing"])

    assert rollout(service(dev, "webui")) == rollout(service(dev, "gateway")) == (100, 200, "ENABLED")
    sqlite = plan({"webui": {"scaling": {"max": 1}}, "database": {"enabled": False}})
    assert rollout(service(sqlite, "webui")) == (0, 100, "DISABLED")
    for app in APPS:
        assert service(dev, app).inputs["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}


@pytest.mark.parametrize(
    ("stack", "placeholders", "assumed"),
    [
        ("dev", ["gateway.image"], []),
        (
            "prod",
            ["alarms.emails", "loadBalancer.domain", "loadBalancer.hostedZoneId", "webui.adminEmail"],
            ["hosted zone Z0123456789ABCDEFGHIJ is example.com"],
        ),
    ],
)
def test_a_checked_in_stack_warns_of_its_placeholders_and_assumes_no_more(
    stack: str, placeholders: list[str], assumed: list[str]
) -> None:
    recording = plan(stack=stack)
    assert [message.split(":")[0] for message in recording.warnings] == placeholders
    assert recording.assumptions == assumed


def test_prod_is_protected_where_data_lives_and_dev_is_not(dev: Recording) -> None:
    def protected(recording: Recording) -> set[str]:
        return {resource.type.rsplit(":", 1)[-1] for resource in recording.resources if resource.protect}

    assert protected(dev) == set()
    assert protected(plan(stack="prod")) >= {"Key", "FileSystem", "Cluster", "Secret", "LoadBalancer", "Bucket"}
