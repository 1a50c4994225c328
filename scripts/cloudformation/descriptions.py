"""How each kind of resource is described: one read-only call of AWS's API, and nothing when it is not there."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.aws_access import Aws
from scripts.cloudformation.problems import means_absent
from scripts.cloudformation.stack import CfnResource

Facts = Mapping[str, Any]
"""A resource as the AWS API describes it."""


def describe(aws: Aws, resource: CfnResource) -> Facts | None:
    """The resource as it is now; None when it was deleted by hand. A type that nobody needs is not asked for."""
    ask = _DESCRIBERS.get(resource.type)
    if ask is None:
        return {}
    try:
        found = ask(aws, resource.physical_id)
    except ClientError as error:
        if means_absent(error):
            return None
        raise
    # ECS remembers deleted clusters and services for a while.
    return None if not found or found.get("status") == "INACTIVE" else found


def service_address(service: str) -> tuple[str, str]:
    """Cluster and name in the ARN of an ECS service (CloudFormation) or in `service/cluster/name` (scaling)."""
    _, cluster, name = service.rsplit(":", 1)[-1].split("/")
    return cluster, name


def task_definition(aws: Aws, arn: str) -> Facts:
    """A task definition, in the stack or not. Raises ClientError when it is not there."""
    return dict(aws.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"])


def log_group(aws: Aws, name: str) -> Facts:
    """A log group; empty when there is none of this name."""
    found = aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((group for group in found if group["logGroupName"] == name), {})


def _first(found: list[Facts]) -> Facts:
    return found[0] if found else {}


def _cluster(aws: Aws, name: str) -> Facts:
    return _first(aws.client("ecs").describe_clusters(clusters=[name])["clusters"])


def _service(aws: Aws, arn: str) -> Facts:
    cluster, name = service_address(arn)
    return _first(aws.client("ecs").describe_services(cluster=cluster, services=[name])["services"])


def _load_balancer(aws: Aws, arn: str) -> Facts:
    return _first(aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"])


def _listener(aws: Aws, arn: str) -> Facts:
    return _first(aws.client("elbv2").describe_listeners(ListenerArns=[arn])["Listeners"])


def _rule(aws: Aws, arn: str) -> Facts:
    found = _first(aws.client("elbv2").describe_rules(RuleArns=[arn])["Rules"])
    # A rule's ARN is its listener's with one more part.
    listener = arn.rpartition("/")[0].replace(":listener-rule/", ":listener/")
    return {**found, "ListenerArn": listener} if found else {}


def _target_group(aws: Aws, arn: str) -> Facts:
    return _first(aws.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"])


def _scalable_target(aws: Aws, physical_id: str) -> Facts:
    # CloudFormation's id is resource|dimension|namespace.
    resource, dimension, namespace = physical_id.split("|")
    scaling = aws.client("application-autoscaling")
    found = scaling.describe_scalable_targets(
        ServiceNamespace=namespace, ResourceIds=[resource], ScalableDimension=dimension
    )
    return _first(found["ScalableTargets"])


def _scaling_policy(aws: Aws, arn: str) -> Facts:
    pages = aws.client("application-autoscaling").get_paginator("describe_scaling_policies")
    found = [policy for page in pages.paginate(ServiceNamespace="ecs") for policy in page["ScalingPolicies"]]
    return _first([policy for policy in found if policy["PolicyARN"] == arn])


def _file_system(aws: Aws, file_system: str) -> Facts:
    return _first(aws.client("efs").describe_file_systems(FileSystemId=file_system)["FileSystems"])


def _mount_target(aws: Aws, mount_target: str) -> Facts:
    return _first(aws.client("efs").describe_mount_targets(MountTargetId=mount_target)["MountTargets"])


def _access_point(aws: Aws, access_point: str) -> Facts:
    return _first(aws.client("efs").describe_access_points(AccessPointId=access_point)["AccessPoints"])


def _security_group(aws: Aws, group: str) -> Facts:
    return _first(aws.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"])


def _secret(aws: Aws, arn: str) -> Facts:
    found = dict(aws.client("secretsmanager").describe_secret(SecretId=arn))
    return {} if found.get("DeletedDate") else found


def _role(aws: Aws, name: str) -> Facts:
    return dict(aws.client("iam").get_role(RoleName=name)["Role"])


def _repository(aws: Aws, name: str) -> Facts:
    return _first(aws.client("ecr").describe_repositories(repositoryNames=[name])["repositories"])


_DESCRIBERS: Mapping[str, Callable[[Aws, str], Facts]] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _scalable_target,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _scaling_policy,
    "AWS::EC2::SecurityGroup": _security_group,
    "AWS::ECR::Repository": _repository,
    "AWS::ECS::Cluster": _cluster,
    "AWS::ECS::ClusterCapacityProviderAssociations": _cluster,
    "AWS::ECS::Service": _service,
    "AWS::ECS::TaskDefinition": task_definition,
    "AWS::EFS::AccessPoint": _access_point,
    "AWS::EFS::FileSystem": _file_system,
    "AWS::EFS::MountTarget": _mount_target,
    "AWS::ElasticLoadBalancingV2::Listener": _listener,
    "AWS::ElasticLoadBalancingV2::ListenerRule": _rule,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _load_balancer,
    "AWS::ElasticLoadBalancingV2::TargetGroup": _target_group,
    "AWS::IAM::Role": _role,
    "AWS::Logs::LogGroup": log_group,
    "AWS::SecretsManager::Secret": _secret,
}
