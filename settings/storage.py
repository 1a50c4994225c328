"""Where Open WebUI keeps uploaded files: `webui.storage` and `webui.bucket`."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from aws_rules import arns, s3
from settings.types import Check, Section


class Storage(StrEnum):
    """Where Open WebUI keeps uploaded files."""

    EFS = "efs"
    S3 = "s3"


class BucketSettings(Section):
    """An S3 bucket of one's own for uploaded files."""

    name: Annotated[str, Check(s3.bucket_name_problem, "team-uploads")] = Field(
        description="Name of the bucket, in the region of the stack."
    )
    kms_key_arn: Annotated[str, Check(arns.kms_key_problem, arns.EXAMPLE_KMS_KEY)] | None = Field(
        default=None, description="KMS key that the bucket encrypts with by default (default: none of its own)."
    )
