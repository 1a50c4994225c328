"""A listener that others have rules on: refused where it cannot serve, shared without a change to what is theirs."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws
import pytest

from offline.engine import AwsFacts
from offline.engine.recording import Recording
from offline.plan.sections.routing import listeners_of
from tests.program.test_lookups import refused
from tests.program.variants import VPC_ID, given_vpc
from tests.settings.samples import valid
from tests.support.program import environment, plan

LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/0123456789abcdef/fedcba9876543210"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/shared/0123456789abcdef"
GROUPS = ["sg-0123456789abcdef0", "sg-0123456789abcdef1"]
PORTS = [3000, 8080]
HOST = {"domain": "chat.example.com", "listenerArn": LISTENER}
SERVICES = {
    "wiki": {"image": "docker.io/a/b:1", "port": 3000, "hosts": ["wiki.example.com"], "healthPath": "/h"},
    "docs": {"image": "docker.io/a/b:1", "port": 8080, "paths": ["/docs/*"], "healthPath": "/h"},
}
VPC = given_vpc("ab", public="ab")
NETWORK = VPC.overrides["network"]
PUBLIC = sorted(name for name in VPC.subnets if name.startswith("subnet-b"))


def facts(*, listener: Mapping[str, Any] | None = None, **balancer: Any) -> AwsFacts:
    """The account, with a load balancer in its public subnets."""
    described = {"securityGroups": GROUPS, "subnets": PUBLIC, "vpcId": VPC_ID, "idleTimeout": 1000, **balancer}
    others = {LISTENER: listener or {"port": 443}, BALANCER: described}
    return AwsFacts(vpcs={VPC_ID: {"cidrBlock": "10.0.0.0/16"}}, subnets=VPC.subnets, others=others)


def planned(aws: AwsFacts | None = None, **more: Any) -> Recording:
    config = {"network": NETWORK, "loadBalancer": HOST, "services": SERVICES, **more}
    return plan(config, aws=aws or facts())


def with_rules(rules: Mapping[int, Mapping[str, str]]) -> AwsFacts:
    """The account, with rules of these tags on the listener."""
    there = {f"{LISTENER}/{priority}": {"tags": tags} for priority, tags in rules.items()}
    known = facts()
    return AwsFacts(vpcs=known.vpcs, subnets=known.subnets, others={**known.others, **there})


def priorities(recording: Recording) -> dict[str, int]:
    return {rule.name.removesuffix("-rule"): rule.inputs["priority"] for rule in recording.of_type(aws.lb.ListenerRule)}


def test_each_rule_is_for_a_host_and_the_gateway_has_none() -> None:
    (listener,) = listeners_of(planned())
    assert [(rule.services, rule.conditions) for rule in listener.rules] == [
        (("webui-bedrock-docs-service",), {"host": ("chat.example.com",), "path": ("/docs/*",)}),
        (("webui-bedrock-wiki-service",), {"host": ("wiki.example.com",)}),
        (("webui-bedrock-webui-service",), {"host": ("chat.example.com",)}),
        ((), {}),
    ]
    assert (listener.protocol, listener.port) == ("HTTPS", 443)


def test_rules_go_around_those_of_others_and_stay_when_they_are_found_again() -> None:
    free = priorities(planned())
    others = {priority: {"Name": "theirs", "Environment": "dev"} for priority in free.values()}
    around = priorities(planned(with_rules(others)))
    assert around == {app: priority + 1 for app, priority in free.items()}
    own = {
        priority: {"Project": "webui-bedrock", "Environment": "dev", "Name": f"webui-bedrock-{app}-rule", "Team": "a"}
        for app, priority in around.items()
    }
    assert priorities(planned(with_rules(others | own))) == around


def test_two_stacks_on_one_listener_want_other_places() -> None:
    other = planned(loadBalancer={**HOST, "domain": "talk.example.com"})
    assert not set(priorities(other).values()) & set(priorities(planned()).values())


def test_nothing_of_the_load_balancer_is_made_or_changed_and_all_its_groups_reach_the_tasks() -> None:
    recording = planned()
    assert recording.of_type(aws.lb.LoadBalancer) == recording.of_type(aws.lb.Listener) == []
    rules = [
        *recording.of_type(aws.vpc.SecurityGroupIngressRule),
        *recording.of_type(aws.vpc.SecurityGroupEgressRule),
    ]
    assert {rule.inputs["securityGroupId"] for rule in rules} & set(GROUPS) == set()
    ways = {
        (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"])
        for rule in rules
        if rule.inputs.get("referencedSecurityGroupId") in GROUPS
    }
    assert ways == {(group, port) for group in GROUPS for port in PORTS}


def test_open_webui_believes_that_load_balancer_and_outwaits_it() -> None:
    variables = environment(planned(), "webui")
    assert variables["FORWARDED_ALLOW_IPS"] == "10.0.100.0/24,10.0.101.0/24"
    assert int(variables["UVICORN_TIMEOUT_KEEP_ALIVE"]) > 1000
    assert variables["WEBUI_URL"] == "https://chat.example.com"
    assert variables["WEBUI_AUTH_COOKIE_SECURE"] == "true"


def test_outputs_and_urls_name_its_port() -> None:
    recording = planned(facts(listener={"port": 8443}))
    assert recording.outputs["LoadBalancerURL"] == "https://chat.example.com:8443"
    assert recording.outputs["LoadBalancerDNS"].startswith("internal-shared-")


@pytest.mark.parametrize(
    ("balancer", "known", "key", "rule"),
    [
        ({}, facts(vpcId="vpc-0fedcba9876543210"), "listenerArn", f"must be a listener in {VPC_ID} (network.vpcId)"),
        ({}, facts(listener={"protocol": "HTTP", "port": 80}), "listenerArn", "must be an HTTPS listener, unless"),
        (
            {"plainHttp": True},
            facts(listener={"protocol": "HTTP", "port": 80}, internal=False),
            "listenerArn",
            "must be an HTTPS listener: its load balancer faces the internet",
        ),
        ({"plainHttp": True}, facts(), "plainHttp", "cannot be true: the listener speaks HTTPS"),
    ],
)
def test_a_listener_that_cannot_serve_is_refused(
    balancer: dict[str, Any], known: AwsFacts, key: str, rule: str
) -> None:
    config = valid(network=NETWORK, loadBalancer={**HOST, **balancer})
    (problem,) = refused(config, known)
    assert problem.startswith(f"loadBalancer.{key}: read ")
    assert rule in problem


def test_what_its_owner_should_change_is_told() -> None:
    recording = planned(facts(idleTimeout=60, internal=False), webui={"signup": True})
    told = [message for severity, message in recording.log if severity == "warning"]
    assert [message for message in told if "loadBalancer.listenerArn" in message and "hangs up after 60" in message]
    assert [message for message in told if message.startswith("webui.signup") and "faces the internet" in message]
