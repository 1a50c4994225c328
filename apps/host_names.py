"""Whether the hosted zone can hold the names that the load balancer answers under, asked before anything is made."""

from collections.abc import Iterator

import pulumi_aws as aws

from aws_rules.host_names import is_in_zone, is_record_name
from components.support import lookup
from problems import Advice, Problem, Remove, Set, key_of
from settings import SettingsError, StackSettings, stack_file
from settings.routes import hosts_of_services

_ZONE = ("loadBalancer", "hostedZoneId")
_DOMAIN = ("loadBalancer", "domain")
_OWN_CERTIFICATE = Advice("bring a certificate in loadBalancer.certificateArn")


def look_up_hosts(settings: StackSettings) -> tuple[str, ...]:
    """The services' host names that get a record in the hosted zone; none without a zone.

    With a certificate that is brought, hosts outside of the zone are the user's to point at the load balancer.
    Raises SettingsError when the zone cannot hold the domain, or a name of a certificate that is to be validated in it.
    """
    zone_id = settings.load_balancer.hosted_zone_id
    if zone_id is None:
        return ()
    zone = lookup.look_up(
        f"{key_of(_ZONE)} {zone_id}",
        lambda: aws.route53.get_zone(zone_id=zone_id),
        remedy=f"correct {key_of(_ZONE)}, or allow route53:GetHostedZone, route53:ListResourceRecordSets and "
        "route53:ListTagsForResource",
    )
    if problems := list(_problems(settings, zone_id, zone)):
        raise SettingsError(problems, stack_file())
    hosts = hosts_of_services(settings)
    return tuple(host for host in hosts if is_record_name(host) and is_in_zone(host, zone.name))


def _problems(settings: StackSettings, zone_id: str, zone: aws.route53.GetZoneResult) -> Iterator[Problem]:
    balancer = settings.load_balancer
    name = zone.name.rstrip(".")
    where = f"must lie in the hosted zone {zone_id}, which is {name}"
    if balancer.requests_certificate and zone.private_zone:
        rule = "must be a public hosted zone: ACM looks for the certificate's validation record on the internet"
        public = f"set it to the public zone's id (aws route53 list-hosted-zones-by-name --dns-name {balancer.domain})"
        yield Problem(path=_ZONE, value=zone_id, rule=rule, fix=(Advice(public), _OWN_CERTIFICATE))
    if balancer.domain is not None and not is_in_zone(balancer.domain, name):
        zones = f"(aws route53 list-hosted-zones-by-name --dns-name {balancer.domain})"
        fix = Set(_DOMAIN, f"chat.{name}"), Advice(f"set {key_of(_ZONE)} to the domain's zone {zones}")
        yield Problem(path=_DOMAIN, value=balancer.domain, rule=where, fix=fix)
    if balancer.requests_certificate:
        for app, service in settings.further_services.items():
            for index, host in enumerate(service.hosts):
                if not is_in_zone(host, name):
                    path = (*settings.path_of(app), "hosts", index)
                    rule = f"{where}: the stack's certificate is validated there"
                    brought = Advice("bring a certificate for it in loadBalancer.certificateArn")
                    yield Problem(path=path, value=host, rule=rule, fix=(Remove(path), brought))
