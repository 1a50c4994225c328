"""Every component of the program in its smallest and its largest form, with the exact children that it must have."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from components.alarm_topic import AlarmTopic
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
from components.observability import Observability
from offline.engine.recording import Recording
from tests.support import component_args as given
from tests.support import component_children as children
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


VARIANTS = {
    "network given": Variant(component=Network, name="network", args=given.GIVEN_NETWORK, children={}),
    "network created": Variant(
        component=Network,
        name="network",
        args=given.CREATED_NETWORK,
        children=children.CREATED_NETWORK,
    ),
    "key": Variant(component=EncryptionKey, name="encryption-key", args=given.KEY, children=children.KEY),
    "key protected": Variant(
        component=EncryptionKey,
        name="encryption-key",
        args=replace(given.KEY, protect=True),
        children=children.KEY,
        protected=frozenset({"-kms"}),
    ),
    "cluster": Variant(component=Cluster, name="cluster", args=given.CLUSTER, children=children.CLUSTER),
    "cluster with everything": Variant(
        component=Cluster,
        name="cluster",
        args=replace(given.CLUSTER, ports=(8080, 80, 8080), service_connect=True),
        children={
            **children.CLUSTER,
            "-from-load-balancer-80": "vpc.SecurityGroupIngressRule",
            "-from-load-balancer-8080": "vpc.SecurityGroupIngressRule",
            "-load-balancer-to-tasks-80": "vpc.SecurityGroupEgressRule",
            "-load-balancer-to-tasks-8080": "vpc.SecurityGroupEgressRule",
            "-namespace": "servicediscovery.HttpNamespace",
        },
    ),
    "image": Variant(
        component=ContainerImage, name=f"{given.LONGEST_SERVICE}-image", args=given.IMAGE, children=children.IMAGE
    ),
    "image protected": Variant(
        component=ContainerImage,
        name=f"{given.LONGEST_SERVICE}-image",
        args=replace(given.IMAGE, protect=True),
        children=children.IMAGE,
    ),
    "load balancer": Variant(
        component=SharedLoadBalancer, name="load-balancer", args=given.BALANCER, children=children.BALANCER
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
            hosts=("docs.example.com", "*.docs.example.com", "*.apps.example.com"),
            web_firewall=True,
            protect=True,
        ),
        children={
            **children.BALANCER,
            "-443-from-10-0-0-0-16": "vpc.SecurityGroupIngressRule",
            "-443-from-192-0-2-0-24": "vpc.SecurityGroupIngressRule",
            "-80-from-192-0-2-0-24": "vpc.SecurityGroupIngressRule",
            "-alias": "route53.Record",
            "-alias-_.apps.example.com": "route53.Record",
            "-alias-_.docs.example.com": "route53.Record",
            "-alias-docs.example.com": "route53.Record",
            "-certificate-issued": "acm.CertificateValidation",
            "-certificate-request": "acm.Certificate",
            "-certificate-validation": "route53.Record",
            "-certificate-validation-apps.example.com": "route53.Record",
            "-certificate-validation-docs.example.com": "route53.Record",
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
        component=SharedFileSystem, name="file-system", args=given.FILE_SYSTEM, children=children.FILE_SYSTEM
    ),
    "file system protected": Variant(
        component=SharedFileSystem,
        name="file-system",
        args=replace(given.FILE_SYSTEM, protect=True),
        children=children.FILE_SYSTEM,
        protected=frozenset({"-efs"}),
    ),
    "secrets with a key brought": Variant(
        component=AppSecrets,
        name="secrets",
        args=replace(given.SECRETS, gateway_api_key=given.BROUGHT_SECRET),
        children=children.SECRETS,
    ),
    "secrets all generated": Variant(
        component=AppSecrets,
        name="secrets",
        args=replace(given.SECRETS, keeping=given.KEEPING_PROTECTED),
        children={
            **children.SECRETS,
            "-gateway-api-key-secret": "secretsmanager.Secret",
            "-gateway-api-key-value": "random.RandomPassword",
            "-gateway-api-key-version": "secretsmanager.SecretVersion",
        },
        protected=frozenset({"-admin-password-secret", "-gateway-api-key-secret", "-webui-secret-key-secret"}),
    ),
    "data tier": Variant(component=DataTier, name="data-tier", args=given.DATA_TIER, children=children.DATA_TIER),
    "data tier with everything": Variant(
        component=DataTier,
        name="data-tier",
        args=replace(
            given.DATA_TIER, instances=2, cache_nodes=2, protect=True, keeping=given.KEEPING_PROTECTED, backup_days=30
        ),
        children={**children.DATA_TIER, "-database-instance-2": "rds.ClusterInstance"},
        protected=frozenset({"-database-cluster", "-cache-url-secret", "-database-password-secret"}),
    ),
    "exports": Variant(
        component=CloudFormationExports,
        name="exports",
        args=given.EXPORTS,
        children={"-stack": "cloudformation.Stack"},
    ),
    "alarm topic": Variant(component=AlarmTopic, name="alarm-topic", args=given.TOPIC, children=children.TOPIC),
    "alarm topic with everything": Variant(
        component=AlarmTopic,
        name="alarm-topic",
        args=replace(given.TOPIC, emails=["on-call@example.com"]),
        children={**children.TOPIC, "-on-call_at_example.com": "sns.TopicSubscription"},
    ),
    "observability": Variant(
        component=Observability, name="observability", args=given.WATCHED, children=children.OBSERVABILITY
    ),
    "observability with everything": Variant(
        component=Observability,
        name="observability",
        args=given.ALL_WATCHED,
        children={
            **children.OBSERVABILITY,
            **children.alarms("bedrock", "client-errors", "server-errors", "throttles"),
            **children.alarms("cache-001", "engine-busy", "used"),
            **children.alarms("database", "capacity", "connections", "replica-lag"),
            **children.alarms("file-system", "burst-credits"),
            **children.alarms(given.LONGEST_SERVICE, "cpu", "memory", "p95", "running", "unhealthy"),
        },
    ),
    "worker": Variant(
        component=EcsAppService, name=given.LONGEST_SERVICE, args=given.WORKER, children=children.SERVICE
    ),
    "service with everything": Variant(
        component=EcsAppService,
        name=given.LONGEST_SERVICE,
        args=given.SERVICE,
        children={
            **children.SERVICE,
            "-5xx": "cloudwatch.MetricAlarm",
            "-api": "lb.ListenerRule",
            "-host": "lb.ListenerRule",
            "-into-database": "vpc.SecurityGroupIngressRule",
            "-into-file-system": "vpc.SecurityGroupIngressRule",
            "-scale-on-memory": "appautoscaling.Policy",
            "-scale-on-requests": "appautoscaling.Policy",
            "-schedule.night": "appautoscaling.ScheduledAction",
            "-task-policy": "iam.RolePolicy",
            "-tg": "lb.TargetGroup",
            "-to-database": "vpc.SecurityGroupEgressRule",
            "-to-file-system": "vpc.SecurityGroupEgressRule",
        },
    ),
}

LARGEST = {variant.component: name for name, variant in VARIANTS.items()}
"""The name of each component's last variant, which registers the most."""


@cache
def recorded(variant: str, *, preview: bool = False) -> Recording:
    """The recording of one variant, made once."""
    found = VARIANTS[variant]
    return record_one(found.component, found.name, found.args, preview=preview)
