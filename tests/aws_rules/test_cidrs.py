"""IPv4 ranges as EC2 takes and keeps them."""

import pytest

from aws_rules import cidrs


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "192.168.4.0/22"])
def test_a_range_is_taken(cidr: str) -> None:
    assert cidrs.cidr_problem(cidr) is None


@pytest.mark.parametrize(
    "cidr",
    [
        "",
        "/",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0/8",
        "256.0.0.0/8",
        "10.0.0.0/255.0.0.0",
        "::/0",
        "a/8",
        "10.0.0.0/-1",
        "10.0.0.0/8 ",
        " 10.0.0.0/8",
        "10.0.0.0/٨",
        "1" * 10000 + "/8",
        "010.0.0.0/8",
    ],
)
def test_what_is_no_range_is_refused(cidr: str) -> None:
    assert cidrs.cidr_problem(cidr) == "must be an IPv4 range such as 203.0.113.0/24"


@pytest.mark.parametrize(("cidr", "canonical"), [("10.0.0.1/16", "10.0.0.0/16"), ("10.0.0.0/08", "10.0.0.0/8")])
def test_a_range_that_ec2_would_rewrite_is_refused(cidr: str, canonical: str) -> None:
    assert str(cidrs.cidr_problem(cidr)).endswith(canonical)


@pytest.mark.parametrize(
    ("cidr", "good"),
    [
        ("10.0.0.0/16", True),
        ("10.0.0.0/15", False),
        ("10.0.0.0/22", True),
        ("10.0.0.0/23", False),
        ("127.0.0.0/16", False),
        ("169.254.0.0/16", False),
        ("224.0.0.0/16", False),
        ("0.1.0.0/16", False),
        ("223.255.0.0/16", True),
        ("172.31.0.0/16", True),
    ],
)
def test_the_range_of_a_vpc(cidr: str, good: bool) -> None:
    assert (cidrs.vpc_cidr_problem(cidr) is None) is good


@pytest.mark.parametrize(
    ("cidr", "private"),
    [
        ("10.1.0.0/16", True),
        ("172.31.0.0/16", True),
        ("172.32.0.0/16", False),
        ("100.64.0.0/16", True),
        ("192.168.0.0/15", False),
        ("8.8.0.0/16", False),
    ],
)
def test_private_address_ranges_are_told_from_public_ones(cidr: str, private: bool) -> None:
    assert cidrs.is_private(cidr) is private
