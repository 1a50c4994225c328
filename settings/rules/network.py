"""Rules for the VPC and for what the private subnets can reach."""

from collections.abc import Iterator

from aws_rules.subnets import FEWEST_ZONES, MOST_SUBNETS
from problems import Advice, Path, Problem, Set, Steps
from settings.load_balancer import Scheme
from settings.network import CreatedNetwork, GivenNetwork
from settings.rules.parts import advise, images, remove
from settings.stack import StackSettings

_PRIVATE: Path = ("network", "privateSubnetIds")
_PUBLIC: Path = ("network", "publicSubnetIds")
_NAT: Path = ("network", "natGateways")
_ENDPOINTS: Path = ("network", "endpoints")


def given_subnets(settings: StackSettings) -> Iterator[Problem]:
    """Two to sixteen subnets, each named once."""
    network = settings.network
    if not isinstance(network, GivenNetwork):
        return
    count = len(network.private_subnet_ids)
    if not FEWEST_ZONES <= count <= MOST_SUBNETS:
        rule = (
            f"must name 2 to {MOST_SUBNETS} subnets, not {count} "
            f"(a load balancer needs two Availability Zones, an ECS service takes {MOST_SUBNETS} subnets)"
        )
        yield advise(_PRIVATE, rule, f"list 2 to {MOST_SUBNETS} subnets in Pulumi.<stack>.yaml")
    seen: set[str] = set()
    for path, ids in ((_PRIVATE, network.private_subnet_ids), (_PUBLIC, network.public_subnet_ids)):
        for index, subnet in enumerate(ids):
            if subnet in seen:
                rule = "is listed twice; a subnet is either private or public"
                another = advise((*path, index), rule, "name another subnet in Pulumi.<stack>.yaml")
                yield remove((*path, index), rule) if len(ids) > FEWEST_ZONES else another
            seen.add(subnet)


def public_subnets(settings: StackSettings) -> Iterator[Problem]:
    """An internet-facing load balancer stands in public subnets of two Availability Zones."""
    network = settings.network
    if not isinstance(network, GivenNetwork):
        return
    count = len(network.public_subnet_ids)
    public = settings.load_balancer.scheme is Scheme.INTERNET_FACING
    if count > MOST_SUBNETS or (public and count < FEWEST_ZONES) or count == 1:
        rule = f"must name 2 to {MOST_SUBNETS} subnets, not {count}: a load balancer needs two Availability Zones"
        advice = f"list 2 to {MOST_SUBNETS} public subnets in Pulumi.<stack>.yaml, or keep the load balancer internal"
        yield advise(_PUBLIC, rule, advice, ("loadBalancer", "scheme"))


def way_to_aws(settings: StackSettings) -> Iterator[Problem]:
    """Tasks must reach ECR, logs, Secrets Manager and Bedrock by one way or the other."""
    network = settings.network
    if isinstance(network, CreatedNetwork) and network.closed and not network.endpoints:
        rule = "cannot be none while network.endpoints is false: tasks could not reach ECR, logs and secrets"
        yield Problem(path=_NAT, rule=rule, fix=Set(_ENDPOINTS, True), also=(_ENDPOINTS,))


def way_to_registries(settings: StackSettings) -> Iterator[Problem]:
    """Without NAT gateways only private ECR registries can be reached."""
    for path, _, image in images(settings) if settings.network.closed else ():
        if not image.in_ecr:
            rule = f"cannot be pulled from {image.registry} while network.natGateways is none"
            mirror = f"{{account}}.dkr.ecr.{{region}}.amazonaws.com/{image.repository}"
            version = f"@{image.digest}" if image.digest else f":{image.tag}"
            fix = Steps((Advice("copy the image to ECR"), Set(path, mirror + version)))
            yield Problem(path=path, rule=rule, fix=fix, also=(_NAT,))
