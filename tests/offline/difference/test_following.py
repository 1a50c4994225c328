"""A plan follows replacements as the engine does, and knows what the provider changes in place."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from offline.difference import compare
from offline.difference.resource_changes import Action, Difference
from tests.offline.difference.compared import difference, told
from tests.support.program import plan

REPLACED, CHANGED = Action.REPLACED, Action.CHANGED


def changed(program: Callable[[Any], object], before: object, now: object) -> Difference:
    """What changes when the program gets another argument."""
    return difference(lambda: program(before), lambda: program(now))


def test_a_new_name_reaches_what_uses_it_through_another_resource() -> None:
    def program(snapshot: str) -> None:
        suffix = random.RandomId("suffix", byte_length=3, keepers={"snapshot": snapshot})
        cluster = aws.rds.Cluster(
            "cluster",
            cluster_identifier=pulumi.Output.concat("chat-", suffix.hex),
            engine="aurora-postgresql",
        )
        aws.rds.ClusterInstance(
            "instance",
            cluster_identifier=cluster.id,
            engine=aws.rds.EngineType.AURORA_POSTGRESQL,
            instance_class="db.serverless",
        )
        alarm("alarm", {"DBClusterIdentifier": cluster.cluster_identifier})

    found = changed(program, "a", "b")
    assert told(found) == {"suffix": REPLACED, "cluster": REPLACED, "instance": REPLACED, "alarm": CHANGED}
    (seen,) = [change for change in found.resources if change.name == "alarm"]
    assert [change.follows for change in seen.properties] == [("random.RandomId suffix",)]


def alarm(name: str, dimensions: dict[str, pulumi.Input[str]]) -> None:
    aws.cloudwatch.MetricAlarm(
        name, comparison_operator="LessThanThreshold", evaluation_periods=1, dimensions=dimensions
    )


def listener(port: int) -> None:
    certificate = aws.acm.Certificate("certificate", domain_name=f"c{port}.example.com", validation_method="DNS")
    issued = aws.acm.CertificateValidation("issued", certificate_arn=certificate.arn)
    aws.lb.Listener("https", load_balancer_arn="arn:aws:lb", default_actions=[], certificate_arn=issued.certificate_arn)


def test_a_listener_gets_the_certificate_of_another_domain() -> None:
    assert told(changed(listener, 1, 2)) == {"certificate": REPLACED, "issued": REPLACED, "https": CHANGED}


@pytest.mark.parametrize(("first", "scaling"), [(True, REPLACED), (False, None)])
def test_what_is_deleted_first_takes_along_what_its_users_cannot_change(first: bool, scaling: Action | None) -> None:
    """Its name stays, but the engine deletes whoever could not live with another one."""

    def program(trigger: bool) -> None:
        service = aws.ecs.Service(
            "service",
            name="chat",
            opts=pulumi.ResourceOptions(replacement_trigger=trigger, delete_before_replace=first),
        )
        aws.appautoscaling.Target(
            "scaling",
            resource_id=pulumi.Output.concat("service/chat/", service.name),
            scalable_dimension="ecs:service:DesiredCount",
            service_namespace="ecs",
            min_capacity=1,
            max_capacity=2,
        )
        alarm("alarm", {"ServiceName": service.name})

    found = told(changed(program, True, False))
    assert found.pop("scaling", None) is scaling
    assert found == {"service": REPLACED}


def test_a_trigger_that_comes_or_goes_is_only_written_down() -> None:
    def program(trigger: object) -> None:
        aws.sns.Topic("topic", opts=pulumi.ResourceOptions(replacement_trigger=trigger))

    assert told(changed(program, None, "a")) == {}
    assert told(changed(program, "a", None)) == {}
    assert told(changed(program, "a", "b")) == {"topic": REPLACED}


def test_a_log_group_of_the_same_name_is_the_same_to_who_writes_to_it() -> None:
    def program(kind: str) -> None:
        group = aws.cloudwatch.LogGroup("logs", name="/chat", log_group_class=kind)
        aws.iam.RolePolicy("policy", role="writer", policy=pulumi.Output.json_dumps({"Resource": group.arn}))

    assert told(changed(program, "STANDARD", "INFREQUENT_ACCESS")) == {"logs": REPLACED}


def rule(**source: Any) -> Callable[[], object]:
    return lambda: aws.vpc.SecurityGroupIngressRule("in", security_group_id="sg-1", ip_protocol="tcp", **source)


def cache(version: str) -> None:
    aws.elasticache.ReplicationGroup("cache", description="x", engine="valkey", engine_version=version)


def strategy(*providers: str) -> None:
    aws.ecs.Service(
        "service",
        force_new_deployment=True,
        capacity_provider_strategies=[
            aws.ecs.ServiceCapacityProviderStrategyArgs(capacity_provider=name) for name in providers
        ],
    )


def restored(snapshot: str | None) -> None:
    aws.rds.Cluster("cluster", cluster_identifier="chat", engine="aurora-postgresql", snapshot_identifier=snapshot)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (rule(cidr_ipv4="10.0.0.0/16"), rule(cidr_ipv4="10.1.0.0/16"), CHANGED),
        (rule(cidr_ipv4="10.0.0.0/16"), rule(referenced_security_group_id="sg-2"), REPLACED),
        (lambda: cache("8.0"), lambda: cache("8.1"), CHANGED),
        (lambda: cache("8.1"), lambda: cache("8.0"), REPLACED),
        (lambda: strategy("FARGATE"), lambda: strategy("FARGATE", "FARGATE_SPOT"), CHANGED),
        (lambda: strategy("FARGATE"), strategy, REPLACED),
        (lambda: restored(None), lambda: restored("a"), REPLACED),
        (lambda: restored("a"), lambda: restored("b"), REPLACED),
        (lambda: restored("a"), lambda: restored(None), None),
    ],
)
def test_what_the_provider_does_depends_on_the_values(
    before: Callable[[], object], after: Callable[[], object], expected: Action | None
) -> None:
    found = told(difference(before, after))
    assert list(found.values()) == ([expected] if expected else [])


def test_another_zone_brings_the_s3_endpoint_another_route_table() -> None:
    found = told(compare(plan(), plan({"network": {"availabilityZones": 3}})))
    assert found["network-s3"] is CHANGED
