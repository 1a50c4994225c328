"""From settings to the arguments of the shared components."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi

from apps.given_listener import Balancer, GivenLoadBalancer
from apps.given_parts import Key, Topic
from apps.lookups import Facts, gateway_key_reference
from aws_rules import arns, bedrock
from aws_rules.models import Api
from components.app_secrets import AppSecrets, AppSecretsArgs
from components.cluster import Cluster, ClusterArgs
from components.data_tier import DataTier
from components.data_tier.args import DataTierArgs, GivenStore
from components.encryption_key import EncryptionKeyArgs
from components.file_system import FileSystemArgs, SharedFileSystem
from components.inference_profiles import InferenceProfiles, InferenceProfilesArgs, ProfiledModel
from components.load_balancer import LoadBalancerArgs
from components.load_balancer.firewall_rules import FirewallRules
from components.network import NatStrategy, Network, NetworkArgs, VpcToCreate
from components.support.connections import Connection
from components.support.once import once
from components.support.secret_values import SecretKeeping
from components.upload_bucket import UploadBucket, UploadBucketArgs
from components.user_pool import UserPool
from settings import CacheSettings, CreatedNetwork, DatabaseSettings, NatGateways, Scheme, StackSettings
from settings.companions import PIPELINES

NAT_STRATEGIES: Mapping[NatGateways, NatStrategy] = {
    NatGateways.NONE: "None",
    NatGateways.SINGLE: "Single",
    NatGateways.ONE_PER_AZ: "OnePerAz",
}
"""The config's words to awsx's."""


@dataclass(frozen=True, kw_only=True)
class SharedParts:
    """What every application may use."""

    facts: Facts
    network: Network
    load_balancer: Balancer
    public_url: str | None
    """Where people see Open WebUI, when something in front of the load balancer ends their TLS."""
    cluster: Cluster
    file_system: SharedFileSystem
    secrets: AppSecrets
    alarm_topic: Topic
    data_tier: DataTier | None
    """None when Open WebUI keeps a SQLite database on the file system."""
    upload_bucket: UploadBucket | None
    """None when uploaded files are on the file system, or in a bucket of the user's."""
    profiles: InferenceProfiles | None
    """None when models are called without a profile of the stack's own."""
    user_pool: UserPool | None
    """None when no users are kept in Amazon Cognito, or in a pool of the user's."""

    @property
    def url(self) -> pulumi.Output[str]:
        """Where people see Open WebUI."""
        return pulumi.Output.from_input(self.public_url) if self.public_url else self.load_balancer.url

    @property
    def https(self) -> bool:
        """Whether browsers speak HTTPS, with whoever it is."""
        return self.public_url is not None or self.load_balancer.https

    @property
    def alarm_topic_arn(self) -> pulumi.Output[str]:
        """Known once the cluster stands, which no second stack of the same prefix gets: CloudWatch would not refuse an
        alarm of a name that the first one has, but overwrite it.
        """
        return once(self.alarm_topic.topic_arn, self.cluster.cluster_name)


def encryption_key(settings: StackSettings, facts: Facts) -> EncryptionKeyArgs:
    """The stack's key, named like the stack."""
    return EncryptionKeyArgs(location=facts.location, name_prefix=settings.name_prefix, protect=settings.protect)


def network(settings: StackSettings, facts: Facts, key: Key) -> NetworkArgs:
    """The given VPC, or the one to create."""
    vpc = settings.network
    if not isinstance(vpc, CreatedNetwork):
        return NetworkArgs(location=facts.location, given=facts.given_vpc)
    return NetworkArgs(
        location=facts.location,
        create=VpcToCreate(
            cidr=vpc.cidr,
            zones=facts.zones,
            nat_gateways=NAT_STRATEGIES[vpc.nat_gateways],
            interface_endpoints=vpc.endpoints,
            flow_logs=vpc.flow_logs,
            kms_key_arn=key.key_arn,
            exec_enabled=any(app.exec_enabled for app in settings.apps.values()),
            further_endpoints=[
                *_gateway_endpoints(settings, facts.location.region),
                *(["ssm"] if arns.is_parameter(settings.root_certificates or "") else []),
                *(["xray"] if settings.telemetry.traces else []),
            ],
        ),
    )


def _gateway_endpoints(settings: StackSettings, region: str) -> list[str]:
    """What this stack's gateway calls in the stack's region that not every gateway does."""
    gateway = settings.gateway
    here = {api for model, api in gateway.apis.items() if gateway.region_of(model, region) == region}
    by_mantle = gateway.enabled and Api.OPENAI_MANTLE in here
    as_another = gateway.enabled and gateway.roles
    return [*(["bedrock-mantle"] if by_mantle else []), *(["sts"] if as_another else [])]


