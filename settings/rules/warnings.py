"""What is allowed and deserves a second look: findings that warn and do not refuse."""

import ipaddress
from collections.abc import Iterator

from aws_rules import cidrs, image_reference
from aws_rules.quotas import SECURITY_GROUP_RULES
from problems import Advice, Path, Problem, Set, key_of
from settings.apps import ServiceSettings
from settings.load_balancer import Scheme
from settings.network import CreatedNetwork, NatGateways
from settings.rules.paths import apps
from settings.stack import StackSettings

GATEWAY_WORKER_MEMORY = 128
"""MiB: a worker was measured at 82 at rest."""

MANY_ZONES = 3

_CIDRS: Path = ("loadBalancer", "allowedCidrs")
_ENCRYPTED: Path = ("fileSystem", "encrypted")
_WIDEST_PREFIX = 8


def unencrypted_file_system(settings: StackSettings) -> Iterator[Problem]:
    """Right only for a file system that was taken over from CloudFormation."""
    if not settings.file_system.encrypted:
        rule = "should be true, except for a file system taken over from CloudFormation: it stays as it was made"
        yield Problem(path=_ENCRYPTED, rule=rule, fix=Set(_ENCRYPTED, True))


def plain_http_on_the_internet(settings: StackSettings) -> Iterator[Problem]:
    """Passwords in clear text."""
    if settings.load_balancer.scheme is Scheme.INTERNET_FACING and not settings.load_balancer.https:
        rule = "should have a certificate or domain: passwords cross the internet in clear text"
        fix = Set(("loadBalancer", "domain"), "chat.example.com")
        yield Problem(path=("loadBalancer", "scheme"), rule=rule, fix=fix)


def public_address_range(settings: StackSettings) -> Iterator[Problem]:
    """A VPC on addresses that somebody else owns cannot reach them."""
    network = settings.network
    if isinstance(network, CreatedNetwork) and not cidrs.is_private(network.cidr):
        rule = "should be a private range (RFC 1918): the tasks cannot reach who owns these addresses"
        yield Problem(path=("network", "cidr"), rule=rule, fix=Set(("network", "cidr"), "10.0.0.0/16"))


def many_allowed_cidrs(settings: StackSettings) -> Iterator[Problem]:
    """Each range takes a rule for port 80 and, with HTTPS, one for port 443."""
    balancer = settings.load_balancer
    most = SECURITY_GROUP_RULES // (2 if balancer.https else 1)
    if len(balancer.allowed_cidrs) > most:
        rule = f"should be at most {most} ranges: a security group takes {SECURITY_GROUP_RULES} rules by default"
        yield Problem(path=_CIDRS, rule=rule, fix=Advice("join ranges, or have the quota raised"))


def many_ports(settings: StackSettings) -> Iterator[Problem]:
    """The group that all tasks share has a rule for each port that the load balancer sends requests to."""
    ports = {service.port for service in settings.services.values() if service.routed}
    if len(ports) > SECURITY_GROUP_RULES - 2:
        rule = (
            f"should use fewer ports than {len(ports)}: a security group takes {SECURITY_GROUP_RULES} rules by default"
        )
        yield Problem(
            path=("services",), rule=rule, fix=Advice("let services listen on the same port, or have the quota raised")
        )


def wide_allowed_cidrs(settings: StackSettings) -> Iterator[Problem]:
    """Ranges that are nearly the world."""
    for index, cidr in enumerate(settings.load_balancer.allowed_cidrs):
        if ipaddress.IPv4Network(cidr).prefixlen < _WIDEST_PREFIX:
            path = (*_CIDRS, index)
            rule = f"should be narrower than /{_WIDEST_PREFIX}: nobody owns that many addresses"
            yield Problem(path=path, rule=rule, fix=Set(path, "203.0.113.0/24"))


def no_model_source(settings: StackSettings) -> Iterator[Problem]:
    """Without the gateway Open WebUI has no models unless it is told of others."""
    if not settings.gateway.enabled and "OPENAI_API_BASE_URLS" not in settings.webui.env:
        key: Path = ("webui", "env", "OPENAI_API_BASE_URLS")
        rule = "should name a source of models, since gateway.enabled is false"
        yield Problem(path=key, rule=rule, fix=Set(key, "https://models.example.com/v1"))


