"""The account, region and network that an offline run pretends to find."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_DNS_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}


def hexadecimal(length: int, *parts: str) -> str:
    """A digest of `parts` as `length` hexadecimal digits, the same in every run."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]


@dataclass(frozen=True, kw_only=True)
class AwsFacts:
    """What the offline provider knows of AWS.

    `vpcs`, `subnets`, `snapshots` (of Aurora clusters) and `hosted_zones` map an id to the properties that a lookup of
    it returns (camelCase, as in Pulumi); what they leave out is made up. `log_groups` maps each one that exists already
    to its tags. Partition and zones follow the region unless given; `impaired_zones` are not available at present.
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
    impaired_zones: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.partition:
            by_prefix = {"cn": "aws-cn", "us-gov": "aws-us-gov"}
            prefix = next((p for p in by_prefix if self.region.startswith(f"{p}-")), "")
            object.__setattr__(self, "partition", by_prefix.get(prefix, "aws"))
        if not self.availability_zones:
            object.__setattr__(self, "availability_zones", tuple(f"{self.region}{zone}" for zone in "abc"))

    @property
    def dns_suffix(self) -> str:
        """Domain of the partition's service endpoints."""
        return _DNS_SUFFIXES.get(self.partition, "amazonaws.com")

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """An ARN in this account; global services such as IAM carry no region."""
        return f"arn:{self.partition}:{service}:{self.region if region else ''}:{self.account_id}:{resource}"
