"""How an ECS service is placed, reached, rolled out and kept up to date."""

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import STOP_THEN_START, EcsAppServiceArgs, Rollout, Scaling
from components.support.secret_values import keep_secret
from offline.engine import record
from offline.engine.recording import Recording
from tests.support.component_args import (
    DATABASE_GROUP,
    FILES_GROUP,
    KEEPING,
    LONGEST_SERVICE,
    PLACEMENT,
    SERVICE,
    TASKS_GROUP,
    TOPIC_ARN,
    WORKER,
)
from tests.support.component_recording import FACTS, depends_on, record_one
from tests.support.component_variants import recorded

both = pytest.mark.parametrize("variant", ["worker", "service with everything"])


@cache
def full() -> Recording:
    return recorded("service with everything")


def service(args: EcsAppServiceArgs) -> dict[str, Any]:
    return record_one(EcsAppService, "app", args).one(aws.ecs.Service).inputs


@both
def test_it_runs_in_private_subnets_in_the_shared_and_its_own_security_group(variant: str) -> None:
    group = recorded(variant).one(aws.ec2.SecurityGroup).id
    assert recorded(variant).one(aws.ecs.Service).inputs["networkConfiguration"] == {
        "assignPublicIp": False,
        "subnets": ["subnet-00000001", "subnet-00000002"],
        "securityGroups": [TASKS_GROUP, group],
    }
    assert recorded(variant).one(aws.ecs.Service).inputs["cluster"] == PLACEMENT.cluster_arn


def test_each_connection_opens_exactly_its_port_between_two_groups() -> None:
    own = full().one(aws.ec2.SecurityGroup).id
    expected = {(own, FILES_GROUP, 2049), (own, DATABASE_GROUP, 5433)}
    out = [rule.inputs for rule in full().of_type(aws.vpc.SecurityGroupEgressRule)]
    into = [rule.inputs for rule in full().of_type(aws.vpc.SecurityGroupIngressRule)]
    out = [rule for rule in out if "referencedSecurityGroupId" in rule]
    assert {(r["securityGroupId"], r["referencedSecurityGroupId"], r["fromPort"]) for r in out} == expected
    assert {(r["referencedSecurityGroupId"], r["securityGroupId"], r["toPort"]) for r in into} == expected
    assert [r for r in out + into if r["fromPort"] != r["toPort"] or r["ipProtocol"] != "tcp"] == []


def test_a_service_waits_for_its_rules_and_for_the_way_to_what_it_reaches() -> None:
    wanted = {"api", "host", "to-database", "into-database", "to-file-system", "into-file-system"}
    wanted |= {"out-636-to-10-0-0-0-8", "out-443-to-2001-db8---32", "out-443-to-pl-0123456789abcdef0"}
    waits_for = depends_on(full(), full().one(aws.ecs.Service))
    assert {f"{LONGEST_SERVICE}-{role}" for role in wanted} <= waits_for


def test_an_alarm_on_5xx_answers_rolls_a_deployment_back_too() -> None:
    alarm = full().one(aws.cloudwatch.MetricAlarm)
    service = full().one(aws.ecs.Service)
    assert service.inputs["alarms"] == {"enable": True, "rollback": True, "alarmNames": [alarm.inputs["name"]]}
    assert alarm.urn in service.dependencies
    group = full().one(aws.lb.TargetGroup).outputs["arnSuffix"]
    assert alarm.inputs["dimensions"] == {"LoadBalancer": "app/alb/0123", "TargetGroup": group}
    assert alarm.inputs["alarmActions"] == [TOPIC_ARN]


def test_a_service_behind_no_load_balancer_has_no_answers_to_watch() -> None:
    args = replace(WORKER, deployment_alarm=SERVICE.deployment_alarm)
    assert "alarms" not in service(args)


