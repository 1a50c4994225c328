"""How each kind of resource is described: one read-only call of AWS's API, and nothing when it is not there."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from health.aws import Aws
from scripts.cloudformation.stack import CfnResource

Facts = Mapping[str, Any]
"""A resource as the AWS API describes it."""

ABSENT = ("NotFound", "NoSuchEntity", "DoesNotExist", "INACTIVE")
"""Parts of the error codes by which AWS says that there is no such thing; every service has its own."""

BY_ID: Mapping[str, tuple[str, str, str, str]] = {
    "AWS::EC2::SecurityGroup": ("ec2", "describe_security_groups", "GroupIds[]", "SecurityGroups"),
    "AWS::ECR::Repository": ("ecr", "describe_repositories", "repositoryNames[]", "repositories"),
    "AWS::ECS::Cluster": ("ecs", "describe_clusters", "clusters[]", "clusters"),
    "AWS::ECS::ClusterCapacityProviderAssociations": ("ecs", "describe_clusters", "clusters[]", "clusters"),
    "AWS::ECS::TaskDefinition": ("ecs", "describe_task_definition", "taskDefinition", "taskDefinition"),
    "AWS::EFS::AccessPoint": ("efs", "describe_access_points", "AccessPointId", "AccessPoints"),
    "AWS::EFS::FileSystem": ("efs", "describe_file_systems", "FileSystemId", "FileSystems"),
    "AWS::EFS::MountTarget": ("efs", "describe_mount_targets", "MountTargetId", "MountTargets"),
    "AWS::ElasticLoadBalancingV2::Listener": ("elbv2", "describe_listeners", "ListenerArns[]", "Listeners"),
    "AWS::ElasticLoadBalancingV2::ListenerRule": ("elbv2", "describe_rules", "RuleArns[]", "Rules"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        "elbv2",
        "describe_load_balancers",
        "LoadBalancerArns[]",
        "LoadBalancers",
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        "elbv2",
        "describe_target_groups",
        "TargetGroupArns[]",
        "TargetGroups",
    ),
    "AWS::IAM::Role": ("iam", "get_role", "RoleName", "Role"),
}
"""What is asked for by its physical id alone: service, operation, parameter (`[]`: a list), part of the answer."""


def describe(aws: Aws, resource: CfnResource) -> Facts | None:
    """The resource as it is now; None when it was deleted by hand. A type that nobody needs is not asked for."""
    ask = _OTHERS.get(resource.type)
    try:
        if ask is not None:
            facts = ask(aws, resource.physical_id)
        elif resource.type in BY_ID:
            facts = _by_id(aws, resource.type, resource.physical_id)
        else:
            return {}
    except ClientError as error:
        if _means_absent(error):
            return None
        raise
    # ECS remembers deleted clusters and services for a while.
    return None if not facts or facts.get("status") == "INACTIVE" else facts


def service_address(service: str) -> tuple[str, str]:
    """Cluster and name in the ARN of an ECS service (CloudFormation) or in `service/cluster/name` (scaling)."""
    _, cluster, name = service.rsplit(":", 1)[-1].split("/")
    return cluster, name


def task_definition(aws: Aws, arn: str) -> Facts:
    """A task definition, in the stack or not. Raises ClientError when it is not there."""
    return _by_id(aws, "AWS::ECS::TaskDefinition", arn)


def log_group(aws: Aws, name: str) -> Facts:
    """A log group; empty when there is none of this name."""
    groups = aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((group for group in groups if group["logGroupName"] == name), {})


def _by_id(aws: Aws, cfn_type: str, physical_id: str) -> Facts:
    service, operation, parameter, part = BY_ID[cfn_type]
    value = [physical_id] if parameter.endswith("[]") else physical_id
    answer = getattr(aws.client(service), operation)(**{parameter.removesuffix("[]"): value})[part]
    return _first(answer) if isinstance(answer, list) else answer


def _means_absent(error: ClientError) -> bool:
    details = error.response["Error"]
    # ECS has no code of its own for a missing task definition.
    return any(word in details["Code"] for word in ABSENT) or "Unable to describe task definition" in details["Message"]


def _first(described: list[Facts]) -> Facts:
    return described[0] if described else {}


def _service(aws: Aws, arn: str) -> Facts:
    cluster, name = service_address(arn)
    return _first(aws.client("ecs").describe_services(cluster=cluster, services=[name])["services"])


def _rule(aws: Aws, arn: str) -> Facts:
    rule = _by_id(aws, "AWS::ElasticLoadBalancingV2::ListenerRule", arn)
    # A rule's ARN is its listener's with one more part.
    listener = arn.rpartition("/")[0].replace(":listener-rule/", ":listener/")
    return {**rule, "ListenerArn": listener} if rule else {}


def _scalable_target(aws: Aws, physical_id: str) -> Facts:
    # CloudFormation's id is resource|dimension|namespace.
    resource, dimension, namespace = physical_id.split("|")
    scaling = aws.client("application-autoscaling")
    answer = scaling.describe_scalable_targets(
        ServiceNamespace=namespace, ResourceIds=[resource], ScalableDimension=dimension
    )
    return _first(answer["ScalableTargets"])


def _scaling_policy(aws: Aws, arn: str) -> Facts:
    pages = aws.client("application-autoscaling").get_paginator("describe_scaling_policies")
    policies = [policy for page in pages.paginate(ServiceNamespace="ecs") for policy in page["ScalingPolicies"]]
    return _first([policy for policy in policies if policy["PolicyARN"] == arn])


def _secret(aws: Aws, arn: str) -> Facts:
    secret = dict(aws.client("secretsmanager").describe_secret(SecretId=arn))
    return {} if secret.get("DeletedDate") else secret


_OTHERS: Mapping[str, Callable[[Aws, str], Facts]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::ECS::Service": _service,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule,
    "AWS::Logs::LogGroup": log_group,
    "AWS::SecretsManager::Secret": _secret,
}