def load_balancer(settings: StackSettings, facts: Facts, network: Network, key: Key) -> LoadBalancerArgs:
    """The ALB: in the private subnets when internal, in the public ones when it faces the internet."""
    options = settings.load_balancer
    internal = options.scheme is Scheme.INTERNAL
    per_zone = network.private_subnet_per_zone() if internal else network.public_subnet_per_zone()
    return LoadBalancerArgs(
        location=facts.location,
        vpc_id=network.vpc_id,
        subnet_ids=list(per_zone.values()),
        internal=internal,
        allowed_cidrs=options.allowed_cidrs or network.cidrs,
        ipv6=facts.clients_by_ipv6,
        idle_timeout=options.idle_timeout,
        certificate_arn=options.certificate_arn,
        domain=options.domain,
        hosted_zone_id=options.hosted_zone_id,
        hosts=facts.hosts,
        web_firewall=options.waf_enabled,
        firewall_rules=FirewallRules(
            rate_limit=options.waf.rate_limit,
            rate_window=options.waf.rate_window,
            behind_proxy=settings.webui.url is not None,
            exceptions=options.waf.exceptions,
            count_sign_in=options.waf.count_sign_in,
        ),
        authenticates=options.authenticate is not None,
        protect=settings.protect,
        kms_key_arn=key.key_arn,
    )


def cluster(
    settings: StackSettings,
    facts: Facts,
    network: Network,
    key: Key,
    balancer: Balancer,
    ports: Iterable[int],
) -> ClusterArgs:
    """The cluster; `ports` are those that the load balancer sends requests to."""
    given = facts.given_alb
    return ClusterArgs(
        location=facts.location,
        name_prefix=settings.name_prefix,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        kms_key_arn=key.key_arn,
        load_balancer_security_group_id=None if isinstance(balancer, GivenLoadBalancer) else balancer.security_group_id,
        given_load_balancer_security_group_ids=given.security_group_ids if given else (),
        ports=sorted(set(ports)),
        service_connect=bool(settings.private_names),
        insights_log_group=not facts.insights_log_group_exists,
    )


def file_system(settings: StackSettings, network: Network, key: Key) -> FileSystemArgs:
    """The file system, mountable in every zone that tasks run in."""
    return FileSystemArgs(
        vpc_id=network.vpc_id,
        subnet_per_zone=network.private_subnet_per_zone(),
        kms_key_arn=settings.file_system.kms_key_arn or key.key_arn,
        encrypted=settings.file_system.encrypted,
        throughput=settings.file_system.throughput.value,
        protect=settings.protect,
    )


def upload_bucket(settings: StackSettings, key: Key) -> UploadBucketArgs:
    """The bucket of the uploaded files, under the stack's key."""
    return UploadBucketArgs(kms_key_arn=key.key_arn, protect=settings.protect)


def profiles(settings: StackSettings, facts: Facts) -> InferenceProfilesArgs:
    """A profile of each chat model, where it is called."""
    gateway, location = settings.gateway, facts.location
    regions = {model: gateway.region_of(model, location.region) for model in gateway.profiled_models}
    return InferenceProfilesArgs(
        name_prefix=settings.name_prefix,
        models={
            model: ProfiledModel(
                arn=bedrock.copied_from(location.partition, region, location.account_id, model), region=region
            )
            for model, region in regions.items()
        },
    )


def app_secrets(settings: StackSettings, facts: Facts, key: Key) -> AppSecretsArgs:
    """The applications' secrets; an API key that the user brings is not generated."""
    brought = gateway_key_reference(settings)
    return AppSecretsArgs(
        keeping=_keeping(settings, key),
        gateway=settings.gateway.enabled,
        gateway_api_key=facts.secrets[brought] if brought else None,
        pipelines=PIPELINES in settings.companions,
        single_sign_on=settings.webui.sign_in is not None,
        scim=settings.webui.sso is not None and settings.webui.sso.scim,
    )


def data_tier(settings: StackSettings, facts: Facts, network: Network, key: Key) -> DataTierArgs:
    """Database and cache in the private subnets."""
    return DataTierArgs(
        location=facts.location,
        name_prefix=settings.name_prefix,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        keeping=_keeping(settings, key),
        min_capacity=settings.database.min_capacity,
        max_capacity=settings.database.max_capacity,
        seconds_until_auto_pause=settings.database.seconds_until_auto_pause,
        instances=settings.database.instances,
        backup_days=settings.database.backup_days,
        engine_version=facts.database_version,
        snapshot_identifier=settings.database.snapshot_identifier,
        final_snapshot=settings.database.final_snapshot,
        cache_node_type=settings.cache.node_type,
        cache_nodes=settings.cache.nodes,
        protect=settings.protect,
        given_database=_given("database", settings.database, facts),
        given_cache=_given("cache", settings.cache, facts),
    )


def _given(name: str, store: DatabaseSettings | CacheSettings, facts: Facts) -> GivenStore | None:
    if store.url_secret_arn is None:
        return None
    group, way = store.security_group_id, None
    if group:
        way = Connection(name=name, security_group_id=group, port=store.given_port)
    return GivenStore(url=facts.secrets[store.url_secret_arn], connection=way)


def _keeping(settings: StackSettings, key: Key) -> SecretKeeping:
    return SecretKeeping(kms_key_arn=key.key_arn, protect=settings.protect)
