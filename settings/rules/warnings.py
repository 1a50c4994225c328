"""What is allowed and deserves a second look: these rules warn and do not refuse."""

from collections.abc import Iterator

from aws_rules import cidrs
from aws_rules.host_names import is_in_zone
from aws_rules.quotas import SECURITY_GROUP_RULES
from gateway_engines import EngineName
from problems import Path, Problem, Set, key_of
from settings.load_balancer import EXAMPLE_ZONE, Scheme
from settings.network import CreatedNetwork, NatGateways
from settings.rules.parts import advise, apps, images, own_domain, services, set_to
from settings.services import ServiceSettings
from settings.stack import GATEWAY, WEBUI, StackSettings

MANY_ZONES = 3

_DOMAIN: Path = ("loadBalancer", "domain")
_ZONE: Path = ("loadBalancer", "hostedZoneId")
_CIDRS: Path = ("loadBalancer", "allowedCidrs")
_NAT: Path = ("network", "natGateways")
_WIDEST_PREFIX = {4: 8, 6: 16}
"""Bits by version of IP: a registry hands out nothing wider to one owner."""


def unencrypted_file_system(settings: StackSettings) -> Iterator[Problem]:
    """Right only for a file system that was taken over from CloudFormation."""
    if not settings.file_system.encrypted:
        rule = "should be true, except for a file system taken over from CloudFormation: it stays as it was made"
        yield set_to(("fileSystem", "encrypted"), True, rule)


def plain_http_on_the_internet(settings: StackSettings) -> Iterator[Problem]:
    """Passwords in clear text."""
    if settings.load_balancer.scheme is Scheme.INTERNET_FACING and not settings.load_balancer.https:
        rule = "should have a certificate or domain: passwords cross the internet in clear text"
        yield Problem(path=("loadBalancer", "scheme"), rule=rule, fix=own_domain(settings))


def public_address_range(settings: StackSettings) -> Iterator[Problem]:
    """A VPC on addresses that somebody else owns cannot reach them."""
    network = settings.network
    if isinstance(network, CreatedNetwork) and not cidrs.is_private(network.cidr):
        rule = "should be a private range (RFC 1918): the tasks cannot reach who owns these addresses"
        yield set_to(("network", "cidr"), "10.0.0.0/16", rule)


def many_allowed_cidrs(settings: StackSettings) -> Iterator[Problem]:
    """Each range takes a rule for port 80 and, with HTTPS, one for port 443."""
    balancer = settings.load_balancer
    most = SECURITY_GROUP_RULES // (2 if balancer.https else 1)
    if len(balancer.allowed_cidrs) > most:
        rule = f"should be at most {most} ranges: a security group takes {SECURITY_GROUP_RULES} rules by default"
        yield advise(_CIDRS, rule, "join ranges, or have the quota raised")


def many_ports(settings: StackSettings) -> Iterator[Problem]:
    """The group that all tasks share has a rule for each port that the load balancer sends requests to."""
    ports = {service.port for service in settings.further_services.values() if service.routed}
    if len(ports) > SECURITY_GROUP_RULES - 2:
        rule = f"should use fewer ports than {len(ports)}: "
        rule += f"a security group takes {SECURITY_GROUP_RULES} rules by default"
        yield advise(("services",), rule, "let services listen on the same port, or have the quota raised")


def wide_allowed_cidrs(settings: StackSettings) -> Iterator[Problem]:
    """Ranges that are nearly the world."""
    balancer = settings.load_balancer
    for network in balancer.allowed_networks:
        if network.prefixlen < (widest := _WIDEST_PREFIX[network.version]):
            rule = f"should be narrower than /{widest}: nobody owns that many addresses"
            yield set_to((*_CIDRS, balancer.allowed_cidrs.index(str(network))), "203.0.113.0/24", rule)


def unused_spot(settings: StackSettings) -> Iterator[Problem]:
    """A weight of zero buys no Spot tasks."""
    for path, app in apps(settings):
        if app.spot is not None and app.spot.weight == 0 and app.spot.base > 0:
            yield set_to((*path, "spot", "weight"), 1, "should be 1 or more: with 0 no task runs on Spot")


