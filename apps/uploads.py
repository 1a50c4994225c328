"""Uploaded files in a bucket: what Open WebUI 0.12.4 is told of it, and what its task's role may do there."""

from dataclasses import dataclass

import pulumi

from apps.shared import SharedParts
from aws_rules import iam
from settings import StackSettings


@dataclass(frozen=True, kw_only=True)
class Uploads:
    """A bucket for uploaded files, the stack's or the user's."""

    bucket: pulumi.Input[str]
    bucket_arn: pulumi.Input[str]
    kms_key_arn: pulumi.Input[str] | None
    """The customer-managed key that it encrypts with, if any."""


def uploads_of(settings: StackSettings, shared: SharedParts) -> Uploads | None:
    """Where uploaded files are kept; None is the file system."""
    made, given = shared.upload_bucket, settings.webui.bucket
    if given is not None:
        arn = f"arn:{shared.facts.location.partition}:s3:::{given.name}"
        return Uploads(bucket=given.name, bucket_arn=arn, kms_key_arn=given.kms_key_arn)
    if made is None:
        return None
    return Uploads(bucket=made.bucket_name, bucket_arn=made.bucket_arn, kms_key_arn=made.kms_key_arn)


def variables(settings: StackSettings, shared: SharedParts) -> dict[str, pulumi.Input[str]]:
    """Without keys: boto3 takes the credentials of the task's role."""
    uploads = uploads_of(settings, shared)
    if uploads is None:
        return {}
    return {
        "STORAGE_PROVIDER": "s3",
        "S3_BUCKET_NAME": uploads.bucket,
        "S3_REGION_NAME": shared.facts.location.region,
        # Whatever it uploads passes through its folder on the file system; processed, it is kept in the bucket only.
        "STORAGE_LOCAL_CACHE": "false",
    }


def statements(settings: StackSettings, shared: SharedParts) -> list[iam.Statement]:
    """The right to the bucket's objects, and to the key that S3 encrypts them with."""
    uploads = uploads_of(settings, shared)
    if uploads is None:
        return []
    objects = pulumi.Output.concat(uploads.bucket_arn, "/*")
    via = f"s3.{shared.facts.location.region}.amazonaws.com"
    key = [iam.encrypt_objects(uploads.kms_key_arn, via)] if uploads.kms_key_arn else []
    return [*iam.keep_objects(uploads.bucket_arn, objects), *key]
