"""An image that `pulumi up` builds and a task pulls by digest."""

import json
from dataclasses import replace
from fnmatch import fnmatchcase

import pulumi_aws as aws
import pulumi_awsx as awsx
import pytest

from components.container_image import ContainerImage
from tests.support.component_args import IMAGE
from tests.support.component_recording import record_one
from tests.support.component_variants import recorded


@pytest.mark.parametrize(("tag", "moves"), [("ab12cd34-container", True), ("latest", False), ("v1.2.3", False)])
def test_only_the_tags_of_builds_move(tag: str, *, moves: bool) -> None:
    """awsx names them `<hash>-container`; what somebody pushes by hand stays what it was."""
    inputs = recorded("image").one(aws.ecr.Repository).inputs
    assert inputs["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    filters = [found["filter"] for found in inputs["imageTagMutabilityExclusionFilters"]]
    assert any(fnmatchcase(tag, pattern) for pattern in filters) is moves


def test_old_images_expire_and_the_latest_stay_for_rollbacks() -> None:
    expiry = recorded("image").one(aws.ecr.LifecyclePolicy).inputs
    [rule] = json.loads(expiry["policy"])["rules"]
    assert rule["selection"] == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}
    assert rule["action"] == {"type": "expire"}
    assert expiry["repository"] == recorded("image").one(aws.ecr.Repository).outputs["name"]


@pytest.mark.parametrize(("architecture", "platform"), [("ARM64", "linux/arm64"), ("X86_64", "linux/amd64")])
def test_the_image_is_built_for_the_tasks_architecture(architecture: str, platform: str) -> None:
    recording = record_one(ContainerImage, "image", replace(IMAGE, architecture=architecture))
    assert recording.one(awsx.ecr.Image).inputs["platform"] == platform


def test_the_dockerfile_is_found_inside_the_context() -> None:
    args = replace(IMAGE, context="./gateway/src", dockerfile="docker/Dockerfile.ecs")
    inputs = record_one(ContainerImage, "image", args).one(awsx.ecr.Image).inputs
    assert inputs["context"] == "./gateway/src"
    assert inputs["dockerfile"] == "gateway/src/docker/Dockerfile.ecs"


def test_the_uri_that_tasks_run_names_a_digest_of_this_repository() -> None:
    recording = recorded("image")
    repository = recording.one(aws.ecr.Repository)
    [component] = [resource for resource in recording.resources if resource.parent is None]
    assert component.registered_outputs is not None
    assert component.registered_outputs["image_uri"].startswith(f"{repository.outputs['repositoryUrl']}@sha256:")
    assert component.registered_outputs["repository_arn"] == repository.outputs["arn"]
