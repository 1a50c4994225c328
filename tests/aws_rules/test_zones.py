"""Zones are excluded by ID and only where others remain."""

import re
from collections import Counter

from aws_rules.zones import EXCLUDED_ZONE_IDS


def test_zones_are_named_by_id_because_names_differ_between_accounts() -> None:
    assert all(re.fullmatch(r"[a-z]{2,4}\d-az\d", zone) for zone in EXCLUDED_ZONE_IDS)


def test_every_region_keeps_at_least_two_zones() -> None:
    assert max(Counter(zone.split("-")[0] for zone in EXCLUDED_ZONE_IDS).values()) <= 2


def test_zones_that_fargate_supports_are_not_excluded() -> None:
    supported = {"usw1-az1", "usw1-az3", "apne1-az1", "apne1-az2", "apne1-az4", "cnn1-az1", "cnn1-az2"}
    assert supported.isdisjoint(EXCLUDED_ZONE_IDS)
    assert {"usw1-az2", "apne1-az3", "use1-az3"} <= set(EXCLUDED_ZONE_IDS)
