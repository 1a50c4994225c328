"""A cluster that is observed and encrypted, and the group that all its tasks share."""

from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.component_args import BALANCER_GROUP, CLUSTER, LONGEST_PREFIX
from tests.support.component_recording import FACTS, depends_on, record_one
from tests.support.component_variants import FULL_CLUSTER, recorded


@cache
def full() -> Recording:
    return recorded("cluster with everything")


def test_a_log_group_that_aws_has_made_for_container_insights_is_no_obstacle() -> None:
    found = record_one(Cluster, "cluster", replace(CLUSTER, insights_log_group=False))
    assert [group.name for group in found.of_type(aws.cloudwatch.LogGroup)] == ["cluster-logs"]


def test_the_log_group_of_container_insights_stands_before_ecs_would_make_one() -> None:
    group = full().one(aws.cloudwatch.LogGroup, "cluster-insights-logs")
    cluster = full().one(aws.ecs.Cluster)
    assert group.inputs["name"] == f"/aws/ecs/containerinsights/{cluster.inputs['name']}/performance"
    assert group.urn in cluster.dependencies


def test_what_uses_the_cluster_waits_for_its_capacity_providers() -> None:
    def program() -> None:
        placement = Cluster("cluster", CLUSTER).placement
        aws.ssm.Parameter("by-arn", type="String", value=placement.cluster_arn)
        aws.ssm.Parameter("by-name", type="String", value=placement.cluster_name)

    recording = record(program, aws=FACTS)
    for name in ("by-arn", "by-name"):
        user = recording.one(aws.ssm.Parameter, name)
        assert "cluster-capacity" in depends_on(recording, user)
    assert recording.one(aws.ssm.Parameter, "by-arn").inputs["value"] == recording.one(aws.ecs.Cluster).outputs["arn"]


def test_a_namespace_is_made_only_for_service_connect() -> None:
    assert full().one(aws.servicediscovery.HttpNamespace).inputs["name"] == LONGEST_PREFIX
    assert placement_of(service_connect=True)["namespace"] is not None
    assert placement_of(service_connect=False)["namespace"] is None


def placement_of(*, service_connect: bool) -> dict[str, Any]:
    def program() -> None:
        placement = Cluster("cluster", replace(CLUSTER, service_connect=service_connect)).placement
        pulumi.export("namespace", placement.service_connect_namespace)

    return {"namespace": None, **record(program, aws=FACTS).outputs}


def test_each_port_opens_from_the_load_balancer_and_nowhere_else() -> None:
    tasks = full().one(aws.ec2.SecurityGroup).id
    rules = [rule.inputs for rule in full().of_type(aws.vpc.SecurityGroupIngressRule)]
    assert {(r["securityGroupId"], r["ipProtocol"]) for r in rules} == {(tasks, "tcp")}
    sources = (BALANCER_GROUP, *FULL_CLUSTER.given_load_balancer_security_group_ids)
    ways = [(r["referencedSecurityGroupId"], r["fromPort"], r["toPort"]) for r in rules]
    assert sorted(ways) == sorted((source, port, port) for source in sources for port in (80, 8080))
    assert [r for r in rules if "cidrIpv4" in r] == []


def test_the_load_balancer_may_send_to_exactly_those_ports() -> None:
    tasks = full().one(aws.ec2.SecurityGroup).id
    rules = [
        rule.inputs
        for rule in full().of_type(aws.vpc.SecurityGroupEgressRule)
        if rule.inputs["securityGroupId"] == BALANCER_GROUP
    ]
    assert sorted((r["fromPort"], r["referencedSecurityGroupId"]) for r in rules) == [(80, tasks), (8080, tasks)]
