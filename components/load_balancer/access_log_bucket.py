"""The bucket for the load balancer's access logs."""

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.support.canonical_json import canonical_json
from components.support.location import Location

KEPT_DAYS = 365


def make_access_log_bucket(
    name: str, location: Location, *, protect: bool, parent: pulumi.Resource
) -> pulumi.Output[str]:
    """A private, TLS-only, expiring bucket that Elastic Load Balancing may write to.

    Returns its name once the policy stands, because a load balancer that cannot write a test object is refused.
    Encryption is SSE-S3: Elastic Load Balancing does not support KMS keys for access logs.
    """
    child = pulumi.ResourceOptions(parent=parent)
    bucket = aws.s3.Bucket(
        f"{name}-bucket",
        force_destroy=not protect,
        opts=pulumi.ResourceOptions(parent=parent, protect=protect),
    )
    private = aws.s3.BucketPublicAccessBlock(
        f"{name}-private",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=child,
    )
    aws.s3.BucketOwnershipControls(
        f"{name}-ownership",
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},
        opts=child,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        f"{name}-encryption",
        bucket=bucket.id,
        rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        opts=child,
    )
    aws.s3.BucketVersioning(
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=child,
    )
    aws.s3.BucketLifecycleConfiguration(
        f"{name}-lifecycle",
        bucket=bucket.id,
        rules=[
            {
                "id": "expire",
                "status": "Enabled",
                "filter": {"prefix": ""},
                "expiration": {"days": KEPT_DAYS},
                "noncurrent_version_expiration": {"noncurrent_days": 1},
                "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
            }
        ],
        opts=child,
    )
    policy = aws.s3.BucketPolicy(
        f"{name}-policy",
        bucket=bucket.id,
        policy=canonical_json(_policy(bucket.arn, location)),
        # Amazon S3 refuses a policy change that races with the public access block.
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[private]),
    )
    return policy.bucket


def _policy(bucket_arn: pulumi.Output[str], location: Location) -> dict[str, object]:
    """The form that the ALB user guide documents ("Access logs"): the account in the path limits who may write.

    `aws:SourceArn` is not sent with the test object that the load balancer writes first: a condition on it refuses it.
    """
    objects = pulumi.Output.concat(bucket_arn, "/*")
    own_logs = pulumi.Output.concat(bucket_arn, f"/AWSLogs/{location.account_id}/*")
    delivery = iam.service("logdelivery.elasticloadbalancing.amazonaws.com")
    return iam.document(
        iam.allow("LoadBalancersWriteLogs", "s3:PutObject", own_logs, principal=delivery),
        iam.deny_without_tls("s3:*", [bucket_arn, objects], principal="*"),
    )
