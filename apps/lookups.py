"""What AWS must be asked before the first resource is registered, so that a wrong answer costs nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from apps import clients, database_version, given_listener, given_parts
from apps.host_names import look_up_hosts
from aws_rules import arns, names, subnets, zones
from aws_rules.listener_rules import MAX_RULES
from components.network import GivenVpc
from components.support import lookup
from components.support.location import Location
from components.support.log_group import RETENTION_DAYS
from components.support.secret_values import SecretReference, look_up_secret
from problems import Advice, Problem, Set, key_of
from settings import CreatedNetwork, GivenNetwork, SettingsError, StackSettings, stack_file
from settings.routes import plain_http_rules, planned_rules

_VPC = ("network", "vpcId")
_ZONES = ("network", "availabilityZones")
_BUCKET = ("webui", "bucket", "name")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The account's answers."""

    location: Location
    zones: tuple[str, ...]
    """Availability Zones for a VPC that the stack creates."""
    given_vpc: GivenVpc | None
    clients_by_ipv6: bool
    given_key: given_parts.GivenKey | None
    given_topic: given_parts.GivenTopic | None
    given_alb: given_listener.GivenLoadBalancer | None
    hosts: tuple[str, ...]
    """Further names of the load balancer that get a record in its hosted zone."""
    secrets: Mapping[str, SecretReference]
    """The secrets that the config names, by the text that names them."""
    database_version: str
    """Full version of Aurora PostgreSQL for a new cluster; empty without a database."""
    insights_log_group_exists: bool
    """Whether AWS has made Container Insights' log group by itself: after a `destroy` its last events come late."""


def look_up(settings: StackSettings) -> Facts:
    """Ask for all of it. Raises SettingsError when the given network or bucket cannot serve the stack."""
    network = settings.network
    given_vpc = _look_up_vpc(network) if isinstance(network, GivenNetwork) else None
    if given_vpc is not None:
        _check_number_of_rules(settings, given_vpc)
    by_ipv6 = clients.come_by_ipv6(settings, given_vpc)
    location = Location.look_up()
    if settings.webui.bucket is not None:
        _check_bucket(settings.webui.bucket.name, location)
    return Facts(
        location=location,
        zones=_look_up_zones(network) if isinstance(network, CreatedNetwork) else (),
        given_vpc=given_vpc,
        clients_by_ipv6=by_ipv6,
        given_key=given_parts.look_up_key(settings),
        given_topic=given_parts.look_up_topic(settings, location.account_id),
        given_alb=given_listener.look_up_listener(settings),
        hosts=look_up_hosts(settings),
        secrets={
            **{reference: look_up_secret(reference) for reference in _secrets_named_in(settings)},
            **given_parts.look_up_certificates(settings),
        },
        database_version=database_version.look_up(settings) if settings.database.made else "",
        insights_log_group_exists=_was_made_by_aws(names.insights_log_group(settings.name_prefix)),
    )


def gateway_key_reference(settings: StackSettings) -> str | None:
    """The `valueFrom` of the gateway's key that the user brings: a JSON document like upstream's."""
    brought = settings.gateway.api_key_secret_arn
    return f"{brought}:api_key::" if brought else None


def _was_made_by_aws(log_group: str) -> bool:
    """The stack's own log groups carry its tags; one of that name without them can neither be created nor lost."""

    def made_by_aws() -> bool:
        if log_group not in aws.cloudwatch.get_log_groups(log_group_name_prefix=log_group).log_group_names:
            return False
        return "Project" not in aws.cloudwatch.get_log_group(name=log_group).tags

    remedy = "allow logs:DescribeLogGroups and logs:ListTagsForResource"
    foreign = lookup.look_up(f"log group {log_group}", made_by_aws, remedy=remedy)
    if foreign:
        pulumi.warn(
            f"{log_group} was made by AWS for an earlier cluster of this name. It stays as it is, not encrypted with "
            f"the stack's key and kept for ever; to expire its events: aws logs put-retention-policy "
            f"--log-group-name {log_group} --retention-in-days {RETENTION_DAYS}"
        )
    return foreign


def _secrets_named_in(settings: StackSettings) -> list[str]:
    apps = [settings.webui, settings.gateway, *settings.further_services.values()]
    named = [reference for app in apps for reference in app.secret_references]
    named += [store.url_secret_arn for store in (settings.database, settings.cache) if store.url_secret_arn]
    if (sign_in := settings.webui.sign_in) and sign_in.client_secret_arn:
        named.append(sign_in.client_secret_arn)
    if settings.webui.ldap and settings.webui.ldap.bind_secret_arn:
        named.append(settings.webui.ldap.bind_secret_arn)
    if settings.root_certificates and not arns.is_parameter(settings.root_certificates):
        named.append(settings.root_certificates)
    named += [provider.key_secret_arn for provider in settings.providers.values()]
    if key := gateway_key_reference(settings):
        named.append(key)
    return sorted(set(named))


