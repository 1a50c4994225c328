"""An image that the stack builds itself, in a repository of its own."""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

import pulumi
import pulumi_aws as aws

from components.support.location import Location

KEPT_IMAGES = 20
"""Older images are deleted; the latest ones stay for rollbacks."""

BUILD_TAGS = "*-container"
"""awsx tags every build of a folder alike, whatever the folder holds; tasks name the digest, which never moves."""

PLATFORMS = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}


@dataclass(frozen=True, kw_only=True)
class ContainerImageArgs:
    """What to build."""

    location: Location
    context: str
    """The folder that holds what the Dockerfile copies."""
    dockerfile: str
    """Path of the Dockerfile, relative to `context`."""
    architecture: str
    """`ARM64` or `X86_64`, as the task's."""
    kms_key_arn: pulumi.Input[str]
    protect: bool = False


class ContainerImage(pulumi.ComponentResource):
    """An ECR repository with scanning and immutable tags, and the image built from a folder by `pulumi up`."""

    image_uri: pulumi.Output[str]
    repository_arn: pulumi.Output[str]

    def __init__(self, name: str, args: ContainerImageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:image:ContainerImage", name, None, opts)
        import pulumi_awsx as awsx  # Here, because most stacks build no image and need no Docker plugins.

        repository = aws.ecr.Repository(
            f"{name}-repository",
            image_tag_mutability="IMMUTABLE_WITH_EXCLUSION",
            image_tag_mutability_exclusion_filters=[{"filter": BUILD_TAGS, "filter_type": "WILDCARD"}],
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.kms_key_arn}],
            force_delete=not args.protect,
            opts=pulumi.ResourceOptions(parent=self),
        )
        expiry = {
            "rulePriority": 1,
            "description": f"Keep the latest {KEPT_IMAGES} images",
            "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": KEPT_IMAGES},
            "action": {"type": "expire"},
        }
        aws.ecr.LifecyclePolicy(
            f"{name}-expiry",
            repository=repository.name,
            policy=json.dumps({"rules": [expiry]}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        image = awsx.ecr.Image(
            f"{name}-build",
            repository_url=repository.repository_url,
            context=args.context,
            dockerfile=str(PurePosixPath(args.context, args.dockerfile)),
            platform=PLATFORMS[args.architecture],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.image_uri = image.image_uri
        self.repository_arn = repository.arn
        self.register_outputs({"image_uri": self.image_uri, "repository_arn": self.repository_arn})
