"""What exists before ECS starts a task: all that the task needs, and nothing that it does not."""

import re
from collections.abc import Iterable

import pulumi_aws as aws
import pytest

from offline.engine.recording import Recording, Resource, ResourceKind
from tests.program.variants import PLANS, VARIANTS, named, variant
from tests.support.program import apps, direct_dependencies, secret_arns, service, waits_for

DATA = ("rds.Cluster", "rds.ClusterInstance", "elasticache.ReplicationGroup")
FILES = ("efs.FileSystem", "efs.MountTarget", "efs.AccessPoint", "efs.FileSystemPolicy")
GATES = [
    # Whoever matches the first waits for all that match the second, as "type name", because of the third.
    (
        r"ecs.Service .*",
        r"ecs.Cluster .*|ecs.ClusterCapacityProviders .*|cloudwatch.LogGroup cluster-logs",
        "its strategy names the providers, its containers the log group",
    ),
    (
        r"ecs.Service .*",
        r"ec2.VpcEndpoint network-.*",
        "image, secrets and logs go through the endpoints, and a new route to S3 cuts what is open",
    ),
    (
        r"ecs.Service webui-service",
        r"efs.MountTarget .*|efs.FileSystemPolicy .*|efs.AccessPoint file-system-webui",
        "a task that cannot mount its files does not start",
    ),
    (
        r"ecs.Service webui-service",
        r"rds.Cluster .*|rds.ClusterInstance .*|elasticache.ReplicationGroup .*",
        "the migration ends in an error when nobody answers it",
    ),
    (
        r"ecs.Service webui-service",
        r"vpc.SecurityGroupIngressRule webui-into-.*",
        "what exists does not answer before it lets the task in",
    ),
    (
        r"ecs.Service webui-service",
        r"s3.Bucket(Policy|Versioning|ServerSideEncryptionConfiguration|LifecycleConfiguration) uploads-.*",
        "what is uploaded before is encrypted with another key, and has no versions",
    ),
    (
        r"cloudwatch.MetricAlarm .*",
        r"cloudwatch.LogGroup cluster-logs",
        "CloudWatch overwrites another stack's alarm of that name; a log group's is refused",
    ),
    (r"cloudwatch.MetricAlarm .*", r"sns.TopicPolicy .*", "CloudWatch may not publish before it"),
    (
        r"lb.LoadBalancer .*",
        r"s3.BucketPolicy load-balancer-.*",
        "ELB writes a test object when access logs are turned on",
    ),
    (r"lb.Listener load-balancer-https", r"acm.CertificateValidation .*", "ELB takes no certificate that is pending"),
    *(
        (f"s3.BucketPolicy {bucket}-policy", f"s3.BucketPublicAccessBlock {bucket}-private", "S3 takes one at a time")
        for bucket in ("load-balancer-logs", "uploads")
    ),
    (
        r"rds.Cluster .*",
        r"cloudwatch.LogGroup data-tier-database-logs",
        "RDS would make the group without encryption, for ever, and the stack's own would be refused",
    ),
    (
        r"rds.ClusterInstance .*",
        r"iam.RolePolicyAttachment data-tier-database-monitoring-policy",
        "RDS tries the role when it turns Enhanced Monitoring on",
    ),
    (r"ecs.Cluster .*", r"cloudwatch.LogGroup cluster-insights-logs", "ECS would make the group without encryption"),
    (r"ec2.FlowLog .*", r"iam.RolePolicy network-flows-policy", "what flows before the role may write is lost"),
]


def awaited(recording: Recording, app: str) -> list[Resource]:
    urns = waits_for(recording, service(recording, app))
    return [found for found in recording.resources if found.urn in urns]


def matching(recording: Recording, pattern: str) -> list[Resource]:
    return [found for found in recording.resources if re.fullmatch(pattern, f"{found.short_type} {found.name}")]


def names(resources: Iterable[Resource]) -> set[str]:
    return {found.name for found in resources}


def own(recording: Recording, app: str, kind: ResourceKind) -> set[str]:
    """Names of the app's own resources of a type."""
    parent = service(recording, app).parent
    return names(found for found in recording.of_type(kind) if found.parent == parent)


