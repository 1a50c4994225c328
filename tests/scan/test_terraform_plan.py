"""The recorded stack in Terraform's words, as scanners of Terraform plans read it."""

import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random
import pytest

from offline.engine import record
from scan.terraform_plan import SENSITIVE, snake_case, terraform_plan, terraform_type
from tests.program.variants import OPEN_PROD
from tests.support.program import plan


def resources(written: dict[str, Any], part: str = "planned_values") -> dict[str, dict[str, Any]]:
    return {resource["address"]: resource for resource in written[part]["root_module"]["resources"]}


def planned(address: str) -> dict[str, Any]:
    values: dict[str, Any] = resources(terraform_plan(plan(stack="prod")))[address]["values"]
    return values


def references(address: str) -> dict[str, list[str]]:
    expressions = resources(terraform_plan(plan(stack="prod")), "configuration")[address]["expressions"]
    return {argument: expression["references"] for argument, expression in expressions.items()}


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws:ecs/taskDefinition:TaskDefinition", "aws_ecs_task_definition"),
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:lb/listener:Listener", "aws_lb_listener"),
        ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:rds/subnetGroup:SubnetGroup", "aws_db_subnet_group"),
        ("aws:wafv2/webAcl:WebAcl", "aws_wafv2_web_acl"),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws_s3_bucket_public_access_block"),
    ],
)
def test_types_have_terraforms_names(token: str, expected: str) -> None:
    assert terraform_type(token) == expected


def test_properties_have_terraforms_spelling() -> None:
    names = ("kmsKeyId", "cidrIpv4", "serverlessv2ScalingConfiguration")
    assert [*map(snake_case, names)] == ["kms_key_id", "cidr_ipv4", "serverlessv2_scaling_configuration"]


@pytest.mark.parametrize(
    ("address", "path", "value"),
    [
        pytest.param(
            "aws_ecs_service.webui-service", ("network_configuration", 0, "assign_public_ip"), False, id="block"
        ),
        pytest.param("aws_ecs_service.webui-service", ("load_balancer", 0, "container_port"), 8080, id="blocks"),
        pytest.param(
            "aws_ecs_service.webui-service",
            ("capacity_provider_strategy", 0, "capacity_provider"),
            "FARGATE",
            id="a plural in -ies",
        ),
        pytest.param(
            "aws_lb_listener.load-balancer-http",
            ("default_action", 0, "redirect", 0, "port"),
            "443",
            id="nested blocks",
        ),
        pytest.param(
            "aws_efs_file_system.file-system-efs",
            ("lifecycle_policy",),
            [{"transition_to_ia": "AFTER_30_DAYS"}, {"transition_to_primary_storage_class": "AFTER_1_ACCESS"}],
            id="a list of blocks",
        ),
        pytest.param("aws_lb.load-balancer-alb", ("tags", "Environment"), "prod", id="a map"),
        pytest.param("aws_cloudwatch_log_group.cluster-logs", ("retention_in_days",), 365, id="a whole number"),
        pytest.param("aws_vpc.network-vpc", ("cidr_block",), "10.0.0.0/16", id="the VPC of awsx"),
        pytest.param("aws_vpc.network-vpc", ("enable_dns_hostnames",), True, id="the VPC's options"),
        pytest.param(
            "aws_subnet.network-vpc-public-us-east-1a", ("map_public_ip_on_launch",), True, id="a public subnet"
        ),
        pytest.param(
            "aws_subnet.network-vpc-private-us-east-1c", ("map_public_ip_on_launch",), False, id="a private subnet"
        ),
    ],
)
def test_values_stand_where_terraform_has_them(address: str, path: tuple[str | int, ...], value: object) -> None:
    written: Any = planned(address)
    for step in path:
        written = written[step]
    assert (written, type(written)) == (value, type(value))


def test_lists_of_plain_values_keep_their_plural_and_maps_of_own_keys_stay_maps() -> None:
    assert len(planned("aws_lb.load-balancer-alb")["subnets"]) == 3
    assert "security_groups" in planned("aws_lb.load-balancer-alb")
    assert isinstance(planned("aws_ecs_service.gateway-service")["triggers"], dict)


def test_policies_and_container_definitions_stay_json_texts() -> None:
    assert json.loads(planned("aws_iam_role_policy.gateway-task-policy")["policy"])["Statement"]
    assert json.loads(planned("aws_ecs_task_definition.webui-task")["container_definitions"])


def test_references_name_the_resource_that_a_value_comes_from() -> None:
    assert references("aws_lb.load-balancer-alb")["security_groups"] == [
        "aws_security_group.load-balancer-sg.id",
        "aws_security_group.load-balancer-sg",
    ]
    assert "aws_vpc.network-vpc" in references("aws_flow_log.network-flow-log")["vpc_id"]


def test_every_reference_and_change_is_about_a_planned_resource() -> None:
    written = terraform_plan(plan(OPEN_PROD, stack="prod"))
    named = {
        reference.removesuffix(".id")
        for resource in resources(written, "configuration").values()
        for expression in resource["expressions"].values()
        for reference in expression["references"]
    }
    assert named <= resources(written).keys()
    changes = {change["address"]: change["change"]["actions"] for change in written["resource_changes"]}
    assert changes == {address: ["create"] for address in resources(written)}


def test_every_resource_of_aws_is_in_the_plan_and_none_of_other_providers() -> None:
    recording = plan(OPEN_PROD, stack="prod")
    types = [resource["type"] for resource in resources(terraform_plan(recording)).values()]
    made = [resource for resource in recording.resources if resource.type.startswith("aws:")]
    assert len(types) == len(made) + types.count("aws_vpc") + types.count("aws_subnet")
    assert types.count("aws_vpc") == 1
    assert all(type_.startswith("aws_") for type_ in types)


def test_no_secret_value_is_in_the_plan() -> None:
    def program() -> None:
        password = random.RandomPassword("password", length=20)
        aws.ssm.Parameter("kept", type="SecureString", value=password.result)
        aws.ssm.Parameter("typed", type="SecureString", value=pulumi.Output.secret("canary"))

    recording = record(program)
    written = json.dumps(terraform_plan(recording))
    assert "canary" not in written
    assert recording.one(aws.ssm.Parameter, "kept").inputs["value"] not in written
    assert written.count(SENSITIVE) == 4  # in planned_values and in resource_changes


def test_what_a_preview_does_not_know_is_left_out() -> None:
    written = resources(terraform_plan(plan(stack="prod", preview=True)))
    balancer = written["aws_lb.load-balancer-alb"]["values"]
    listener = written["aws_lb_listener.load-balancer-http"]["values"]
    assert (balancer["subnets"], balancer["access_logs"]) == ([], [{"enabled": True}])
    assert "load_balancer_arn" in planned("aws_lb_listener.load-balancer-http").keys() - listener.keys()


def test_arguments_that_pulumi_renamed_are_called_as_in_terraform() -> None:
    def program() -> None:
        topic = aws.sns.Topic("alarms")
        aws.sns.TopicSubscription("mail", topic=topic.arn, protocol="email", endpoint="ops@example.com")

    subscription = resources(terraform_plan(record(program)))["aws_sns_topic_subscription.mail"]
    assert subscription["values"].keys() == {"topic_arn", "protocol", "endpoint"}
