"""Length limits of the physical names this program causes, and the budgets for the names people type.

The limits are those of the services' API references; each constant names the operation that states it.
"""

import re

APPLICATION_LOAD_BALANCER = 32  # elbv2 CreateLoadBalancer; must not begin with "internal-"
TARGET_GROUP = 32  # elbv2 CreateTargetGroup
ELASTICACHE_REPLICATION_GROUP = 40  # elasticache CreateReplicationGroup
RDS_IDENTIFIER = 63  # rds CreateDBCluster (Aurora) and CreateDBInstance
S3_BUCKET = 63  # Amazon S3 bucket naming rules
IAM_ROLE = 64  # iam CreateRole
EFS_CREATION_TOKEN = 64  # efs CreateFileSystem
WEB_ACL = 128  # wafv2 CreateWebACL
ECS = 255  # ecs CreateCluster, CreateService and the family of RegisterTaskDefinition
SECURITY_GROUP = 255  # ec2 CreateSecurityGroup; must not begin with "sg-"
RDS_SUBNET_GROUP = 255  # rds CreateDBSubnetGroup
ELASTICACHE_SUBNET_GROUP = 255  # elasticache CreateCacheSubnetGroup
CLOUDWATCH_ALARM = 255  # cloudwatch PutMetricAlarm
CLOUDWATCH_DASHBOARD = 255  # cloudwatch PutDashboard
SNS_TOPIC = 256  # sns CreateTopic
ECR_REPOSITORY = 256  # ecr CreateRepository
KMS_ALIAS = 256  # kms CreateAlias, "alias/" included
LOG_GROUP = 512  # logs CreateLogGroup
SECRET = 512  # secretsmanager CreateSecret

# Pulumi names a resource that was given no name <logical name>-<7 hex digits>.
AUTO_NAME_SUFFIX = len("-0123456")

# The tightest names built from what people type: the target group of a service, the load balancer of a stack.
_TARGET_GROUP_SUFFIX = "-tg"
_LOAD_BALANCER_SUFFIX = "-alb"
MAX_SERVICE_NAME = TARGET_GROUP - AUTO_NAME_SUFFIX - len(_TARGET_GROUP_SUFFIX)
MAX_NAME_PREFIX = APPLICATION_LOAD_BALANCER - AUTO_NAME_SUFFIX - len(_LOAD_BALANCER_SUFFIX)

# RDS and ElastiCache want a letter first, no double and no final hyphen; S3 and ECR want lower case.
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SHAPE = "lower-case letters, digits and single hyphens, a letter first, no hyphen last"


def fits(logical_name: str, limit: int) -> bool:
    """Whether Pulumi's automatic name for this logical name stays within the service's limit (characters)."""
    return len(logical_name) + AUTO_NAME_SUFFIX <= limit


def check_service_name(name: str) -> str | None:
    """What is wrong with the name of an ECS service in this stack; None when it is good."""
    if f"{name}-".startswith("sg-"):
        return "must not be 'sg' or begin with 'sg-': EC2 reserves it for security groups' ids"
    return _check(name, MAX_SERVICE_NAME, f"target group names end at {TARGET_GROUP}")


def check_name_prefix(prefix: str) -> str | None:
    """What is wrong with the prefix of a stack's physical names; None when it is good."""
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