def of_types(resources: Iterable[Resource], *types: str) -> set[str]:
    return names(found for found in resources if found.short_type in types)


@pytest.mark.parametrize(("waiting", "for_what", "why"), GATES)
def test_nothing_is_made_before_what_it_needs(waiting: str, for_what: str, why: str) -> None:
    seen = False
    for planned in PLANS.values():
        needed = {one.urn for one in matching(planned(), for_what)}
        for one in matching(planned(), waiting):
            assert needed <= waits_for(planned(), one), f"{one} does not wait for {for_what}: {why}"
            seen |= bool(needed)
    assert seen


@pytest.mark.parametrize("name", VARIANTS)
def test_a_service_waits_for_its_rules_target_group_and_roles(name: str) -> None:
    recording = VARIANTS[name].plan()
    # A task that cannot pull its image yet is a failed start, and the circuit breaker counts those: the way out.
    out = aws.vpc.SecurityGroupEgressRule
    for app in apps(recording):
        found = awaited(recording, app)
        for kind in (aws.lb.ListenerRule, aws.lb.TargetGroup, aws.iam.RolePolicy, aws.ecs.TaskDefinition, out):
            assert own(recording, app, kind) <= names(found), f"{app} does not wait for its {kind.__name__}"


@pytest.mark.parametrize("name", VARIANTS)
def test_a_service_waits_for_the_current_version_of_every_secret_that_it_reads(name: str) -> None:
    recording = VARIANTS[name].plan()
    for app in apps(recording):
        read = secret_arns(recording, app)
        kept = {secret.id for secret in recording.of_type(aws.secretsmanager.Secret) if secret.outputs["arn"] in read}
        versions = recording.of_type(aws.secretsmanager.SecretVersion)
        wanted = {version.name for version in versions if version.inputs["secretId"] in kept}
        assert wanted == of_types(awaited(recording, app), "secretsmanager.SecretVersion"), f"{app} waits for others"
        assert len(wanted) == len(kept)


@pytest.mark.parametrize("name", sorted(VARIANTS.keys() - named("no gateway")))
def test_the_gateway_waits_for_neither_data_nor_files_nor_the_webui(name: str) -> None:
    recording = VARIANTS[name].plan()
    found = awaited(recording, "gateway")
    # Limits are counted in the cache.
    counts = {"data-tier-cache-nodes"} if "limits" in name else set()
    assert of_types(found, *DATA, *FILES) == counts
    assert [one.name for one in found if one.parent == service(recording, "webui").parent] == []


def test_services_do_not_wait_for_one_another_behind_a_load_balancer() -> None:
    recording = variant("a third service").plan()
    for app in apps(recording):
        assert of_types(awaited(recording, app), "ecs.Service") == set()


@pytest.mark.parametrize("name", named("internet-facing", "Service Connect"))
def test_with_service_connect_the_webui_waits_for_the_gateway(name: str) -> None:
    # A client learns the names that exist when its task starts.
    recording = VARIANTS[name].plan()
    assert "gateway-service" in names(awaited(recording, "webui"))


def test_a_worker_waits_for_no_load_balancer() -> None:
    recording = variant("a worker").plan()
    found = awaited(recording, "worker")
    assert of_types(found, "lb.ListenerRule", "lb.Listener", *DATA, *FILES) == set()


def test_a_service_with_files_waits_for_its_own_access_point_only() -> None:
    recording = variant("host and files").plan()
    found = awaited(recording, "wiki")
    assert of_types(found, "efs.AccessPoint") == {"file-system-wiki"}
    assert of_types(found, "efs.MountTarget") == names(recording.of_type(aws.efs.MountTarget))
    assert of_types(found, *DATA) == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_nothing_waits_for_itself_or_for_what_was_never_registered(name: str) -> None:
    recording = VARIANTS[name].plan()
    known = {resource.urn for resource in recording.resources}
    for resource in recording.resources:
        assert direct_dependencies(resource) <= known, resource
        assert resource.urn not in waits_for(recording, resource), f"{resource} waits for itself"
