"""Ranges of addresses for a VPC and for security group rules."""

import ipaddress
import re
from collections.abc import Iterable
from enum import Enum

from aws_rules.subnets import LARGEST_VPC, SMALLEST_VPC

_NOT_FOR_VPCS = tuple(
    ipaddress.IPv4Network(cidr) for cidr in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")
)
_PREFIX_LIST = re.compile(r"pl-(?:[0-9a-f]{8}|[0-9a-f]{17})")
EVERYWHERE = "0.0.0.0/0"

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Kind(Enum):
    """What a security group rule calls a range of addresses."""

    IPV4 = "cidrIpv4"
    IPV6 = "cidrIpv6"
    PREFIX_LIST = "prefixListId"


def kind_of(addresses: str) -> Kind:
    """The kind of a range that `range_problem` accepts."""
    if addresses.startswith("pl-"):
        return Kind.PREFIX_LIST
    return Kind.IPV6 if ":" in addresses else Kind.IPV4


def only(kind: Kind, addresses: str | None) -> str | None:
    """The range, if it is of that kind: a security group rule has an input for each."""
    return addresses if addresses is not None and kind_of(addresses) is kind else None


def in_names(addresses: str) -> str:
    """A range as a part of resource names."""
    return re.sub(r"[.:/]", "-", addresses)


def range_problem(text: str) -> str | None:
    """An IPv4 or IPv6 range, as EC2 would write it."""
    if ":" not in text:
        return cidr_problem(text)
    try:
        network = ipaddress.IPv6Network(text, strict=False)
    except ValueError:
        return "must be an IPv6 range such as 2001:db8::/32"
    if "/" not in text or str(network) != text:
        return f"must be as EC2 stores it: {network}"
    return None


def client_problem(text: str) -> str | None:
    """Who may connect to a load balancer: an IPv4 range, an IPv6 range or a prefix list."""
    return prefix_list_problem(text) if text.startswith("pl-") else range_problem(text)


def prefix_list_problem(text: str) -> str | None:
    """The id of a managed prefix list: `pl-` and 8 or 17 hexadecimal digits."""
    if _PREFIX_LIST.fullmatch(text):
        return None
    return "must be pl- and 8 or 17 hexadecimal digits (EC2 resource id)"


def cidr_problem(text: str) -> str | None:
    """An IPv4 range with its prefix length and without host bits, as EC2 would write it."""
    network = _network(text)
    if network is None:
        return "must be an IPv4 range such as 203.0.113.0/24"
    if str(network) != text:
        return f"must have no host bits, or EC2 stores another range than the stack says: {network}"
    return None


def vpc_cidr_problem(text: str) -> str | None:
    """The range of a new VPC: no wider than AWS allows, no narrower than its planned subnets need."""
    problem = cidr_problem(text)
    if problem:
        return problem
    network = ipaddress.IPv4Network(text)
    if not LARGEST_VPC <= network.prefixlen <= SMALLEST_VPC:
        return (
            f"must be /{LARGEST_VPC} to /{SMALLEST_VPC}: "
            "AWS allows no wider VPC, and a load balancer's subnets need room"
        )
    if any(network.overlaps(reserved) for reserved in _NOT_FOR_VPCS):
        return "must not touch 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 or 224.0.0.0/3 (CreateVpc)"
    return None


def is_private(cidr: str) -> bool:
    """Whether a valid range lies in the private or shared address space (RFC 1918, RFC 6598)."""
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
    network = ipaddress.IPv4Network(cidr)
    return any(network.subnet_of(ipaddress.IPv4Network(block)) for block in private)


def allow_everybody(networks: Iterable[Network]) -> bool:
    """Whether ranges of one family together are the whole of it."""
    networks = list(networks)
    of_4 = ipaddress.collapse_addresses(one for one in networks if isinstance(one, ipaddress.IPv4Network))
    of_6 = ipaddress.collapse_addresses(one for one in networks if isinstance(one, ipaddress.IPv6Network))
    return any(not one.prefixlen for one in of_4) or any(not one.prefixlen for one in of_6)


def _network(text: str) -> ipaddress.IPv4Network | None:
    address, slash, prefix = text.partition("/")
    if not slash or not prefix.isascii() or not prefix.isdigit() or len(text) > len("255.255.255.255/32"):
        return None
    try:
        return ipaddress.IPv4Network((address, int(prefix)), strict=False)
    except ValueError:
        return None
