"""Second looks at what the tasks can reach, and at quotas of the network."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from aws_rules.image_reference import may_be_a_cache
from aws_rules.quotas import CERTIFICATE_NAMES, ELASTIC_IPS
from problems import Advice, Path, Problem, Set
from settings.network import CreatedNetwork, NatGateways
from settings.routes import hosts_of_services
from settings.rules.parts import advise, apps, images
from settings.stack import StackSettings

HTTPS_PORT = 443
"""Where tasks may go beside the stack's own parts: the rules of their security groups."""

_PORTS = {"http": 80, "https": HTTPS_PORT}
_NAT: Path = ("network", "natGateways")
_OWN_TASK = frozenset({"localhost", "127.0.0.1", "::1"})


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


def other_ports(settings: StackSettings) -> Iterator[Problem]:
    """The tasks' security groups let out port 443 and what the stack itself needs."""
    rule = f"should be an address on port {HTTPS_PORT}: the tasks' security groups let nothing else out"
    advice = f"let what is meant answer on port {HTTPS_PORT}, such as behind a load balancer, and name that address"
    oidc = settings.webui.oidc
    if oidc is not None and any(_ports_barred(oidc.provider_url)):
        yield advise(("webui", "oidc", "providerUrl"), rule, advice)
    for name, provider in settings.providers.items():
        if any(_ports_barred(provider.url)):
            yield advise(("providers", name, "url"), rule, advice)
    for path, app in apps(settings):
        for name, value in app.env.items():
            if any(_ports_barred(value)):
                yield advise((*path, "env", name), rule, advice)


def _ports_barred(text: str) -> Iterator[int]:
    """Ports of the addresses in a text, which `;` divides as in OPENAI_API_BASE_URLS, that tasks cannot reach."""
    for address in text.split(";"):
        try:
            url = urlsplit(address.strip())
            port = url.port or _PORTS.get(url.scheme)
        except ValueError:
            continue
        if url.scheme in _PORTS and url.hostname not in _OWN_TASK and port and port != HTTPS_PORT:
            yield port
