"""Every component of the program in its smallest and its largest form, with the exact children that it must have."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from components.app_secrets import AppSecrets
from components.cloudformation_exports import CloudFormationExports
from components.cluster import Cluster
from components.container_image import ContainerImage
from components.data_tier import DataTier
from components.ecs_app_service import EcsAppService
from components.encryption_key import EncryptionKey
from components.file_system import SharedFileSystem
from components.load_balancer import SharedLoadBalancer
from components.network import Network
from offline.recording import Recording
from tests.support import component_args as given
from tests.support.component_recording import Component, record_one


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One component with one set of arguments."""

    component: Component
    name: str
    """The longest that the program gives it, because physical names are built from it."""
    args: object
    children: Mapping[str, str]
    """Name of each child without the component's own, and its type."""
    protected: frozenset[str] = frozenset()
    """The same names of the children that a deployment must not delete."""


SERVICE_CHILDREN = {
    "-execution-policy": "iam.RolePolicy",
    "-execution-role": "iam.Role",
    "-scale-on-cpu": "appautoscaling.Policy",
    "-scaling": "appautoscaling.Target",
    "-service": "ecs.Service",
    "-sg": "ec2.SecurityGroup",
    "-task": "ecs.TaskDefinition",
    "-task-role": "iam.Role",
}
CLUSTER_CHILDREN = {
    "-capacity": "ecs.ClusterCapacityProviders",
    "-ecs": "ecs.Cluster",
    "-https-out": "vpc.SecurityGroupEgressRule",
    "-logs": "cloudwatch.LogGroup",
    "-tasks-sg": "ec2.SecurityGroup",
}
BALANCER_CHILDREN = {
    "-80-from-10-0-0-0-16": "vpc.SecurityGroupIngressRule",
    "-alb": "lb.LoadBalancer",
    "-http": "lb.Listener",
    "-logs-bucket": "s3.Bucket",
    "-logs-encryption": "s3.BucketServerSideEncryptionConfiguration",
    "-logs-lifecycle": "s3.BucketLifecycleConfiguration",
    "-logs-ownership": "s3.BucketOwnershipControls",
    "-logs-policy": "s3.BucketPolicy",
    "-logs-private": "s3.BucketPublicAccessBlock",
    "-logs-versioning": "s3.BucketVersioning",
    "-sg": "ec2.SecurityGroup",
}
KEY_CHILDREN = {"-alias": "kms.Alias", "-kms": "kms.Key"}
IMAGE_CHILDREN = {"-build": "awsx.ecr.Image", "-expiry": "ecr.LifecyclePolicy", "-repository": "ecr.Repository"}
FILE_SYSTEM_CHILDREN = {
    "-backup": "efs.BackupPolicy",
    "-efs": "efs.FileSystem",
    "-mount-eu-west-1a": "efs.MountTarget",
    "-mount-eu-west-1b": "efs.MountTarget",
    "-policy": "efs.FileSystemPolicy",
    "-sg": "ec2.SecurityGroup",
}
SECRETS_CHILDREN = {
    "-admin-password-secret": "secretsmanager.Secret",
    "-admin-password-value": "random.RandomPassword",
    "-admin-password-version": "secretsmanager.SecretVersion",
    "-webui-secret-key-secret": "secretsmanager.Secret",
    "-webui-secret-key-value": "random.RandomPassword",
    "-webui-secret-key-version": "secretsmanager.SecretVersion",
}
DATA_TIER_CHILDREN = {
    "-cache-nodes": "elasticache.ReplicationGroup",
    "-cache-parameters": "elasticache.ParameterGroup",
    "-cache-sg": "ec2.SecurityGroup",
    "-cache-subnets": "elasticache.SubnetGroup",
    "-cache-token-value": "random.RandomPassword",
    "-cache-url-secret": "secretsmanager.Secret",
    "-cache-url-version": "secretsmanager.SecretVersion",
    "-database-cluster": "rds.Cluster",
    "-database-instance-1": "rds.ClusterInstance",
    "-database-logs": "cloudwatch.LogGroup",
    "-database-monitoring": "iam.Role",
    "-database-monitoring-policy": "iam.RolePolicyAttachment",
    "-database-parameters": "rds.ClusterParameterGroup",
    "-database-password-secret": "secretsmanager.Secret",
    "-database-password-value": "random.RandomPassword",
    "-database-password-version": "secretsmanager.SecretVersion",
    "-database-sg": "ec2.SecurityGroup",
    "-database-subnets": "rds.SubnetGroup",
    "-database-suffix": "random.RandomId",
}

