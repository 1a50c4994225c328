"""User pools of Cognito are told by what AWS takes."""

import pytest

from aws_rules import cognito
from aws_rules.load_balancers import keys_url


@pytest.mark.parametrize(
    ("arn", "fits"),
    [
        (cognito.EXAMPLE_USER_POOL, True),
        ("arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_Ab1", True),
        ("arn:aws:cognito-idp:eu-central-1:123456789012:userpool/us-east-1_Ab12Cd34E", False),
        ("arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_", False),
        ("eu-central-1_Ab12Cd34E", False),
    ],
)
def test_user_pool(arn: str, fits: bool) -> None:
    assert (cognito.user_pool_problem(arn) is None) is fits


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        ("my-company", True),
        ("a", True),
        ("signin.example.com", True),
        ("a" * 63, True),
        ("a" * 64, False),
        ("-company", False),
        ("My-Company", False),
        ("https://signin.example.com", False),
        ("signin.example.com/", False),
    ],
)
def test_domain(domain: str, fits: bool) -> None:
    assert (cognito.domain_problem(domain) is None) is fits


@pytest.mark.parametrize(
    ("client", "fits"), [("1example23456789", True), ("a" * 128, True), ("a" * 129, False), ("a b", False)]
)
def test_client(client: str, fits: bool) -> None:
    assert (cognito.client_problem(client) is None) is fits


def test_the_pages_of_a_pool_are_at_its_prefix_or_at_its_own_domain() -> None:
    assert cognito.pages("my-company", "eu-west-1") == "https://my-company.auth.eu-west-1.amazoncognito.com"
    assert cognito.pages("signin.example.com", "eu-west-1") == "https://signin.example.com"


def test_the_keys_of_load_balancers_are_in_s3_in_govcloud() -> None:
    assert keys_url("aws", "eu-west-1") == "https://public-keys.auth.elb.eu-west-1.amazonaws.com"
    expected = "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1"
    assert keys_url("aws-us-gov", "us-gov-west-1") == expected
