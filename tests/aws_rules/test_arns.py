"""Identifiers that people paste, and how they are pasted wrongly."""

import pytest

from aws_rules import arns

SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:team/key-Ab12Cd"
CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"


@pytest.mark.parametrize("arn", [SECRET, SECRET.replace("aws:", "aws-us-gov:", 1).replace("eu-central", "us-gov-west")])
def test_a_secret_is_taken_by_its_full_arn(arn: str) -> None:
    assert arns.secret_problem(arn) is None
    assert arns.secret_reference_problem(arn) is None


@pytest.mark.parametrize("tail", [":api_key::", ":api_key:AWSCURRENT:", ":::01234567-89ab-cdef-0123-456789abcdef"])
def test_a_reference_may_name_key_stage_and_version(tail: str) -> None:
    assert arns.secret_reference_problem(SECRET + tail) is None
    assert arns.secret_problem(SECRET + tail) is not None


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "hunter2",
        "team/key-Ab12Cd",
        SECRET[:-7],
        SECRET + ":",
        SECRET + ":a",
        SECRET + ":a:b",
        SECRET + ":a:b:c:d",
        SECRET + " ",
        SECRET.replace("123456789012", "12345678901"),
        SECRET.replace("eu-central-1", ""),
        "arn:aws:ssm:eu-central-1:123456789012:parameter/key-Ab12Cd",
        SECRET + "\n",
    ],
)
def test_what_is_no_reference_to_a_secret_is_refused(arn: str) -> None:
    assert arns.secret_reference_problem(arn) is not None


def test_a_certificate_is_taken_by_its_arn() -> None:
    assert arns.certificate_problem(CERTIFICATE) is None


@pytest.mark.parametrize(
    "arn", ["", CERTIFICATE[:-1], CERTIFICATE.replace("acm", "iam"), CERTIFICATE.replace("certificate/", "")]
)
def test_what_is_no_certificate_is_refused(arn: str) -> None:
    assert arns.certificate_problem(arn) is not None


@pytest.mark.parametrize(
    ("zone", "good"),
    [
        ("Z0123456789ABC", True),
        ("Z1", True),
        ("z0123", False),
        ("0123", False),
        ("/hostedzone/Z01", False),
        ("Z" + "A" * 31, True),
        ("Z" + "A" * 32, False),
        ("Z", False),
    ],
)
def test_a_hosted_zone_id(zone: str, good: bool) -> None:
    assert (arns.hosted_zone_id_problem(zone) is None) is good


@pytest.mark.parametrize("digits", ["12345678", "0123456789abcdef0"])
def test_an_id_has_8_or_17_hexadecimal_digits(digits: str) -> None:
    assert arns.vpc_id_problem(f"vpc-{digits}") is None
    assert arns.subnet_id_problem(f"subnet-{digits}") is None
    assert arns.vpc_id_problem(f"subnet-{digits}") is not None
    assert arns.subnet_id_problem(f"vpc-{digits}") is not None
    assert arns.subnet_id_problem(f"subnet-{digits}0") is not None
    assert arns.vpc_id_problem(f"vpc-{digits[:-1]}g") is not None


def test_the_region_of_an_arn() -> None:
    assert arns.region(SECRET) == "eu-central-1"
    assert arns.region("arn:aws:iam::123456789012:role/x") is None
    assert arns.region("hunter2") is None
