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


def planned(address: str, **overrides: object) -> dict[str, Any]:
    resources = terraform_plan(plan(overrides, stack="prod"))["planned_values"]["root_module"]["resources"]
    values: dict[str, Any] = next(found["values"] for found in resources if found["address"] == address)
    return values


def references(address: str) -> dict[str, list[str]]:
    found = terraform_plan(plan(stack="prod"))["configuration"]["root_module"]["resources"]
    expressions = next(resource["expressions"] for resource in found if resource["address"] == address)
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
    names = ("kmsKeyId", "cidrIpv4", "serverlessv2ScalingConfiguration", "assignPublicIp")
    assert [snake_case(name) for name in names] == [
        "kms_key_id",
        "cidr_ipv4",
        "serverlessv2_scaling_configuration",
        "assign_public_ip",
    ]


def test_nested_objects_are_blocks_and_lists_of_them_have_a_singular_name() -> None:
    service = planned("aws_ecs_service.webui-service")
    assert service["network_configuration"][0]["assign_public_ip"] is False
    assert service["load_balancer"][0]["container_port"] == 8080
    assert service["capacity_provider_strategy"][0]["capacity_provider"] == "FARGATE"
    assert planned("aws_lb_listener.load-balancer-http")["default_action"][0]["redirect"][0]["port"] == "443"
    assert planned("aws_efs_file_system.file-system-efs")["lifecycle_policy"] == [
        {"transition_to_ia": "AFTER_30_DAYS"},
        {"transition_to_primary_storage_class": "AFTER_1_ACCESS"},
    ]


def test_maps_of_the_users_own_keys_stay_maps() -> None:
    assert planned("aws_lb.load-balancer-alb")["tags"]["Environment"] == "prod"
    assert isinstance(planned("aws_ecs_service.gateway-service")["triggers"], dict)


def test_lists_of_plain_values_keep_their_plural() -> None:
    assert len(planned("aws_lb.load-balancer-alb")["subnets"]) == 3
    assert "security_groups" in planned("aws_lb.load-balancer-alb")


def test_whole_numbers_are_integers() -> None:
    days = planned("aws_cloudwatch_log_group.cluster-logs")["retention_in_days"]
    assert (days, type(days)) == (365, int)


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
    addresses = {found["address"] for found in written["planned_values"]["root_module"]["resources"]}
    configured = written["configuration"]["root_module"]["resources"]
    named = {
        reference.removesuffix(".id")
        for resource in configured
        for expression in resource["expressions"].values()
        for reference in expression["references"]
    }
    assert named <= addresses
    assert {change["address"] for change in written["resource_changes"]} == addresses
    assert all(change["change"]["actions"] == ["create"] for change in written["resource_changes"])


def test_every_resource_of_aws_is_in_the_plan_and_none_of_other_providers() -> None:
    recording = plan(OPEN_PROD, stack="prod")
    written = terraform_plan(recording)["planned_values"]["root_module"]["resources"]
    made = [resource for resource in recording.resources if resource.type.startswith("aws:")]
    subnets = [found for found in written if found["type"] == "aws_subnet"]
    assert len(written) == len(made) + 1 + len(subnets)
    assert all(found["type"].startswith("aws_") for found in written)


def test_the_vpc_of_awsx_is_shown_with_its_subnets_as_awsx_makes_them() -> None:
    assert planned("aws_vpc.network-vpc") == {
        "cidr_block": "10.0.0.0/16",
        "enable_dns_hostnames": True,
        "enable_dns_support": True,
    }
    assert planned("aws_subnet.network-vpc-public-us-east-1a")["map_public_ip_on_launch"] is True
    assert planned("aws_subnet.network-vpc-private-us-east-1c")["map_public_ip_on_launch"] is False


def test_no_secret_value_is_in_the_plan() -> None:
    def program() -> None:
        password = random.RandomPassword("password", length=20)
        aws.ssm.Parameter("kept", type="SecureString", value=password.result)
        aws.ssm.Parameter("typed", type="SecureString", value=pulumi.Output.secret("canary"))

    recording = record(program)
    written = json.dumps(terraform_plan(recording))
    assert "canary" not in written
    assert recording.one("aws:ssm/parameter:Parameter", "kept").inputs["value"] not in written
    assert written.count(SENSITIVE) == 4  # in planned_values and in resource_changes


def test_what_a_preview_does_not_know_is_left_out() -> None:
    written = terraform_plan(plan(stack="prod", preview=True))
    json.dumps(written)
    balancer = next(
        found for found in written["planned_values"]["root_module"]["resources"] if found["type"] == "aws_lb"
    )
    assert "subnets" not in balancer["values"] or balancer["values"]["subnets"] == []


def test_arguments_that_pulumi_renamed_are_called_as_in_terraform() -> None:
    def program() -> None:
        topic = aws.sns.Topic("alarms")
        aws.sns.TopicSubscription("mail", topic=topic.arn, protocol="email", endpoint="ops@example.com")

    (subscription,) = [
        found
        for found in terraform_plan(record(program))["planned_values"]["root_module"]["resources"]
        if found["type"] == "aws_sns_topic_subscription"
    ]
    assert subscription["values"].keys() >= {"topic_arn", "protocol", "endpoint"}
