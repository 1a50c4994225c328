"""Names that a hosted zone can hold, and those next to them."""

import pytest

from aws_rules.host_names import is_in_zone


@pytest.mark.parametrize("zone", ["example.com", "Example.com."])
@pytest.mark.parametrize("host", ["example.com", "docs.example.com", "a.b.example.com", "*.example.com"])
def test_a_zone_holds_its_own_name_and_all_that_end_with_it(zone: str, host: str) -> None:
    assert is_in_zone(host, zone)


@pytest.mark.parametrize("host", ["example.org", "com", "badexample.com", "example.com.org"])
def test_a_zone_holds_no_other_name(host: str) -> None:
    assert not is_in_zone(host, "example.com")