def sign_in_without_internet(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI talks to the identity provider itself."""
    network = settings.network
    closed = isinstance(network, CreatedNetwork) and network.nat_gateways is NatGateways.NONE
    if closed and settings.webui.oidc is not None:
        key: Path = ("network", "natGateways")
        rule = "should not be none with webui.oidc, unless the identity provider answers inside the VPC"
        yield Problem(path=key, rule=rule, fix=Set(key, "single"))


def unused_spot(settings: StackSettings) -> Iterator[Problem]:
    """A weight of zero buys no Spot tasks."""
    for path, app in apps(settings):
        if app.spot is not None and app.spot.weight == 0 and app.spot.base > 0:
            key = (*path, "spot", "weight")
            yield Problem(path=key, rule="should be 1 or more: with 0 no task runs on Spot", fix=Set(key, 1))


def cramped_gateway(settings: StackSettings) -> Iterator[Problem]:
    """Each worker is a process of its own."""
    gateway = settings.gateway
    if gateway.enabled and gateway.workers * GATEWAY_WORKER_MEMORY > gateway.memory:
        key: Path = ("gateway", "workers")
        rule = f"should leave each worker {GATEWAY_WORKER_MEMORY} MiB of gateway.memory, which is {gateway.memory}"
        yield Problem(path=key, rule=rule, fix=Set(key, max(1, gateway.memory // GATEWAY_WORKER_MEMORY)))


def vector_length(settings: StackSettings) -> Iterator[Problem]:
    """Open WebUI cuts a vector that is longer than the column made for it."""
    key: Path = ("webui", "env", "PGVECTOR_INITIALIZE_MAX_VECTOR_LENGTH")
    env = settings.webui.env
    other = env.get("RAG_EMBEDDING_MODEL", settings.gateway.embedding_model) != settings.gateway.embedding_model
    if settings.database.enabled and other and key[-1] not in env:
        rule = "should hold how many numbers a vector of RAG_EMBEDDING_MODEL has: the rest of longer ones is cut off"
        yield Problem(path=key, rule=rule, fix=Set(key, "1536"))


def single_points_of_failure(settings: StackSettings) -> Iterator[Problem]:
    """What a protected stack has only one of."""
    if not settings.protect:
        return
    wanted: list[tuple[Path, int]] = [
        ((*path, "scaling", "min"), app.scaling.min)
        for path, app in apps(settings)
        if not isinstance(app, ServiceSettings) or app.routed
    ]
    if settings.database.enabled:
        wanted += [(("database", "instances"), settings.database.instances), (("cache", "nodes"), settings.cache.nodes)]
    for key, count in wanted:
        if count == 1 and (key[0] != "webui" or settings.database.enabled):
            yield Problem(path=key, rule="should be 2 or more when protect is true: one may fail", fix=Set(key, 2))
    if isinstance(settings.network, CreatedNetwork) and settings.network.nat_gateways is NatGateways.SINGLE:
        nat: Path = ("network", "natGateways")
        rule = "should be onePerAz when protect is true: its zone may fail"
        yield Problem(path=nat, rule=rule, fix=Set(nat, "onePerAz"))


def moving_images(settings: StackSettings) -> Iterator[Problem]:
    """The same config may run another image tomorrow; a protected stack refuses it."""
    for path, app in apps(settings):
        image = image_reference.parse(app.image) if app.image and app.build is None else None
        if not settings.protect and image is not None and image.moving:
            rule = (
                f"should name a digest or a version: the tag {image.tag} moves, and is only looked up at a deployment"
            )
            key = (*path, "image")
            fix = Advice(f"add @sha256:<digest>, or a version such as v1.2.3, to {key_of(key)} in Pulumi.<stack>.yaml")
            yield Problem(path=key, rule=rule, fix=fix)


def one_nat_gateway_for_many_zones(settings: StackSettings) -> Iterator[Problem]:
    """Three zones are paid for, and one NAT gateway's zone takes all of them down; `protect` warns of one anyway."""
    network = settings.network
    if settings.protect or not isinstance(network, CreatedNetwork):
        return
    if network.nat_gateways is NatGateways.SINGLE and network.availability_zones >= MANY_ZONES:
        key: Path = ("network", "natGateways")
        rule = f"should be onePerAz with {network.availability_zones} zones: they all stop when its zone fails"
        yield Problem(path=key, rule=rule, fix=Set(key, "onePerAz"))


def sign_up_from_the_internet(settings: StackSettings) -> Iterator[Problem]:
    """Whoever is let in by address may make an account, and spend on Bedrock."""
    if settings.webui.signup and settings.load_balancer.scheme is Scheme.INTERNET_FACING:
        key: Path = ("webui", "signup")
        rule = (
            "should be false when loadBalancer.scheme is internet-facing: everybody in allowedCidrs could use Bedrock"
        )
        yield Problem(path=key, rule=rule, fix=Set(key, False))


def exec_on_a_protected_stack(settings: StackSettings) -> Iterator[Problem]:
    """A shell in production."""
    for path, app in apps(settings):
        if settings.protect and app.exec_enabled:
            key = (*path, "exec")
            yield Problem(path=key, rule="should be false when protect is true", fix=Set(key, False))


def example_admin(settings: StackSettings) -> Iterator[Problem]:
    """An address that nobody reads."""
    if settings.protect and settings.webui.admin_email.endswith("@example.com"):
        key: Path = ("webui", "adminEmail")
        rule = "should be somebody's address when protect is true"
        yield Problem(path=key, rule=rule, fix=Set(key, "admin@<your domain>"))


def missing_exports(settings: StackSettings) -> Iterator[Problem]:
    """The template exported the gateway's names."""
    if settings.cloud_formation_exports and not settings.gateway.enabled:
        key: Path = ("gateway", "enabled")
        rule = "should be true with cloudFormationExports: the gateway's exports would be missing"
        yield Problem(path=key, rule=rule, fix=Set(key, True))


def nobody_to_alarm(settings: StackSettings) -> Iterator[Problem]:
    """Alarms that nobody hears."""
    if settings.protect and not settings.alarms.emails:
        key: Path = ("alarms", "emails")
        rule = "should name who is told of alarms when protect is true"
        yield Problem(path=key, rule=rule, fix=Set((*key, 0), "ops@example.com"))


def health_check_of_the_root(settings: StackSettings) -> Iterator[Problem]:
    """A page that redirects or asks for a login makes every task unhealthy, and ECS gives the deployment up."""
    for name, service in settings.services.items():
        if service.routed and "health_path" not in service.model_fields_set:
            key: Path = ("services", name, "healthPath")
            rule = "should name a path that answers 200 without a login: a redirect or 401 counts as unhealthy"
            yield Problem(path=key, rule=rule, fix=Set(key, "/health"))
