"""Budgets for the names that people type: what AWS makes of them must not become too long."""

import re

APPLICATION_LOAD_BALANCER = 32
"""Characters (elbv2 CreateLoadBalancer); must not begin with `internal-`."""

TARGET_GROUP = 32
"""Characters (elbv2 CreateTargetGroup)."""

AUTO_NAME_SUFFIX = len("-0123456")
"""Pulumi names a resource that was given no name <logical name>-<7 hex digits>."""

# The tightest names built from what people type: the target group of a service, the load balancer of a stack.
_TARGET_GROUP_SUFFIX = "-tg"
_LOAD_BALANCER_SUFFIX = "-alb"
MAX_SERVICE_NAME = TARGET_GROUP - AUTO_NAME_SUFFIX - len(_TARGET_GROUP_SUFFIX)
MAX_NAME_PREFIX = APPLICATION_LOAD_BALANCER - AUTO_NAME_SUFFIX - len(_LOAD_BALANCER_SUFFIX)

# RDS and ElastiCache want a letter first, no double and no final hyphen; S3 and ECR want lower case.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHAPE = "lower-case letters, digits and single hyphens, a letter first, no hyphen last"


def service_name_problem(name: str) -> str | None:
    """What is wrong with the name of an ECS service in this stack; None when it is good."""
    if f"{name}-".startswith("sg-"):
        return "must not be 'sg' or begin with 'sg-': EC2 reserves it for security groups' ids"
    return _check(name, MAX_SERVICE_NAME, f"target group names end at {TARGET_GROUP}")


def name_prefix_problem(prefix: str) -> str | None:
    """What is wrong with the prefix of a stack's physical names; None when it is good."""
    if prefix.partition("-")[0] == "aws":
        return "must not begin with 'aws': several services reserve it"
    for reserved, owner in (("internal-", "Elastic Load Balancing"), ("sg-", "EC2")):
        if prefix.startswith(reserved):
            return f"must not begin with {reserved!r}: {owner} reserves it"
    return _check(prefix, MAX_NAME_PREFIX, f"load balancer names end at {APPLICATION_LOAD_BALANCER}")


def _check(name: str, limit: int, reason: str) -> str | None:
    if not _NAME.fullmatch(name):
        return f"must be {_SHAPE}"
    if len(name) > limit:
        return f"must be at most {limit} characters, not {len(name)}: {reason}"
    return None


def cluster_name(name_prefix: str) -> str:
    """The ECS cluster, as people type it."""
    return f"{name_prefix}-cluster"


def insights_log_group(name_prefix: str) -> str:
    """Where Container Insights writes a cluster's performance events (CloudWatch user guide): the name is fixed."""
    return f"/aws/ecs/containerinsights/{cluster_name(name_prefix)}/performance"
