"""From settings to the backups in a vault of their own."""

import pulumi

from apps.shared import SharedParts
from components.backups import BackupsArgs
from components.data_tier.aurora import Database
from settings import BackupSettings


def backups(backup: BackupSettings, shared: SharedParts, kms_key_arn: pulumi.Input[str]) -> BackupsArgs:
    """Everything that the stack keeps and AWS Backup knows: what is given is its owner's to back up."""
    database = shared.data_tier.database if shared.data_tier else None
    uploads = shared.upload_bucket
    kept = [
        shared.file_system.file_system_arn,
        *([database.cluster_arn] if isinstance(database, Database) else []),
        *([uploads.bucket_arn] if uploads else []),
    ]
    return BackupsArgs(
        location=shared.facts.location,
        kms_key_arn=kms_key_arn,
        resource_arns=kept,
        schedule=backup.schedule,
        days=backup.days,
        copy_region=backup.copy_to,
        copy_days=backup.copy_days,
        locked_days=backup.lock.days if backup.lock else None,
        lock_final_after_days=backup.lock.final_after_days if backup.lock else None,
    )
