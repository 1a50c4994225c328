"""Backups of what a stack keeps, by AWS Backup, in a vault of their own and in another region."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from aws_rules.iam_names import BACKUP
from components.support.canonical_json import canonical_json
from components.support.location import Location


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """What is backed up, when, and how long it is kept."""

    location: Location
    kms_key_arn: pulumi.Input[str]
    """Encrypts the vault; the one of copies has AWS's own key, which outlives the stack."""
    resource_arns: Sequence[pulumi.Input[str]]
    """Databases, file systems and versioned buckets."""
    schedule: str
    """cron(..) in UTC."""
    days: int
    copy_region: str | None = None
    copy_days: int | None = None
    """None: as long as the backups themselves."""
    locked_days: int | None = None
    """Days before which nobody can delete a backup; None: no lock."""
    lock_final_after_days: int | None = None
    """Days after which nobody can take the lock away; None: who may administer the vault can."""


class Backups(pulumi.ComponentResource):
    """A plan, its role and its vaults; what is in a vault outlives the stack, and expires by itself."""

    vault_name: pulumi.Output[str]

    def __init__(self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:storage:Backups", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        vault = _make_vault(f"{name}-vault", args, None, args.kms_key_arn, self)
        copies = _make_vault(f"{name}-copies", args, args.copy_region, None, self) if args.copy_region else None
        copy: aws.backup.PlanRuleCopyActionArgsDict | None = None
        if copies:
            copy = {
                "destination_vault_arn": copies.arn,
                "lifecycle": {"delete_after": args.copy_days or args.days},
            }
        plan = aws.backup.Plan(
            f"{name}-plan",
            rules=[
                {
                    "rule_name": "all",
                    "target_vault_name": vault.name,
                    "schedule": args.schedule,
                    "lifecycle": {"delete_after": args.days},
                    "copy_actions": [copy] if copy else [],
                }
            ],
            opts=child,
        )
        role, rights = _make_role(name, args, child)
        aws.backup.Selection(
            f"{name}-selection",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=list(args.resource_arns),
            # What AWS Backup does with a role that lacks a right is seen only when a backup fails.
            opts=pulumi.ResourceOptions(parent=self, depends_on=rights),
        )
        self.vault_name = vault.name
        self.register_outputs({"vault_name": self.vault_name})


def _make_vault(
    name: str, args: BackupsArgs, region: str | None, key: pulumi.Input[str] | None, parent: pulumi.Resource
) -> aws.backup.Vault:
    # AWS deletes no vault with a backup in it: what is kept outlives the stack, and expires by itself.
    kept = pulumi.ResourceOptions(parent=parent, retain_on_delete=True)
    vault = aws.backup.Vault(name, kms_key_arn=key, region=region, opts=kept)
    if args.locked_days is not None:
        aws.backup.VaultLockConfiguration(
            f"{name}-lock",
            backup_vault_name=vault.name,
            min_retention_days=args.locked_days,
            changeable_for_days=args.lock_final_after_days,
            region=region,
            opts=kept,
        )
    return vault


def _make_role(
    name: str, args: BackupsArgs, child: pulumi.ResourceOptions
) -> tuple[aws.iam.Role, list[pulumi.Resource]]:
    """The role that AWS Backup works with, and what gives it its rights."""
    trust = iam.assume_role(BACKUP, args.location.account_id)
    role = aws.iam.Role(f"{name}-role", assume_role_policy=canonical_json(trust), opts=child)
    managed = {
        "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
        "s3": "AWSBackupServiceRolePolicyForS3Backup",
    }
    rights: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            f"{name}-{what}-policy",
            role=role.name,
            policy_arn=f"arn:{args.location.partition}:iam::aws:policy/{policy}",
            opts=child,
        )
        for what, policy in managed.items()
    ]
    return role, rights
