"""Names that a certificate and a hosted zone can hold, and those next to them."""

import pytest

from aws_rules.host_names import is_in_zone, is_record_name


@pytest.mark.parametrize(
    "host", ["docs.example.com", "*.example.com", "a-1.b.example.com", "x" * 63 + ".de", "a.xn--p1ai"]
)
def test_a_name_that_acm_and_route_53_take(host: str) -> None:
    assert is_record_name(host)


WILDCARDS = ["*", "a.*.com", "docs-*.example.com", "*docs.example.com", "?.example.com", "*.*.example.com"]
LABELS = ["", "docs", "-a.example.com", "a-.example.com", "a..com", "x" * 64 + ".de", "Docs.example.com"]


@pytest.mark.parametrize("host", [*WILDCARDS, *LABELS, ".".join(["a" * 60] * 5) + ".de"])
def test_a_name_that_they_refuse(host: str) -> None:
    assert not is_record_name(host)


@pytest.mark.parametrize("zone", ["example.com", "Example.com."])
@pytest.mark.parametrize("host", ["example.com", "docs.example.com", "a.b.example.com", "*.example.com"])
def test_a_zone_holds_its_own_name_and_all_that_end_with_it(zone: str, host: str) -> None:
    assert is_in_zone(host, zone)


@pytest.mark.parametrize("host", ["example.org", "com", "badexample.com", "example.com.org"])
def test_a_zone_holds_no_other_name(host: str) -> None:
    assert not is_in_zone(host, "example.com")