VARIANTS = {
    "network given": Variant(component=Network, name="network", args=given.GIVEN_NETWORK, children={}),
    "network created": Variant(
        component=Network,
        name="network",
        args=given.CREATED_NETWORK,
        children={
            "-bedrock": "ec2.VpcEndpoint",
            "-bedrock-runtime": "ec2.VpcEndpoint",
            "-default": "ec2.DefaultSecurityGroup",
            "-ecr-api": "ec2.VpcEndpoint",
            "-ecr-dkr": "ec2.VpcEndpoint",
            "-endpoints-from-vpc": "vpc.SecurityGroupIngressRule",
            "-endpoints-sg": "ec2.SecurityGroup",
            "-flow-log": "ec2.FlowLog",
            "-flows": "cloudwatch.LogGroup",
            "-flows-policy": "iam.RolePolicy",
            "-flows-role": "iam.Role",
            "-logs": "ec2.VpcEndpoint",
            "-s3": "ec2.VpcEndpoint",
            "-secretsmanager": "ec2.VpcEndpoint",
            "-ssmmessages": "ec2.VpcEndpoint",
            "-vpc": "awsx.ec2.Vpc",
        },
    ),
    "key": Variant(component=EncryptionKey, name="encryption-key", args=given.KEY, children=KEY_CHILDREN),
    "key protected": Variant(
        component=EncryptionKey,
        name="encryption-key",
        args=replace(given.KEY, protect=True),
        children=KEY_CHILDREN,
        protected=frozenset({"-kms"}),
    ),
    "cluster": Variant(component=Cluster, name="cluster", args=given.CLUSTER, children=CLUSTER_CHILDREN),
    "cluster with everything": Variant(
        component=Cluster,
        name="cluster",
        args=replace(given.CLUSTER, ports=(8080, 80, 8080), service_connect=True),
        children={
            **CLUSTER_CHILDREN,
            "-from-load-balancer-80": "vpc.SecurityGroupIngressRule",
            "-from-load-balancer-8080": "vpc.SecurityGroupIngressRule",
            "-load-balancer-to-tasks-80": "vpc.SecurityGroupEgressRule",
            "-load-balancer-to-tasks-8080": "vpc.SecurityGroupEgressRule",
            "-namespace": "servicediscovery.HttpNamespace",
        },
    ),
    "image": Variant(
        component=ContainerImage, name=f"{given.LONGEST_SERVICE}-image", args=given.IMAGE, children=IMAGE_CHILDREN
    ),
    "image protected": Variant(
        component=ContainerImage,
        name=f"{given.LONGEST_SERVICE}-image",
        args=replace(given.IMAGE, protect=True),
        children=IMAGE_CHILDREN,
    ),
    "load balancer": Variant(
        component=SharedLoadBalancer, name="load-balancer", args=given.BALANCER, children=BALANCER_CHILDREN
    ),
    "load balancer with everything": Variant(
        component=SharedLoadBalancer,
        name="load-balancer",
        args=replace(
            given.BALANCER,
            internal=False,
            allowed_cidrs=("10.0.0.0/16", "192.0.2.0/24"),
            domain="chat.example.com",
            hosted_zone_id="Z1",
            web_firewall=True,
            protect=True,
        ),
        children={
            **BALANCER_CHILDREN,
            "-443-from-10-0-0-0-16": "vpc.SecurityGroupIngressRule",
            "-443-from-192-0-2-0-24": "vpc.SecurityGroupIngressRule",
            "-80-from-192-0-2-0-24": "vpc.SecurityGroupIngressRule",
            "-alias": "route53.Record",
            "-certificate-issued": "acm.CertificateValidation",
            "-certificate-request": "acm.Certificate",
            "-certificate-validation": "route53.Record",
            "-firewall-acl": "wafv2.WebAcl",
            "-firewall-association": "wafv2.WebAclAssociation",
            "-firewall-logging": "wafv2.WebAclLoggingConfiguration",
            "-https": "lb.Listener",
            # AWS WAF logs only to groups whose names begin so.
            "aws-waf-logs-load-balancer-firewall": "cloudwatch.LogGroup",
        },
        protected=frozenset({"-alb", "-logs-bucket"}),
    ),
    "file system": Variant(
        component=SharedFileSystem, name="file-system", args=given.FILE_SYSTEM, children=FILE_SYSTEM_CHILDREN
    ),
    "file system protected": Variant(
        component=SharedFileSystem,
        name="file-system",
        args=replace(given.FILE_SYSTEM, protect=True),
        children=FILE_SYSTEM_CHILDREN,
        protected=frozenset({"-efs"}),
    ),
    "secrets with a key brought": Variant(
        component=AppSecrets,
        name="secrets",
        args=replace(given.SECRETS, gateway_api_key=given.BROUGHT_SECRET),
        children=SECRETS_CHILDREN,
    ),
    "secrets all generated": Variant(
        component=AppSecrets,
        name="secrets",
        args=replace(given.SECRETS, keeping=given.KEEPING_PROTECTED),
        children={
            **SECRETS_CHILDREN,
            "-gateway-api-key-secret": "secretsmanager.Secret",
            "-gateway-api-key-value": "random.RandomPassword",
            "-gateway-api-key-version": "secretsmanager.SecretVersion",
        },
        protected=frozenset({"-admin-password-secret", "-gateway-api-key-secret", "-webui-secret-key-secret"}),
    ),
    "data tier": Variant(component=DataTier, name="data-tier", args=given.DATA_TIER, children=DATA_TIER_CHILDREN),
    "data tier with everything": Variant(
        component=DataTier,
        name="data-tier",
        args=replace(
            given.DATA_TIER, instances=2, cache_nodes=2, protect=True, keeping=given.KEEPING_PROTECTED, backup_days=30
        ),
        children={**DATA_TIER_CHILDREN, "-database-instance-2": "rds.ClusterInstance"},
        protected=frozenset({"-database-cluster", "-cache-url-secret", "-database-password-secret"}),
    ),
    "exports": Variant(
        component=CloudFormationExports,
        name="exports",
        args=given.EXPORTS,
        children={"-stack": "cloudformation.Stack"},
    ),
    "worker": Variant(
        component=EcsAppService, name=given.LONGEST_SERVICE, args=given.WORKER, children=SERVICE_CHILDREN
    ),
    "service with everything": Variant(
        component=EcsAppService,
        name=given.LONGEST_SERVICE,
        args=given.SERVICE,
        children={
            **SERVICE_CHILDREN,
            "-api": "lb.ListenerRule",
            "-host": "lb.ListenerRule",
            "-into-database": "vpc.SecurityGroupIngressRule",
            "-into-file-system": "vpc.SecurityGroupIngressRule",
            "-scale-on-memory": "appautoscaling.Policy",
            "-scale-on-requests": "appautoscaling.Policy",
            "-schedule-night": "appautoscaling.ScheduledAction",
            "-task-policy": "iam.RolePolicy",
            "-tg": "lb.TargetGroup",
            "-to-database": "vpc.SecurityGroupEgressRule",
            "-to-file-system": "vpc.SecurityGroupEgressRule",
        },
    ),
}


@cache
def recorded(variant: str, *, preview: bool = False) -> Recording:
    """The recording of one variant, made once."""
    found = VARIANTS[variant]
    return record_one(found.component, found.name, found.args, preview=preview)
