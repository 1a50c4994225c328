"""Rules for who may reach the applications, by which name and how long a connection may last."""

from collections.abc import Iterator

from aws_rules.cidrs import Kind, allow_everybody, kind_of
from aws_rules.host_names import LONGEST_CERTIFICATE_NAME, is_private, is_record_name
from aws_rules.load_balancers import LONGEST_IDLE_TIMEOUT
from aws_rules.waf import QUERY_ATTACKS, query_rule
from problems import Advice, Path, Problem, Set
from settings.load_balancer import (
    CLIENT_TIMEOUT_SECONDS,
    EXAMPLE_DOMAIN,
    EXAMPLE_ZONE,
    LoadBalancerSettings,
    Scheme,
    WafSettings,
)
from settings.network import GivenNetwork
from settings.rules.parts import advise, own_domain, remove, services, set_to
from settings.stack import StackSettings

_CIDRS: Path = ("loadBalancer", "allowedCidrs")
_DOMAIN: Path = ("loadBalancer", "domain")
_ZONE: Path = ("loadBalancer", "hostedZoneId")
_CERTIFICATE: Path = ("loadBalancer", "certificateArn")
_SCHEME: Path = ("loadBalancer", "scheme")
_VPC: Path = ("network", "vpcId")
_LISTENER: Path = ("loadBalancer", "listenerArn")
_WITH_LISTENER = frozenset({"listener_arn", "domain", "plain_http"})
"""What may be said of a load balancer that exists."""
_PLAIN: Path = ("loadBalancer", "plainHttp")
_BRING = "bring a certificate in loadBalancer.certificateArn"


def given_listener(settings: StackSettings) -> Iterator[Problem]:
    """A listener that exists has its load balancer, certificate and firewall from its owner, in a VPC that exists."""
    balancer = settings.load_balancer
    if balancer.listener_arn is None:
        return
    for name, field in LoadBalancerSettings.model_fields.items():
        if name in balancer.model_fields_set - _WITH_LISTENER:
            rule = "cannot be given with loadBalancer.listenerArn: that is its owner's to decide"
            yield remove(("loadBalancer", str(field.alias)), rule, _LISTENER)
    if balancer.domain is None:
        rule = "is required with loadBalancer.listenerArn: without it the rules would take other systems' requests"
        yield set_to(_DOMAIN, EXAMPLE_DOMAIN, rule, _LISTENER)
    if not isinstance(settings.network, GivenNetwork):
        rule = "needs network.vpcId and its subnets: the listener's load balancer stands in a VPC that exists"
        yield remove(_LISTENER, rule, ("network",))


def public_url(settings: StackSettings) -> Iterator[Problem]:
    """An address in front of the load balancer is another than the load balancer's own."""
    balancer = settings.load_balancer
    if balancer.https and settings.webui.url == f"https://{balancer.domain}":
        rule = "has no effect: it is the address of the load balancer itself, by loadBalancer.domain"
        yield remove(("webui", "url"), rule, _DOMAIN)


def domain_and_zone(settings: StackSettings) -> Iterator[Problem]:
    """A certificate for the domain is validated in the hosted zone; one that is brought may have its DNS elsewhere."""
    balancer = settings.load_balancer
    if balancer.requests_certificate and balancer.hosted_zone_id is None:
        rule = "is required with loadBalancer.domain: the domain's record and certificate are made in that zone"
        fix = Set(_ZONE, EXAMPLE_ZONE), Advice(_BRING)
        yield Problem(path=_ZONE, rule=rule, fix=fix, also=(_DOMAIN, _CERTIFICATE, _LISTENER))
    if balancer.domain is None and balancer.certificate_arn is not None:
        rule = "is required with loadBalancer.certificateArn: no certificate holds the load balancer's own name"
        yield set_to(_DOMAIN, EXAMPLE_DOMAIN, rule, _CERTIFICATE)
    elif balancer.domain is None and balancer.hosted_zone_id is not None:
        rule = "is required with loadBalancer.hostedZoneId: without it nothing is made in the zone"
        yield set_to(_DOMAIN, EXAMPLE_DOMAIN, rule, _ZONE)


def public_names(settings: StackSettings) -> Iterator[Problem]:
    """ACM validates a name that the internet has: no certificate is issued for one of a private network."""
    balancer = settings.load_balancer
    if balancer.requests_certificate and balancer.domain and is_private(balancer.domain):
        rule = "must be a name of the public DNS: no public certificate is issued for names such as wiki.internal"
        fix = Set(_DOMAIN, EXAMPLE_DOMAIN), Advice(_BRING)
        yield Problem(path=_DOMAIN, rule=rule, fix=fix, also=(_CERTIFICATE,))


def domain_length(settings: StackSettings) -> Iterator[Problem]:
    """ACM takes a certificate's first name up to 64 characters."""
    domain = settings.load_balancer.domain
    if domain and len(domain) > LONGEST_CERTIFICATE_NAME and settings.load_balancer.requests_certificate:
        rule = f"must have at most {LONGEST_CERTIFICATE_NAME} characters, not {len(domain)}, for a new certificate"
        yield advise(_DOMAIN, rule, f"use a shorter name, or {_BRING}", _CERTIFICATE)


