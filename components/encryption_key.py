"""The customer-managed KMS key that encrypts everything the stack keeps."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.support.canonical_json import canonical_json
from components.support.location import Location


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """What the key needs to know."""

    location: Location
    name_prefix: str
    """The key's alias is `alias/<name_prefix>`."""
    protect: bool


class EncryptionKey(pulumi.ComponentResource):
    """One KMS key per stack, rotated every year, usable only by this account and the services that encrypt for it."""

    key_arn: pulumi.Output[str]

    def __init__(self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:security:EncryptionKey", name, None, opts)
        key = aws.kms.Key(
            f"{name}-kms",
            description=f"Encrypts the data, logs and secrets of {args.name_prefix}",
            deletion_window_in_days=30,
            enable_key_rotation=True,
            policy=canonical_json(key_policy(args.location)),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{args.name_prefix}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.key_arn = key.arn
        self.register_outputs({"key_arn": self.key_arn})


def key_policy(location: Location) -> dict[str, object]:
    """Who may use the key.

    EFS, RDS, ElastiCache, Secrets Manager, ECR and SNS use it in their caller's name, so IAM decides; only the two
    services that act in their own name are named.
    """
    account = {"AWS": f"arn:{location.partition}:iam::{location.account_id}:root"}
    return iam.document(
        # Without this statement nobody could ever change the key again (AWS KMS: default key policy).
        iam.allow("AccountAdministersKey", "kms:*", "*", principal=account),
        iam.allow(
            "CloudWatchLogs",
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            "*",
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": location.arn("logs", "log-group:*")}},
            principal=iam.service(f"logs.{location.region}.amazonaws.com"),
        ),
        # An alarm that publishes to an encrypted topic uses the key in CloudWatch's name, not the account's.
        iam.allow(
            "CloudWatchAlarms",
            ["kms:Decrypt", "kms:GenerateDataKey*"],
            "*",
            {"StringEquals": {"aws:SourceAccount": location.account_id}},
            principal=iam.service("cloudwatch.amazonaws.com"),
        ),
    )
