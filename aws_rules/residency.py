"""Where Amazon Bedrock computes an answer: in the region that is called, or anywhere in a profile's geography.

Bedrock user guide, "Geographic cross-Region inference": the regions of a profile lie in its geography.
"""

from collections.abc import Mapping

from aws_rules.model_ids import geography, is_application_profile

REGION = "region"
"""Answers are computed in the region that is called, and nowhere else."""

GEOGRAPHIES: Mapping[str, frozenset[str]] = {
    "us": frozenset({"us", "us-gov"}),
    "eu": frozenset({"eu"}),
    "apac": frozenset({"apac", "au", "in", "jp"}),
    REGION: frozenset(),
}
"""The prefixes of the inference profiles that stay within each."""

_REGIONS: Mapping[str, str] = {"us": "us-", "eu": "eu-", "apac": "ap-"}


def leaves(model_id: str, residency: str) -> bool:
    """Whether answers may be computed elsewhere; the ARN of an application inference profile does not tell."""
    named = geography(model_id)
    return is_application_profile(model_id) or (named is not None and named not in GEOGRAPHIES[residency])


def region_problem(residency: str, region: str) -> str | None:
    """What is wrong with calling Bedrock in a region; None where answers stay in the geography."""
    if region.startswith(_REGIONS.get(residency, "")):
        return None
    return f"cannot be kept while Bedrock is called in {region}"


def regions(residency: str | None, region: str) -> str:
    """The regions in which models answer, as an ARN names them: all when nothing is said."""
    if residency is None:
        return "*"
    return region if residency == REGION else f"{_REGIONS[residency]}*"