@pytest.mark.parametrize(
    ("rollout", "minimum", "maximum", "rebalancing"),
    [
        (Rollout(), 100, 200, "ENABLED"),
        (STOP_THEN_START, 0, 100, "DISABLED"),
        (Rollout(minimum_healthy_percent=50, maximum_percent=150), 50, 150, "ENABLED"),
    ],
)
def test_zones_are_rebalanced_only_where_tasks_may_overlap(
    rollout: Rollout, minimum: int, maximum: int, rebalancing: str
) -> None:
    inputs = service(replace(WORKER, rollout=rollout))
    assert inputs["deploymentMinimumHealthyPercent"] == minimum
    assert inputs["deploymentMaximumPercent"] == maximum
    assert inputs["availabilityZoneRebalancing"] == rebalancing


@both
def test_pulumi_waits_for_the_rollout_and_gives_it_half_an_hour(variant: str) -> None:
    found = recorded(variant).one(aws.ecs.Service)
    assert found.inputs["waitForSteadyState"] is True
    assert found.custom_timeouts == {"create": "30m", "update": "30m"}


@both
def test_autoscaling_and_not_pulumi_decides_how_many_tasks_run(variant: str) -> None:
    assert recorded(variant).one(aws.ecs.Service).ignore_changes == ("desiredCount",)
    assert service(replace(WORKER, scaling=Scaling(min=2, max=3, cpu_target=70)))["desiredCount"] == 2


def test_a_new_version_of_a_secret_rolls_the_tasks() -> None:
    assert full().one(aws.ecs.Service).inputs["forceNewDeployment"] is True
    assert full().one(aws.ecs.Service).inputs["triggers"] == {"API_KEY": "brought-1", "TOKEN": "token-1"}
    newer = replace(SERVICE.app, secrets={"TOKEN": replace(SERVICE.app.secrets["TOKEN"], version_id="token-2")})
    assert service(replace(SERVICE, app=newer))["triggers"] == {"TOKEN": "token-2"}


def test_a_service_waits_for_the_versions_of_its_secrets() -> None:
    def program() -> None:
        owner = pulumi.ComponentResource("test:index:Owner", "owner")
        key = keep_secret("owner", "v", description="d", keeping=KEEPING, parent=owner)
        EcsAppService("app", replace(WORKER, app=replace(WORKER.app, secrets={"KEY": key})))

    recording = record(program, aws=FACTS)
    assert "owner-version" in depends_on(recording, recording.one(aws.ecs.Service))


def test_a_client_of_service_connect_offers_nothing() -> None:
    found = service(replace(WORKER, service_connect_calls={"tika": "stack-tika-service"}))
    assert (found["serviceConnectConfiguration"]["enabled"], found["serviceConnectConfiguration"]["services"]) == (
        True,
        [],
    )
    assert found["triggers"] == {"calls-tika": "stack-tika-service"}
    assert "serviceConnectConfiguration" not in recorded("worker").one(aws.ecs.Service).inputs


def test_a_server_of_any_protocol_is_plain_tcp_and_has_no_timeout_of_requests() -> None:
    recording = record_one(
        EcsAppService, "app", replace(WORKER, port=3000, service_connect_server=True, service_connect_http=False)
    )
    (offered,) = recording.one(aws.ecs.Service).inputs["serviceConnectConfiguration"]["services"]
    assert offered["timeout"] == {"idleTimeoutSeconds": 0}
    (container,) = json.loads(recording.one(aws.ecs.TaskDefinition).inputs["containerDefinitions"])
    assert "appProtocol" not in container["portMappings"][0]


def test_a_service_that_gains_or_loses_its_load_balancer_is_deleted_and_made_anew() -> None:
    """ECS refuses a load balancer's grace period for a service that was made without one."""
    routed, worker = full().one(aws.ecs.Service), recorded("worker").one(aws.ecs.Service)
    assert (routed.replacement_trigger, worker.replacement_trigger) == (True, False)
    assert (routed.delete_before_replace, worker.delete_before_replace) == (True, True)
