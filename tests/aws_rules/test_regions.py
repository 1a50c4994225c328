"""The regions are AWS's, and what people write instead leads to the one that they mean."""

import botocore.session

from aws_rules import regions


def test_the_regions_are_those_in_which_botocore_finds_ec2() -> None:
    session = botocore.session.get_session()
    found = {name: frozenset(session.get_available_regions("ec2", name)) for name in session.get_available_partitions()}
    assert found == regions.REGIONS