def cramped_gateway(settings: StackSettings) -> Iterator[Problem]:
    """Each worker is a process of its own."""
    gateway = settings.gateway
    needed = gateway.runs.worker_memory
    if gateway.enabled and gateway.processes * needed > gateway.memory:
        rule = f"should leave each worker {needed} MiB of gateway.memory, which is {gateway.memory}"
        yield set_to(("gateway", "workers"), max(1, gateway.memory // needed), rule)


def single_points_of_failure(settings: StackSettings) -> Iterator[Problem]:
    """What a protected stack has only one of."""
    if not settings.protect:
        return
    counts: list[tuple[Path, int]] = [
        ((*path, "scaling", "min"), app.scaling.min)
        for path, app in apps(settings)
        if not isinstance(app, ServiceSettings) or app.called
    ]
    if settings.database.made:
        counts.append((("database", "instances"), settings.database.instances))
    if settings.database.enabled and not settings.cache.given:
        counts.append((("cache", "nodes"), settings.cache.nodes))
    for path, count in counts:
        if count == 1 and (path[0] != WEBUI or settings.database.enabled):
            yield set_to(path, 2, "should be 2 or more when protect is true: one may fail")
    if isinstance(settings.network, CreatedNetwork) and settings.network.nat_gateways is NatGateways.SINGLE:
        yield set_to(_NAT, "onePerAz", "should be onePerAz when protect is true: its zone may fail")


def moving_images(settings: StackSettings) -> Iterator[Problem]:
    """The same config may run another image tomorrow; a protected stack refuses it."""
    for path, _, image in images(settings):
        if not settings.protect and image.moving:
            rule = f"should name a digest or a version: the tag {image.tag} moves, "
            rule += "and is only looked up at a deployment"
            advice = f"add @sha256:<digest>, or a version such as v1.2.3, to {key_of(path)} in Pulumi.<stack>.yaml"
            yield advise(path, rule, advice)


def litellm_by_its_tag(settings: StackSettings) -> Iterator[Problem]:
    """In 2026 images of LiteLLM were replaced under their tags by compromised ones."""
    gateway = settings.gateway
    for path, text, image in images(settings) if gateway.enabled and gateway.engine is EngineName.LITELLM else ():
        if path[0] == GATEWAY and image.digest is None:
            rule = "should name the digest that a signature was verified for: images were replaced under their tags"
            advice = f"cosign verify, then add @sha256:<digest> to {text} (docs/decisions/gateway.md)"
            yield advise(path, rule, advice, ("gateway", "engine"))


def one_nat_gateway_for_many_zones(settings: StackSettings) -> Iterator[Problem]:
    """Three zones are paid for, and one NAT gateway's zone takes all of them down; `protect` warns of one anyway."""
    network = settings.network
    if settings.protect or not isinstance(network, CreatedNetwork):
        return
    if network.nat_gateways is NatGateways.SINGLE and network.availability_zones >= MANY_ZONES:
        rule = f"should be onePerAz with {network.availability_zones} zones: they all stop when its zone fails"
        yield set_to(_NAT, "onePerAz", rule)


def sign_up_from_the_internet(settings: StackSettings) -> Iterator[Problem]:
    """Whoever is let in by address may make an account, and spend on Bedrock."""
    if settings.webui.signup and settings.load_balancer.scheme is Scheme.INTERNET_FACING:
        rule = "should be false when loadBalancer.scheme is internet-facing: "
        rule += "everybody in allowedCidrs could use Bedrock"
        yield set_to(("webui", "signup"), False, rule)


def exec_on_a_protected_stack(settings: StackSettings) -> Iterator[Problem]:
    """A shell in production."""
    for path, app in apps(settings):
        if settings.protect and app.exec_enabled:
            yield set_to((*path, "exec"), False, "should be false when protect is true")


def examples(settings: StackSettings) -> Iterator[Problem]:
    """What Pulumi.prod.yaml and fixes name by way of example is nobody's."""
    balancer = settings.load_balancer
    domain = balancer.domain or ""
    if settings.protect and settings.webui.admin_email.endswith("@example.com"):
        rule = "should be somebody's address when protect is true"
        yield advise(("webui", "adminEmail"), rule, "name an administrator's address in Pulumi.<stack>.yaml")
    if settings.protect and is_in_zone(domain, "example.com"):
        yield advise(_DOMAIN, "should be your own: example.com belongs to IANA (RFC 2606)", "name a domain of yours")
    if settings.protect and balancer.hosted_zone_id == EXAMPLE_ZONE:
        zones = f"aws route53 list-hosted-zones-by-name --dns-name {domain}"
        yield advise(_ZONE, "should be the id of the domain's zone: this one is an example", f"find it by: {zones}")


def missing_exports(settings: StackSettings) -> Iterator[Problem]:
    """The template exported the gateway's names."""
    if settings.cloud_formation_exports and not settings.gateway.enabled:
        rule = "should be true with cloudFormationExports: the gateway's exports would be missing"
        yield set_to(("gateway", "enabled"), True, rule)


def nobody_to_alarm(settings: StackSettings) -> Iterator[Problem]:
    """Alarms that nobody hears."""
    path: Path = ("alarms", "emails")
    if settings.protect and not settings.alarms.emails and not settings.alarms.topic_arn:
        rule = "should name who is told of alarms when protect is true"
        yield Problem(path=path, rule=rule, fix=Set((*path, 0), "ops@example.com"))


def health_check_of_the_root(settings: StackSettings) -> Iterator[Problem]:
    """A page that redirects or asks for a login makes every task unhealthy, and ECS gives the deployment up."""
    for path, _, service in services(settings):
        if service.routed and "health_path" not in service.model_fields_set:
            rule = "should name a path that answers 200 without a login: a redirect or 401 counts as unhealthy"
            yield set_to((*path, "healthPath"), "/health", rule)