def hosts_in_certificate(settings: StackSettings) -> Iterator[Problem]:
    """A certificate that the stack requests holds the services' hosts: ACM takes a wildcard as whole first label."""
    rule = "cannot be in the certificate that the stack requests: ACM takes names such as app.example.com and "
    rule += "*.example.com"
    for service_path, _, service in services(settings) if settings.load_balancer.requests_certificate else ():
        for index, host in enumerate(service.hosts):
            if not is_record_name(host):
                path = (*service_path, "hosts", index)
                yield advise(path, rule, f"write the host so, or {_BRING}", _CERTIFICATE, _DOMAIN)


def plain_http(settings: StackSettings) -> Iterator[Problem]:
    """`plainHttp` allows HTTP inside the VPC, where no certificate is meant."""
    balancer = settings.load_balancer
    if balancer.plain_http and balancer.https and balancer.listener_arn is None:
        rule = "cannot be true with a certificate or domain: the load balancer then speaks HTTPS"
        yield remove(_PLAIN, rule, _CERTIFICATE, _DOMAIN, _LISTENER)
    if balancer.plain_http and balancer.scheme is Scheme.INTERNET_FACING:
        rule = "cannot be true when loadBalancer.scheme is internet-facing: it is for traffic inside the VPC"
        yield remove(_PLAIN, rule, _SCHEME)


def allowed_cidrs(settings: StackSettings) -> Iterator[Problem]:
    """On the internet somebody must be allowed, and nobody is by default."""
    balancer = settings.load_balancer
    for index, cidr in enumerate(balancer.allowed_cidrs):
        if kind_of(cidr) is Kind.IPV6 and (rule := settings.ipv6_obstacle):
            yield remove((*_CIDRS, index), rule, _SCHEME, _VPC)
    if balancer.scheme is Scheme.INTERNET_FACING and not balancer.allowed_cidrs:
        rule = "must name who may connect when loadBalancer.scheme is internet-facing"
        yield Problem(path=_CIDRS, rule=rule, fix=Set((*_CIDRS, 0), "203.0.113.0/24"), also=(_SCHEME,))


def open_to_the_world(settings: StackSettings) -> Iterator[Problem]:
    """Everybody may connect only from the internet, by HTTPS, and only to accounts that somebody made."""
    balancer = settings.load_balancer
    if not allow_everybody(balancer.allowed_networks):
        return
    if balancer.scheme is Scheme.INTERNAL:
        rule = "must not allow the whole world when loadBalancer.scheme is internal: name the networks in question"
        yield remove(_CIDRS, rule, _SCHEME)
    if not balancer.https:
        rule = "must not allow the whole world without HTTPS, which takes loadBalancer.domain (ELB.18, EC2.18)"
        yield Problem(path=_CIDRS, rule=rule, fix=own_domain(settings), also=(_CERTIFICATE, _DOMAIN))
    if settings.webui.signup:
        rule = "must be false while loadBalancer.allowedCidrs allows the whole world: anybody could use Bedrock"
        yield set_to(("webui", "signup"), False, rule, _CIDRS)


def firewall(settings: StackSettings) -> Iterator[Problem]:
    """What a firewall is told needs one, and a window something to count."""
    waf, path = settings.load_balancer.waf, ("loadBalancer", "waf")
    for name, field in WafSettings.model_fields.items():
        if name in waf.model_fields_set - {"enabled"} and not settings.load_balancer.waf_enabled:
            rule = "has no effect: loadBalancer.waf.enabled is false"
            yield remove((*path, str(field.alias)), rule, (*path, "enabled"))
    if waf.rate_limit is None and "rate_window" in waf.model_fields_set:
        rule = "has no effect without loadBalancer.waf.rateLimit: nothing is counted"
        yield remove((*path, "rateWindow"), rule, (*path, "rateLimit"))
    for index, rule_name in enumerate(waf.exceptions):
        if waf.count_sign_in and rule_name in map(query_rule, QUERY_ATTACKS):
            rule = "cannot stand beside loadBalancer.waf.countSignIn, by which it counts on the paths of sign-in only"
            yield remove((*path, "exceptions", index), rule, (*path, "countSignIn"))


def idle_timeout(settings: StackSettings) -> Iterator[Problem]:
    """The load balancer must not hang up on a silent stream that both apps still wait for."""
    if settings.load_balancer.idle_timeout < CLIENT_TIMEOUT_SECONDS:
        rule = (
            f"must be {CLIENT_TIMEOUT_SECONDS} to {LONGEST_IDLE_TIMEOUT} seconds: Open WebUI waits "
            f"{CLIENT_TIMEOUT_SECONDS} seconds for a model, and a shorter idle timeout ends the answer with 504"
        )
        yield set_to(("loadBalancer", "idleTimeout"), CLIENT_TIMEOUT_SECONDS, rule)
