"""S3 buckets in the one form that this program makes them: private, TLS only, versioned, owned by the account."""

from collections.abc import Callable
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.support.canonical_json import canonical_json
from components.support.once import once


@dataclass(frozen=True, kw_only=True)
class PrivateBucket:
    """A bucket as the policies of others name it."""

    name: pulumi.Output[str]
    """Known once the bucket policy stands."""
    arn: pulumi.Output[str]
    ready_name: pulumi.Output[str]
    """Known once its encryption, versions and lifecycle stand too: what is stored before follows none of them."""


def make_private_bucket(
    name: str,
    *,
    sse: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict,
    expiration: aws.s3.BucketLifecycleConfigurationRuleExpirationArgsDict,
    noncurrent_days: int,
    force_destroy: bool,
    protect: bool,
    parent: pulumi.Resource,
    writers: Callable[[pulumi.Output[str]], iam.Statement] | None = None,
) -> PrivateBucket:
    """The bucket with all that says how it is kept: `writers` gives a statement of its policy for its ARN.

    An overwritten or deleted object can be brought back for `noncurrent_days`.

    Without `force_destroy` S3 refuses to delete the bucket while anything is in it.
    """
    child = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        f"{name}-bucket",
        force_destroy=force_destroy,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
    private = _make_private(name, bucket, child)
    kept = _make_rules_of_keeping(name, bucket, sse, expiration, noncurrent_days, child)
    objects = pulumi.Output.concat(bucket.arn, "/*")
    tls_only = iam.deny_without_tls("s3:*", [bucket.arn, objects], principal="*")
    policy = aws.s3.BucketPolicy(
        f"{name}-policy",
        bucket=bucket.id,
        policy=canonical_json(iam.document(*([writers(bucket.arn)] if writers else []), tls_only)),
        # Amazon S3 refuses a policy change that races with the public access block.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[private]),
    )
    return PrivateBucket(
        name=policy.bucket,
        arn=bucket.arn,
        ready_name=once(policy.bucket, *kept),
    )


def _make_private(name: str, bucket: aws.s3.Bucket, child: pulumi.ResourceOptions) -> aws.s3.BucketPublicAccessBlock:
    """Nobody outside gets in, and the account owns what others put in."""
    aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},
        opts=child,
    )
    return aws.s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )


def _make_rules_of_keeping(
    name: str,
    bucket: aws.s3.Bucket,
    sse: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict,
    expiration: aws.s3.BucketLifecycleConfigurationRuleExpirationArgsDict,
    noncurrent_days: int,
    child: pulumi.ResourceOptions,
) -> list[pulumi.Output[str]]:
    """Encryption, versions and lifecycle; their ids are known once they stand."""
    encryption = aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption", bucket=bucket.id, rules=[sse], opts=child
    )
    versions = aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=child,
    )
    lifecycle = aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": expiration,
                "noncurrent_version_expiration": {"noncurrent_days": noncurrent_days},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=child,
    )
    return [encryption.id, versions.id, lifecycle.id]
