"""What the plan says of ways in and of rights, read from programs small and whole."""

import io

import pulumi_aws as aws
from rich.console import Console

from offline.engine import record
from offline.plan.sections.exposure import Right, Way, render, right_text, rights_of, short_arn, ways_of, ways_out_of
from tests.program.variants import CIDRS, variant
from tests.support.program import plan


def ways(stack: str) -> set[tuple[bool, str, str, str]]:
    return {(way.outside, way.source, way.target, way.port) for way in ways_of(plan(stack=stack))}


def rights(stack: str, role: str) -> list[str]:
    return [right_text(right) for right in rights_of(plan(stack=stack)) if right.principal == role]


def printed(stack: str, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as capture:
        console.print(render(plan(stack=stack)))
    return capture.get().splitlines()


def test_from_outside_dev_is_reached_through_the_load_balancer_and_by_ecs_exec_only() -> None:
    assert {way for way in ways("dev") if way[0]} == {
        (True, "10.0.0.0/16", "load balancer", "80 HTTP"),
        (True, "aws ecs execute-command (IAM)", "webui tasks", "a shell"),
    }


def test_prod_admits_https_and_redirects_the_rest() -> None:
    assert {way for way in ways("prod") if way[0]} == {
        (True, "10.0.0.0/16", "load balancer", "443 HTTPS"),
        (True, "10.0.0.0/16", "load balancer", "80 HTTP, redirects to HTTPS"),
    }


def test_the_chain_from_load_balancer_to_data_is_shown() -> None:
    assert {way[1:] for way in ways("dev") if not way[0]} == {
        ("load balancer", "all tasks", "8080"),
        ("webui tasks", "cache", "6379"),
        ("webui tasks", "database", "5433"),
        ("webui tasks", "file system", "2049"),
        ("webui tasks", "load balancer", "80 HTTP"),
    }


def test_every_allowed_source_is_a_line_of_its_own() -> None:
    sources = {way.source for way in ways_of(variant("3 CIDRs").plan()) if way.outside}
    assert set(CIDRS[:3]) <= sources


def test_tasks_call_out_by_https_only() -> None:
    ways = [Way(outside=True, source=f"{app} tasks", target="0.0.0.0/0", port="443") for app in ("gateway", "webui")]
    assert ways_out_of(plan()) == ways


def test_a_group_that_nothing_uses_goes_by_its_name_and_all_ports_are_said_so() -> None:
    def program() -> None:
        group = aws.ec2.SecurityGroup("lonely")
        aws.vpc.SecurityGroupIngressRule("all", security_group_id=group.id, cidr_ipv4="0.0.0.0/0", ip_protocol="-1")
        aws.vpc.SecurityGroupIngressRule(
            "range", security_group_id=group.id, cidr_ipv6="::/0", ip_protocol="tcp", from_port=1, to_port=9
        )

    assert ways_of(record(program)) == [
        Way(outside=True, source="0.0.0.0/0", target="lonely", port="all ports"),
        Way(outside=True, source="::/0", target="lonely", port="1 to 9"),
    ]


def test_only_the_gateway_may_call_bedrock() -> None:
    callers = {right.principal for right in rights_of(plan()) if any("bedrock:" in action for action in right.actions)}
    assert callers == {"gateway-task-role"}


def test_a_role_has_one_line_for_each_statement() -> None:
    assert rights("prod", "gateway-task-role")[0] == "bedrock:ListFoundationModels, ListInferenceProfiles on *"
    assert rights("prod", "webui-task-role") == [
        "elasticfilesystem:ClientMount, ClientWrite on file-system/fs-796515359e2e36aad, if AccessPointArn"
    ]


def test_a_managed_policy_counts_as_a_right() -> None:
    assert rights("dev", "data-tier-database-monitoring") == ["policy AmazonRDSEnhancedMonitoringRole"]


def test_a_long_list_of_resources_is_counted() -> None:
    right = Right(
        principal="r", taken_by="ecs-tasks", actions=("s3:GetObject",), resources=("a", "b", "c", "d"), conditions=()
    )
    assert right_text(right) == "s3:GetObject on a, b and 2 more"


def test_arns_lose_what_every_arn_of_the_stack_has() -> None:
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:secrets-api-key-secret-54c58ea-54c58e"
    assert short_arn(secret) == "secret:secrets-api-key"
    assert short_arn("arn:aws:bedrock:us-east-1::foundation-model/*") == "foundation-model/*"
    assert short_arn("*") == "*"


def test_the_exposure_of_dev_fits_on_one_screen() -> None:
    assert len(printed("dev", 120)) <= 45


def test_an_empty_stack_exposes_nothing() -> None:
    assert render(record(lambda: None)) is None


def test_policies_unknown_in_a_preview_are_said_to_be_so() -> None:
    found = {action for right in rights_of(plan(preview=True)) for action in right.actions}
    assert "(known at deployment)" in found
