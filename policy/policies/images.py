"""That what was tested is what runs."""

from collections.abc import Iterator
from typing import Final

from .containers import TASK_DEFINITION, containers
from .model import JudgedResource, Stack, advisory, is_true, look, mandatory

REPOSITORY: Final = "aws:ecr/repository:Repository"

_MOVING: Final = frozenset(
    {"latest", "main", "master", "head", "dev", "develop", "edge", "nightly", "test", "staging", "stable", "prod"}
)


@mandatory(
    "moving-image-tag",
    "Production pins its images: name a digest, or a version's tag",
    TASK_DEFINITION,
    whole_stack=True,
)
def moving_tag(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """A tag that moves starts another program with the next task."""
    if not stack.production:
        return
    for container in containers(resource):
        image = str(container.get("image", ""))
        tag = _tag(image)
        if "@sha256:" not in image and (tag is None or tag.split("-")[0] in _MOVING):
            yield f"container {container.get('name')} runs {image}"


@advisory(
    "image-digest", "Production names images by digest best: add @sha256:<digest>", TASK_DEFINITION, whole_stack=True
)
def no_digest(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """Even a version's tag can be pushed again; a digest cannot."""
    if not stack.production:
        return
    for image in sorted({str(container.get("image", "")) for container in containers(resource)}):
        if "@sha256:" not in image:
            yield f"{image} names no digest"


@mandatory(
    "image-repository",
    "A repository scans on push, has immutable tags and is encrypted by KMS (ECR.1, ECR.2)",
    REPOSITORY,
)
def repository(resource: JudgedResource, _stack: Stack) -> Iterator[str]:
    """Images are scanned, their tags stay where they are, and the stack's key encrypts them."""
    if not is_true(resource.get("imageScanningConfiguration", "scanOnPush")):
        yield "scanOnPush is not true"
    if resource.get("imageTagMutability") in (None, "MUTABLE"):
        yield "imageTagMutability is not IMMUTABLE"
    if look(resource.get("encryptionConfigurations", 0), "encryptionType") in (None, "AES256"):
        yield "encryptionType is not KMS"


def _tag(image: str) -> str | None:
    _, colon, tag = image.partition("@")[0].rsplit("/", 1)[-1].partition(":")
    return tag.lower() if colon else None
