"""The regions of AWS, by partition, and what people mean who write another."""

import difflib
from collections.abc import Mapping

REGIONS: Mapping[str, frozenset[str]] = {
    "aws": frozenset(
        {"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"}
        | {"ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"}
        | {"ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2"}
        | {"eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1"}
        | {"me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1"}
        | {"us-west-2"}
    ),
    "aws-cn": frozenset({"cn-north-1", "cn-northwest-1"}),
    "aws-us-gov": frozenset({"us-gov-east-1", "us-gov-west-1"}),
    "aws-eusc": frozenset({"eusc-de-east-1"}),
    "aws-iso": frozenset({"us-iso-east-1", "us-iso-west-1"}),
    "aws-iso-b": frozenset({"us-isob-east-1", "us-isob-west-1"}),
    "aws-iso-e": frozenset({"eu-isoe-west-1"}),
    "aws-iso-f": frozenset({"us-isof-east-1", "us-isof-south-1"}),
}
"""Those of botocore's endpoints for EC2; the AWS provider, which is pinned, knows no newer ones either."""

_ALL = frozenset().union(*REGIONS.values())


def problem(region: str) -> str | None:
    """What is allowed if there is no such region, else None."""
    if region in _ALL:
        return None
    if region[:-1] in _ALL and region[-1:].isalpha():
        return "must be a region, not one of its Availability Zones"
    return "must be a region of AWS such as us-east-1"


def meant(region: str) -> str | None:
    """The region that a text which is none probably means."""
    text = region.strip().lower()
    near = difflib.get_close_matches(text, sorted(_ALL), n=3, cutoff=0.8)
    # Letters in the wrong order are likelier than other letters.
    near.sort(key=lambda known: sorted(known) != sorted(text))
    return next((known for known in (text, text[:-1], *near) if known in _ALL), None)


def partition(region: str) -> str | None:
    """The partition of a region; None when there is no such region."""
    return next((partition for partition, regions in REGIONS.items() if region in regions), None)