def _check_bucket(name: str, location: Location) -> None:
    """The region of Open WebUI's client and of the VPC's endpoint of S3 is the stack's."""
    bucket = lookup.look_up(
        f"{key_of(_BUCKET)} {name}",
        lambda: aws.s3.get_bucket(bucket=name),
        remedy="create the bucket, or allow s3:ListBucket and s3:GetBucketLocation on it",
    )
    if bucket.bucket_region != location.region:
        rule = f"must lie in {location.region}, the stack's region (aws:region), not in {bucket.bucket_region}"
        fix = Advice(f"name a bucket in {location.region}, or leave webui.bucket out: the stack makes one")
        raise SettingsError([Problem(path=_BUCKET, value=name, rule=rule, fix=fix)], stack_file())


def _look_up_zones(network: CreatedNetwork) -> tuple[str, ...]:
    zone_names = lookup.look_up(
        "network.availabilityZones",
        lambda: (
            aws.get_availability_zones(
                # Whatever their state: a zone that is impaired today must not move the subnets of those after it.
                exclude_zone_ids=list(zones.EXCLUDED_ZONE_IDS),
                # Local Zones and Wavelength Zones have to be opted into; neither EFS nor an ALB belongs there.
                filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
            ).names
        ),
        remedy="allow ec2:DescribeAvailabilityZones",
    )
    if len(zone_names) < network.availability_zones:
        problem = Problem(
            path=_ZONES,
            value=str(network.availability_zones),
            rule=f"this region has {len(zone_names)} Availability Zones for Fargate",
            fix=Set(_ZONES, len(zone_names)),
        )
        raise SettingsError([problem], stack_file())
    return tuple(sorted(zone_names)[: network.availability_zones])


def _look_up_vpc(network: GivenNetwork) -> GivenVpc:
    vpc = _look_up_by_id("network.vpcId", network.vpc_id, lambda: aws.ec2.get_vpc(id=network.vpc_id))
    described = {subnet_id: _look_up_subnet(subnet_id) for subnet_id in network.subnet_ids}
    private = [_subnet(subnet_id, described[subnet_id]) for subnet_id in network.private_subnet_ids]
    public = [_subnet(subnet_id, described[subnet_id]) for subnet_id in network.public_subnet_ids]
    facts = subnets.ReportedVpc(
        dns_support=vpc.enable_dns_support,
        dns_hostnames=vpc.enable_dns_hostnames,
        private=tuple(private),
        public=tuple(public),
        zone_ids={subnet_id: subnet.availability_zone_id for subnet_id, subnet in described.items()},
    )
    problems = [
        Problem(path=_VPC, value=network.vpc_id, rule=rule, fix=Advice("choose other subnets or mend the VPC"))
        for rule in subnets.given_vpc_problems(network.vpc_id, facts)
    ]
    if problems:
        raise SettingsError(problems, stack_file())
    return GivenVpc(
        vpc_id=network.vpc_id,
        cidrs=sorted(block.cidr_block for block in vpc.cidr_block_associations if block.state == "associated"),
        private_subnets=private,
        public_subnets=public,
    )


def _check_number_of_rules(settings: StackSettings, vpc: GivenVpc) -> None:
    """With HTTPS the gateway has a rule on port 80 for every two CIDRs of the VPC: settings could not count them."""
    planned = planned_rules(settings)
    number = len(planned) + len(plain_http_rules(settings, planned, vpc.cidrs))
    if number > MAX_RULES:
        problem = Problem(
            path=("services",),
            value=f"{number} listener rules",
            rule=f"must need at most {MAX_RULES}, those for the {len(vpc.cidrs)} CIDRs of {vpc.vpc_id} included",
            fix=Advice("move some services to a stack with a load balancer of its own"),
        )
        raise SettingsError([problem], stack_file())


def _look_up_by_id(key: str, resource_id: str, ask: Callable[[], lookup.Answer]) -> lookup.Answer:
    remedy = f"correct {key}, or allow ec2:DescribeVpcs, ec2:DescribeVpcAttribute and ec2:DescribeSubnets"
    return lookup.look_up(f"{key} {resource_id}", ask, remedy=remedy)


def _look_up_subnet(subnet_id: str) -> aws.ec2.GetSubnetResult:
    return _look_up_by_id(
        "network.privateSubnetIds or publicSubnetIds", subnet_id, lambda: aws.ec2.get_subnet(id=subnet_id)
    )


def _subnet(subnet_id: str, subnet: aws.ec2.GetSubnetResult) -> subnets.Subnet:
    return subnets.Subnet(
        id=subnet_id,
        zone=subnet.availability_zone,
        vpc_id=subnet.vpc_id,
        cidr=subnet.cidr_block,
        ipv6=bool(subnet.ipv6_cidr_block),
    )
