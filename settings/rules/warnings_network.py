"""Second looks at what the tasks can reach, and at quotas of the network."""

import difflib
from collections.abc import Iterator

from aws_rules import waf
from aws_rules.cidrs import EVERYWHERE
from aws_rules.image_reference import may_be_a_cache
from aws_rules.quotas import CERTIFICATE_NAMES, ELASTIC_IPS, MANAGED_POLICIES, SECURITY_GROUP_RULES
from problems import Advice, Path, Problem, Set, Steps
from settings.addresses import open_webui_table, other_addresses
from settings.network import CreatedNetwork, NatGateways
from settings.reach import out_of_reach
from settings.routes import hosts_of_services
from settings.rules.parts import advise, apps, images, set_to
from settings.stack import WEBUI, StackSettings

_NAT: Path = ("network", "natGateways")


def unknown_firewall_rules(settings: StackSettings) -> Iterator[Problem]:
    """AWS WAF ignores an exception of a name that no rule has (botocore, wafv2 RuleActionOverride)."""
    for index, name in enumerate(settings.load_balancer.waf.exceptions):
        if waf.group_of(name) is None:
            path: Path = ("loadBalancer", "waf", "exceptions", index)
            near = difflib.get_close_matches(name, sorted(frozenset().union(*waf.RULES.values())), n=1)
            rule = "should be the name of a rule of AWS's managed groups: of any other name AWS WAF says nothing"
            yield set_to(path, near[0], rule) if near else advise(path, rule, "look the name up in the firewall's log")


def elastic_ips(settings: StackSettings) -> Iterator[Problem]:
    """Each NAT gateway has an address of its own."""
    network = settings.network
    if not isinstance(network, CreatedNetwork) or network.nat_gateways is not NatGateways.ONE_PER_AZ:
        return
    if network.availability_zones > ELASTIC_IPS:
        path: Path = ("network", "availabilityZones")
        rule = f"should be at most {ELASTIC_IPS} with natGateways onePerAz: a region has {ELASTIC_IPS} Elastic IPs"
        yield Problem(path=path, rule=rule, fix=(Set(path, ELASTIC_IPS), Advice("have the quota raised")))


def certificate_names(settings: StackSettings) -> Iterator[Problem]:
    """A certificate that the stack requests holds the domain and every host of a service."""
    most = CERTIFICATE_NAMES - 1
    hosts = hosts_of_services(settings)
    if settings.load_balancer.requests_certificate and len(hosts) > most:
        rule = f"should have at most {most} hosts, not {len(hosts)}: a certificate takes {CERTIFICATE_NAMES} names"
        advice = "use a wildcard such as *.example.com in the services' hosts, or have the quota of ACM raised"
        yield advise(("services",), rule, advice)


def first_pull_without_internet(settings: StackSettings) -> Iterator[Problem]:
    """A pull-through cache fetches what nobody has pulled before over a NAT gateway (ECR user guide, "Amazon ECR
    interface VPC endpoints").
    """
    for path, _, image in images(settings) if settings.network.closed else ():
        if image.in_ecr and may_be_a_cache(image.repository):
            rule = "should have been pulled before: through its cache ECR fetches no new image without a NAT gateway"
            yield advise(path, rule, "pull it once from a machine with internet, such as by docker pull", _NAT)


def many_ways_out(settings: StackSettings) -> Iterator[Problem]:
    """Each range takes a rule; a prefix list as many as it may have entries, which is not known here."""
    for path, app in apps(settings):
        count = sum(len(way.destinations) for way in app.ways_out)
        if count > SECURITY_GROUP_RULES:
            rule = f"should name at most {SECURITY_GROUP_RULES} ranges, not {count}: a security group takes no more"
            yield advise((*path, "egress"), rule, "join ranges, or have the quota raised")


def many_policies(settings: StackSettings) -> Iterator[Problem]:
    """A role takes ten managed policies by default."""
    for path, app in apps(settings):
        if len(app.policies) > MANAGED_POLICIES:
            rule = f"should be at most {MANAGED_POLICIES}, not {len(app.policies)}: a role takes no more by default"
            yield advise((*path, "policies"), rule, "join some in one policy, or have the quota raised")


def addresses_out_of_reach(settings: StackSettings) -> Iterator[Problem]:
    """What looks like an address in a variable of which only its program knows what it is for."""
    for path, app in apps(settings):
        known = open_webui_table() if path == (WEBUI,) else {}
        names = [name for name in app.env if name not in known]
        found = [((*path, "env", name), address) for name in names for address in other_addresses(name, app.env)]
        yield from out_of_reach(settings, path, app, found)


def addresses_in_secrets(settings: StackSettings) -> Iterator[Problem]:
    """Nobody sees here which port a secret names: it may be one that is not open."""
    app, path = settings.webui, (WEBUI, "egress")
    for name in sorted(app.secrets.keys() & open_webui_table().keys()):
        port = open_webui_table()[name].get("port")
        if port and all(way.port != port for way in app.ways_out):
            rule = f"may name an address on port {port}, which no entry of webui.egress opens"
            entry: Path = (*path, len(app.egress))
            fix = Steps((Set((*entry, "port"), port), Set((*entry, "cidrs", 0), EVERYWHERE)))
            yield Problem(path=(WEBUI, "secrets", name), rule=rule, fix=fix)
