"""What exists before ECS starts a task: all that the task needs, and nothing that it does not."""

from collections.abc import Iterable

import pytest

from offline.engine.recording import Recording, Resource
from tests.program.variants import VARIANTS, named, variant
from tests.support.program import (
    LISTENER_RULE,
    MOUNT_TARGET,
    ROLE_POLICY,
    SECRET,
    SECRET_VERSION,
    TARGET_GROUP,
    TASK_DEFINITION,
    apps,
    direct_dependencies,
    plan,
    secret_arns,
    service,
    waits_for,
)

ACCESS_POINT = "aws:efs/accessPoint:AccessPoint"
DATA = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:elasticache/replicationGroup:ReplicationGroup",
)
FILES = ("aws:efs/fileSystem:FileSystem", MOUNT_TARGET, ACCESS_POINT, "aws:efs/fileSystemPolicy:FileSystemPolicy")
CONNECTIONS = ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",)
ALWAYS = (
    "aws:ecs/cluster:Cluster",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:cloudwatch/logGroup:LogGroup",
)


def awaited(recording: Recording, app: str) -> list[Resource]:
    urns = waits_for(recording, service(recording, app))
    return [found for found in recording.resources if found.urn in urns]


def names(resources: Iterable[Resource]) -> set[str]:
    return {found.name for found in resources}


def own(recording: Recording, app: str, token: str) -> set[str]:
    """Names of the app's own resources of a type."""
    parent = service(recording, app).parent
    return names(found for found in recording.of_type(token) if found.parent == parent)


def of_types(resources: Iterable[Resource], *tokens: str) -> set[str]:
    return names(found for found in resources if found.type in tokens)


@pytest.mark.parametrize("name", VARIANTS)
def test_no_alarm_overwrites_one_of_another_stack_with_the_same_prefix(name: str) -> None:
    """CloudWatch refuses no name twice; the cluster's log group does, so every alarm waits for it."""
    recording = VARIANTS[name].plan()
    alarms = recording.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    logs = recording.one("aws:cloudwatch/logGroup:LogGroup", "cluster-logs").urn
    assert [alarm.name for alarm in alarms if logs not in waits_for(recording, alarm)] == []


@pytest.mark.parametrize("name", VARIANTS)
def test_a_service_waits_for_its_rules_target_group_roles_and_cluster(name: str) -> None:
    recording = VARIANTS[name].plan()
    for app in apps(recording):
        found = awaited(recording, app)
        for token in (LISTENER_RULE, TARGET_GROUP, ROLE_POLICY, TASK_DEFINITION):
            assert own(recording, app, token) <= names(found), f"{app} does not wait for its {token}"
        assert {found_one.type for found_one in found} >= set(ALWAYS), f"{app} does not wait for the cluster"
        assert "cluster-logs" in names(found)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_service_waits_for_the_current_version_of_every_secret_that_it_reads(name: str) -> None:
    recording = VARIANTS[name].plan()
    for app in apps(recording):
        read = secret_arns(recording, app)
        kept = {secret.id for secret in recording.of_type(SECRET) if secret.outputs["arn"] in read}
        wanted = {found.name for found in recording.of_type(SECRET_VERSION) if found.inputs["secretId"] in kept}
        assert wanted == of_types(awaited(recording, app), SECRET_VERSION), f"{app} waits for other secrets"
        assert len(wanted) == len(kept)


@pytest.mark.parametrize("name", VARIANTS)
def test_the_webui_waits_for_every_mount_target_and_its_access_point(name: str) -> None:
    recording = VARIANTS[name].plan()
    found = awaited(recording, "webui")
    assert of_types(found, MOUNT_TARGET) == names(recording.of_type(MOUNT_TARGET)) != set()
    assert "file-system-webui" in of_types(found, ACCESS_POINT)
    assert of_types(found, "aws:efs/fileSystemPolicy:FileSystemPolicy") == {"file-system-policy"}


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - named("no database")))
def test_the_webui_waits_for_database_and_cache(name: str) -> None:
    recording = VARIANTS[name].plan()
    wanted = {resource.name for token in DATA for resource in recording.of_type(token)}
    assert of_types(awaited(recording, "webui"), *DATA) == wanted
    assert len(wanted) >= len(DATA)


def test_readers_count_as_the_database_too() -> None:
    prod = plan(stack="prod")
    instances = names(prod.of_type("aws:rds/clusterInstance:ClusterInstance"))
    assert len(instances) == 2
    assert instances <= names(awaited(prod, "webui"))


def test_a_service_waits_for_the_way_to_whatever_it_connects_to() -> None:
    recording = plan()
    wanted = {f"webui-into-{target}" for target in ("cache", "database", "file-system", "load-balancer")}
    assert wanted <= of_types(awaited(recording, "webui"), *CONNECTIONS)


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - named("no gateway")))
def test_the_gateway_waits_for_neither_data_nor_files_nor_the_webui(name: str) -> None:
    recording = VARIANTS[name].plan()
    found = awaited(recording, "gateway")
    assert of_types(found, *DATA, *FILES) == set()
    assert [one.name for one in found if one.parent == service(recording, "webui").parent] == []


def test_services_do_not_wait_for_one_another_behind_a_load_balancer() -> None:
    recording = variant("a third service").plan()
    for app in apps(recording):
        assert of_types(awaited(recording, app), "aws:ecs/service:Service") == set()


@pytest.mark.parametrize("name", named("internet-facing", "Service Connect"))
def test_with_service_connect_the_webui_waits_for_the_gateway(name: str) -> None:
    # A client learns the names that exist when its task starts.
    recording = VARIANTS[name].plan()
    assert "gateway-service" in names(awaited(recording, "webui"))


def test_a_worker_waits_for_no_load_balancer() -> None:
    recording = variant("a worker").plan()
    found = awaited(recording, "worker")
    assert of_types(found, LISTENER_RULE, "aws:lb/listener:Listener", *DATA, *FILES) == set()


def test_a_service_with_files_waits_for_its_own_access_point_only() -> None:
    recording = variant("host and files").plan()
    found = awaited(recording, "wiki")
    assert of_types(found, ACCESS_POINT) == {"file-system-wiki"}
    assert of_types(found, MOUNT_TARGET) == names(recording.of_type(MOUNT_TARGET))
    assert of_types(found, *DATA) == set()


def test_the_load_balancer_waits_until_its_log_bucket_may_be_written() -> None:
    recording = plan()
    found = waits_for(recording, recording.one("aws:lb/loadBalancer:LoadBalancer"))
    assert recording.one("aws:s3/bucketPolicy:BucketPolicy").urn in found


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_waits_for_itself_or_for_what_was_never_registered(name: str) -> None:
    recording = VARIANTS[name].plan()
    known = {resource.urn for resource in recording.resources}
    for resource in recording.resources:
        assert direct_dependencies(resource) <= known, resource
        assert resource.urn not in waits_for(recording, resource), f"{resource} waits for itself"
