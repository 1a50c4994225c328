"""The load balancer finds a service by its rules and trusts its health check."""

from dataclasses import replace

import pulumi_aws as aws
import pytest

from components.ecs_app_service import EcsAppService
from components.ecs_app_service.args import HealthCheck
from tests.support.component_args import LISTENER_ARN, LONGEST_SERVICE, SERVICE
from tests.support.component_recording import record_one
from tests.support.component_variants import recorded

VARIANT = "service with everything"


def test_the_service_registers_its_app_container_in_the_target_group() -> None:
    service = recorded(VARIANT).one(aws.ecs.Service).inputs
    group = recorded(VARIANT).one(aws.lb.TargetGroup).outputs["arn"]
    assert service["loadBalancers"] == [{"targetGroupArn": group, "containerName": "app", "containerPort": 8080}]
    assert service["healthCheckGracePeriodSeconds"] == 120


def test_a_target_group_follows_the_load_balancer_of_another_scheme() -> None:
    """Elastic Load Balancing: one load balancer for a target group, for its whole life."""
    assert SERVICE.routing is not None
    public = replace(SERVICE, routing=replace(SERVICE.routing, load_balancer_scheme="internet-facing"))
    recordings = recorded(VARIANT), record_one(EcsAppService, "app", public)
    triggers = [recording.one(aws.lb.TargetGroup).replacement_trigger for recording in recordings]
    assert triggers == ["internal", "internet-facing"]


def test_the_health_check_asks_as_often_and_as_patiently_as_told() -> None:
    assert SERVICE.routing is not None
    check = HealthCheck(path="/alive", interval=60, timeout=30, unhealthy_threshold=4)
    routing = replace(SERVICE.routing, health_check=check)
    group = record_one(EcsAppService, "app", replace(SERVICE, routing=routing)).one(aws.lb.TargetGroup)
    assert group.inputs["healthCheck"] == {
        "path": "/alive",
        "matcher": "200",
        "protocol": "HTTP",
        "interval": 60,
        "timeout": 30,
        "healthyThreshold": 2,
        "unhealthyThreshold": 4,
    }


@pytest.mark.parametrize(
    ("rule", "priority", "conditions"),
    [
        (
            "api",
            10,
            [
                {"pathPattern": {"values": ["/a"]}},
                {"httpHeader": {"httpHeaderName": "Authorization", "values": ["Bearer sk-*"]}},
            ],
        ),
        ("host", 20, [{"hostHeader": {"values": ["app.example.com"]}}, {"sourceIp": {"values": ["10.0.0.0/16"]}}]),
    ],
)
def test_a_rule_has_the_planned_priority_and_only_the_planned_conditions(
    rule: str, priority: int, conditions: list[object]
) -> None:
    inputs = recorded(VARIANT).one(aws.lb.ListenerRule, f"{LONGEST_SERVICE}-{rule}").inputs
    assert inputs["listenerArn"] == LISTENER_ARN
    assert inputs["priority"] == priority
    assert inputs["conditions"] == conditions


def test_every_rule_forwards_to_the_services_target_group() -> None:
    group = recorded(VARIANT).one(aws.lb.TargetGroup).outputs["arn"]
    actions = [rule.inputs["actions"] for rule in recorded(VARIANT).of_type(aws.lb.ListenerRule)]
    assert [one[-1] for one in actions] == [{"type": "forward", "targetGroupArn": group}] * 3


def test_a_rule_signs_people_in_first_where_it_is_told() -> None:
    rules = {rule.name: rule.inputs["actions"][:-1] for rule in recorded(VARIANT).of_type(aws.lb.ListenerRule)}
    (first,) = rules[f"{LONGEST_SERVICE}-host"]
    assert first["type"] == "authenticate-cognito"
    asked = first["authenticateCognito"]
    assert asked["onUnauthenticatedRequest"] == "authenticate"
    assert asked["sessionTimeout"] == 8 * 3600
    assert {"openid", "email"} <= set(asked["scope"].split())
    (other,) = rules[f"{LONGEST_SERVICE}-oidc"]
    assert other["type"] == "authenticate-oidc"
    of_provider = {"scope", "sessionTimeout", "onUnauthenticatedRequest"}
    assert {name: other["authenticateOidc"][name] for name in of_provider} == {
        name: asked[name] for name in of_provider
    }


def test_the_clients_secret_is_a_secret_of_the_rule() -> None:
    rule = recorded(VARIANT).one(aws.lb.ListenerRule, f"{LONGEST_SERVICE}-oidc")
    assert [path for path in rule.secret_paths if path.endswith("clientSecret")]


def test_a_rule_checks_tokens_and_writes_that_before_the_path() -> None:
    rules = {rule.name: rule.inputs for rule in recorded(VARIANT).of_type(aws.lb.ListenerRule)}
    checks = rules.pop(f"{LONGEST_SERVICE}-api")
    assert [action["type"] for action in checks["actions"]] == ["jwt-validation", "forward"]
    (transform,) = checks["transforms"]
    rewrite = {"regex": "^(/.*)$", "replace": "/checked$1"}
    assert transform == {"type": "url-rewrite", "urlRewriteConfig": {"rewrite": rewrite}}
    assert all("transforms" not in rule for rule in rules.values())
