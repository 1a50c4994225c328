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


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":1",
        "nginx:",
        "Nginx:1",
        "ghcr.io/A/b:1",
        "a//b:1",
        "a/b:1:2",
        f"a/b@{DIGEST}0",
        "a/b@sha256:12",
        "a/b@",
        "https://ghcr.io/a/b:1",
        "a b:1",
        "-a/b:1",
        "ghcr.io/:1",
        "/a:1",
        f"a:{'t' * 129}",
        "a/b:-1",
        "é:1",
        "a" * 2000,
    ],
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    assert image_reference.problem(text) == "must be an image reference such as registry/repository:tag"


@pytest.mark.parametrize("text", ["nginx", "ghcr.io/open-webui/open-webui", "registry.example.com:5000/a"])
def test_a_reference_without_tag_and_digest_is_refused(text: str) -> None:
    assert "must name a tag or a digest" in str(image_reference.problem(text))


@pytest.mark.parametrize("text", ["{acount}/a:1", "{account/a:1", "{}/a:1", "a:{version}", "{Account}/a:1"])
def test_placeholders_other_than_account_and_region_are_refused(text: str) -> None:
    assert image_reference.problem(text) == "may hold only the placeholders {account} and {region}"


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
    ("text", "region"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1.2", "eu-west-1"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a/b:1.2", "cn-north-1"),
        ("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a:1.2", "us-gov-west-1"),
        ("{account}.dkr-ecr.eu-west-1.on.aws/a:1.2", "eu-west-1"),
        ("{account}.dkr.ecr.{region}.amazonaws.com/a:1.2", None),
        ("public.ecr.aws/a/b:1.2", None),
        ("", None),
    ],
)
def test_the_region_of_a_private_ecr_registry_is_read_from_its_name(text: str, region: str | None) -> None:
    assert image_reference.ecr_region(text) == region
