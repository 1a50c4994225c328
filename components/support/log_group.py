"""Log groups: encrypted with the stack's key, and kept for a year."""

import pulumi
import pulumi_aws as aws

RETENTION_DAYS = 365
"""Security Hub CloudWatch.16 asks for a year."""


def make_log_group(
    name: str, kms_key_arn: pulumi.Input[str], opts: pulumi.ResourceOptions, *, called: pulumi.Input[str] | None = None
) -> aws.cloudwatch.LogGroup:
    """A log group named `called`, or by Pulumi."""
    return aws.cloudwatch.LogGroup(
        name, name=called, kms_key_id=kms_key_arn, retention_in_days=RETENTION_DAYS, opts=opts
    )
