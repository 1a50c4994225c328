"""Image references as ECS pulls them."""

import pytest

from aws_rules import image_reference
from aws_rules.image_reference import ImageReference

DIGEST = f"sha256:{'0123456789abcdef' * 4}"


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("nginx:1.27", "docker.io", "nginx", "1.27", None),
        ("team/app:1.27", "docker.io", "team/app", "1.27", None),
        ("ghcr.io/open-webui/open-webui:v0.12.4", "ghcr.io", "open-webui/open-webui", "v0.12.4", None),
        ("localhost/app:1", "localhost", "app", "1", None),
        ("registry.example.com:5000/a/b/c:1", "registry.example.com:5000", "a/b/c", "1", None),
        (f"nginx@{DIGEST}", "docker.io", "nginx", None, DIGEST),
        (f"ghcr.io/a/b:1.2@{DIGEST}", "ghcr.io", "a/b", "1.2", DIGEST),
        (
            "{account}.dkr.ecr.{region}.amazonaws.com/bedrock-proxy-api-ecs:latest",
            "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
            "bedrock-proxy-api-ecs",
            "latest",
            None,
        ),
    ],
)
def test_a_reference_falls_into_its_parts(
    text: str, registry: str, repository: str, tag: str | None, digest: str | None
) -> None:
    expected = ImageReference(registry=registry, repository=repository, tag=tag, digest=digest)
    assert image_reference.parse(text) == expected
    assert image_reference.problem(text) is None


@pytest.mark.parametrize("tag", ["latest", "main", "main-slim", "dev", "Latest", "1", "v2", "stable"])
def test_a_tag_moves(tag: str) -> None:
    image = image_reference.parse(f"a/b:{tag}")
    pinned = image_reference.parse(f"a/b:{tag}@{DIGEST}")
    assert image is not None
    assert pinned is not None
    assert image.moving
    assert not pinned.moving


@pytest.mark.parametrize("tag", ["1.2", "v0.12.4", "v0.12.4-slim", "2026-11-01", "git-1a2b3c4", "1.27-alpine"])
def test_a_tag_stays(tag: str) -> None:
    image = image_reference.parse(f"a/b:{tag}")
    assert image is not None
    assert not image.moving


@pytest.mark.parametrize(
    ("registry", "private"),
    [
        ("{account}.dkr.ecr.{region}.amazonaws.com", True),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", True),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com", True),
        ("public.ecr.aws", False),
        ("ghcr.io", False),
        ("123.dkr.ecr.eu-central-1.amazonaws.com", False),
    ],
)
def test_private_ecr_registries_are_told_from_others(registry: str, private: bool) -> None:
    image = image_reference.parse(f"{registry}/a/b:1.2")
    assert image is not None
    assert image.in_ecr is private


@pytest.mark.parametrize(
    ("region", "partition", "registry"),
    [
        ("eu-west-1", "aws", "eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "aws-us-gov", "us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "aws-cn", "cn-north-1.amazonaws.com.cn"),
    ],
)
def test_placeholders_become_the_stacks_own_registry(region: str, partition: str, registry: str) -> None:
    text = "{account}.dkr.ecr.{region}.amazonaws.com/app:1.2"
    filled = image_reference.filled_in(text, "123456789012", region, partition)
    assert filled == f"123456789012.dkr.ecr.{registry}/app:1.2"


def test_a_registry_in_china_that_is_written_in_full_stays_as_it_is() -> None:
    text = "{account}.dkr.ecr.{region}.amazonaws.com.cn/app:1.2"
    filled = image_reference.filled_in(text, "123456789012", "cn-north-1", "aws-cn")
    assert filled == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1.2"
