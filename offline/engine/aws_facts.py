"""The account, region and network that an offline run pretends to find."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_ZONE_NUMBERS: Final[Mapping[str, tuple[int, ...]]] = {
    "ap-northeast-1": (1, 2, 4),
    "ap-northeast-2": (1, 2, 3, 4),
    "cn-north-1": (1, 2, 4),
    "us-east-1": (1, 2, 4, 5, 6, 3),
    "us-west-1": (1, 3),
    "us-west-2": (1, 2, 3, 4),
}
"""Zones that a new account gets, by their numbers in zone ids such as `use1-az3` ("AWS Availability Zones" in the guide
"AWS Regions and Availability Zones"); in an order of its own, as in real accounts."""

_USUAL_ZONES: Final = (1, 2, 3)
_WELL_KNOWN: Final = frozenset({"aws", "aws-cn", "aws-us-gov"})
"""Partitions whose other regions have the usual zones."""

_DNS_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}


_PARTITIONS: Final = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}
"""By the beginning of the region."""


def hexadecimal(length: int, *parts: str) -> str:
    """A digest of `parts` as `length` hexadecimal digits, the same in every run."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


@dataclass(frozen=True, kw_only=True)
class AwsFacts:
    """What the offline provider knows of AWS.

    `vpcs`, `subnets`, `snapshots` (of Aurora clusters) and `hosted_zones` map an id to the properties that a lookup of
    it returns (camelCase, as in Pulumi), and `others` an ARN; what they leave out is made up. `log_groups` maps each
    one that exists already to its tags. Partition and zones follow the region unless given; `impaired_zones` are not
    available at present.
    """

    region: str = "us-east-1"
    account_id: str = "123456789012"
    partition: str = ""
    availability_zones: tuple[str, ...] = ()
    vpcs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    subnets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    snapshots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    log_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hosted_zones: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    impaired_zones: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.partition:
            prefix = next((prefix for prefix in _PARTITIONS if self.region.startswith(prefix)), "")
            object.__setattr__(self, "partition", _PARTITIONS.get(prefix, "aws"))
        if not self.availability_zones:
            zones = zip("abcdef", self.zone_numbers, strict=False)
            object.__setattr__(self, "availability_zones", tuple(f"{self.region}{letter}" for letter, _ in zones))

    @property
    def zone_numbers(self) -> tuple[int, ...]:
        """Numbers in the zones' ids, in the order of their names; of a region that nobody knows, as many as any has."""
        usual = _USUAL_ZONES if self.zones_are_known else tuple(range(1, 7))
        return _ZONE_NUMBERS.get(self.region, usual)

    @property
    def zones_are_known(self) -> bool:
        """Whether AWS says how many zones the region has."""
        return self.partition in _WELL_KNOWN

    @property
    def dns_suffix(self) -> str:
        """Domain of the partition's service endpoints."""
        return _DNS_SUFFIXES.get(self.partition, "amazonaws.com")

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"
