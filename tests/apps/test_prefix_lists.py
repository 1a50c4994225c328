"""Prefix lists that may connect: looked up, refused where they are of IPv6, and counted as AWS counts them."""

from typing import Any

import pytest

from offline.engine import AwsFacts
from tests.program.test_lookups import refused
from tests.settings.samples import valid
from tests.support.program import plan

LIST = "pl-0123456789abcdef0"
CLOUDFRONT = {"name": "com.amazonaws.global.cloudfront.origin-facing", "maxEntries": None}


def warned(facts: dict[str, Any], *ranges: str) -> list[str]:
    recording = plan({"loadBalancer": {"allowedCidrs": [LIST, *ranges]}}, aws=AwsFacts(others={LIST: facts}))
    return [message for _, message in recording.log if message.startswith("loadBalancer.allowedCidrs")]


def test_a_list_of_ipv6_is_refused() -> None:
    config = valid(loadBalancer={"allowedCidrs": [LIST]})
    (problem,) = refused(config, AwsFacts(others={LIST: {"addressFamily": "IPv6"}}))
    assert problem.startswith(f"loadBalancer.allowedCidrs[0]: read {LIST}; must be a prefix list of IPv4")


@pytest.mark.parametrize(
    ("facts", "ranges", "rules"),
    [
        ({"maxEntries": 60}, (), None),
        ({"maxEntries": 60}, ("10.0.0.0/8",), 61),
        (CLOUDFRONT, (), None),
        (CLOUDFRONT, tuple(f"10.{n}.0.0/16" for n in range(6)), 61),
    ],
)
def test_a_list_counts_as_many_rules_as_it_may_have_entries(
    facts: dict[str, Any], ranges: tuple[str, ...], rules: int | None
) -> None:
    told = warned(facts, *ranges)
    assert [f"takes {rules} rules" in message for message in told] == ([True] if rules else [])
