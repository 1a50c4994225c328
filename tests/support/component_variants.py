"""Every component in its smallest and its largest form. What each registers is in component_children.yaml."""

from dataclasses import dataclass, replace
from functools import cache

from components.alarm_topic import AlarmTopic
from components.app_secrets import AppSecrets
from components.backups import Backups
from components.budget import Budget
from components.cloudformation_exports import CloudFormationExports
from components.cluster import Cluster
from components.container_image import ContainerImage
from components.data_tier import DataTier
from components.ecs_app_service import EcsAppService
from components.encryption_key import EncryptionKey
from components.file_system import SharedFileSystem
from components.inference_profiles import InferenceProfiles
from components.load_balancer import SharedLoadBalancer
from components.load_balancer.firewall_rules import FirewallRules
from components.network import Network
from components.observability import Observability
from components.upload_bucket import UploadBucket
from components.user_pool import UserPool
from offline.engine.recording import Recording
from tests.support import component_args as given
from tests.support.component_recording import Component, record_one


@dataclass(frozen=True)
class Variant:
    """One component with one set of arguments."""

    component: Component
    name: str
    """The longest that the program gives it, because physical names are built from it."""
    args: object
    protect: bool = False
    """Whether the arguments ask for protection of what a deployment must not delete."""


FULL_CLUSTER = replace(
    given.CLUSTER,
    ports=(8080, 80, 8080),
    service_connect=True,
    given_load_balancer_security_group_ids=("sg-0123456789abcdef0",),
)
FULL_BALANCER = replace(
    given.BALANCER,
    internal=False,
    allowed_cidrs=("10.0.0.0/16", "192.0.2.0/24"),
    domain="chat.example.com",
    hosted_zone_id="Z1",
    hosts=("docs.example.com", "*.docs.example.com", "*.apps.example.com"),
    web_firewall=True,
    authenticates=True,
    firewall_rules=FirewallRules(
        rate_limit=2000, rate_window=60, behind_proxy=True, exceptions=["Log4JRCE_BODY", "NewRule"], count_sign_in=True
    ),
    protect=True,
)
FULL_SECRETS = replace(given.SECRETS, keeping=given.KEEPING_PROTECTED, pipelines=True, single_sign_on=True, scim=True)
BROUGHT_KEY = replace(given.SECRETS, gateway_api_key=given.BROUGHT_SECRET)
GIVEN_DATA_TIER = replace(given.DATA_TIER, given_database=given.GIVEN_DATABASE, given_cache=given.GIVEN_CACHE)
FULL_DATA_TIER = replace(
    given.DATA_TIER,
    min_capacity=0,
    seconds_until_auto_pause=600,
    instances=2,
    cache_nodes=2,
    protect=True,
    keeping=given.KEEPING_PROTECTED,
    backup_days=30,
)
FULL_USER_POOL = replace(
    given.USER_POOL,
    keeping=given.KEEPING_PROTECTED,
    groups=["chat-admins", "chat-users"],
    mfa="OPTIONAL",
    password_length=99,
    self_signup=True,
    session_hours=720,
    protect=True,
)
FULL_BACKUPS = replace(given.BACKUPS, copy_region="us-east-1", copy_days=90, locked_days=7, lock_final_after_days=30)
FULL_TOPIC = replace(given.TOPIC, emails=["on-call@example.com"])
IMAGE_NAME = f"{given.LONGEST_SERVICE}-image"

VARIANTS = {
    "network given": Variant(Network, "network", given.GIVEN_NETWORK),
    "network created": Variant(Network, "network", given.CREATED_NETWORK),
    "key": Variant(EncryptionKey, "encryption-key", given.KEY),
    "key protected": Variant(EncryptionKey, "encryption-key", replace(given.KEY, protect=True), protect=True),
    "cluster": Variant(Cluster, "cluster", given.CLUSTER),
    "cluster with everything": Variant(Cluster, "cluster", FULL_CLUSTER),
    "image": Variant(ContainerImage, IMAGE_NAME, given.IMAGE),
    "image protected": Variant(ContainerImage, IMAGE_NAME, replace(given.IMAGE, protect=True), protect=True),
    "load balancer": Variant(SharedLoadBalancer, "load-balancer", given.BALANCER),
    "load balancer with everything": Variant(SharedLoadBalancer, "load-balancer", FULL_BALANCER, protect=True),
    "file system": Variant(SharedFileSystem, "file-system", given.FILE_SYSTEM),
    "file system protected": Variant(
        SharedFileSystem, "file-system", replace(given.FILE_SYSTEM, protect=True), protect=True
    ),
    "backups": Variant(Backups, "backups", given.BACKUPS),
    "backups with everything": Variant(Backups, "backups", FULL_BACKUPS),
    "uploads": Variant(UploadBucket, "uploads", given.UPLOADS),
    "uploads protected": Variant(UploadBucket, "uploads", replace(given.UPLOADS, protect=True), protect=True),
    "secrets with a key brought": Variant(AppSecrets, "secrets", BROUGHT_KEY),
    "secrets all generated": Variant(AppSecrets, "secrets", FULL_SECRETS, protect=True),
    "user pool": Variant(UserPool, "user-pool", given.USER_POOL),
    "user pool with everything": Variant(UserPool, "user-pool", FULL_USER_POOL, protect=True),
    "data tier": Variant(DataTier, "data-tier", given.DATA_TIER),
    "data tier that is given": Variant(DataTier, "data-tier", GIVEN_DATA_TIER),
    "data tier with everything": Variant(DataTier, "data-tier", FULL_DATA_TIER, protect=True),
    "exports": Variant(CloudFormationExports, "exports", given.EXPORTS),
    "alarm topic": Variant(AlarmTopic, "alarm-topic", given.TOPIC),
    "alarm topic with everything": Variant(AlarmTopic, "alarm-topic", FULL_TOPIC),
    "inference profiles": Variant(InferenceProfiles, "profiles", given.PROFILES),
    "budget": Variant(Budget, "budget", given.BUDGET),
    "budget that stops": Variant(Budget, "budget", given.STOPPING_BUDGET),
    "observability": Variant(Observability, "observability", given.WATCHED),
    "observability with everything": Variant(Observability, "observability", given.ALL_WATCHED),
    "worker": Variant(EcsAppService, given.LONGEST_SERVICE, given.WORKER),
    "service with everything": Variant(EcsAppService, given.LONGEST_SERVICE, given.SERVICE),
}

LARGEST = {variant.component: name for name, variant in VARIANTS.items()}
"""The name of each component's last variant, which registers the most."""


@cache
def recorded(variant: str, *, preview: bool = False) -> Recording:
    """The recording of one variant, made once."""
    one = VARIANTS[variant]
    return record_one(one.component, one.name, one.args, preview=preview)
