"""How many cores a cache has, which decides what its busy thread means."""

import pytest

from aws_rules.elasticache import cores


@pytest.mark.parametrize(
    ("node_type", "expected"),
    [
        ("cache.t4g.micro", 2),
        ("cache.t3.medium", 2),
        ("cache.m7g.large", 2),
        ("cache.r7g.xlarge", 4),
        ("cache.r7g.16xlarge", 64),
    ],
)
def test_cores_follow_the_size(node_type: str, expected: int) -> None:
    assert cores(node_type) == expected
