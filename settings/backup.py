"""Backups in a vault of their own, beside those that database and bucket keep by themselves: the `backup` map."""

from typing import Annotated

from pydantic import Field

from aws_rules import backups, regions
from settings.types import Check, Section, between

CoolingOff = between(backups.COOLING_OFF_DAYS, backups.MOST_DAYS, "days; AWS Backup's cooling-off period")
Days = Annotated[int, between(1, backups.MOST_DAYS, "days; AWS Backup keeps none longer", example=35)]


class LockSettings(Section):
    """AWS Backup Vault Lock: nobody deletes a backup earlier."""

    days: Days = Field(default=7, description="Days before which nobody can delete a backup (default 7).")
    final_after_days: Annotated[int, CoolingOff] | None = Field(
        default=None,
        description="Days after which nobody, AWS neither, can take the lock away (default: administrators can).",
    )


class BackupSettings(Section):
    """AWS Backup for database, file system and the bucket of uploads."""

    schedule: Annotated[str, Check(backups.schedule_problem, backups.EXAMPLE_SCHEDULE)] = Field(
        default=backups.EXAMPLE_SCHEDULE, description="When, in UTC: cron(minutes hours ..) (default every day at 3)."
    )
    days: Days = Field(default=35, description="Days that a backup is kept (default 35).")
    copy_to: Annotated[str, Check(regions.problem, "eu-west-1", meant=regions.meant)] | None = Field(
        default=None, description="Region that each backup is copied to (default none)."
    )
    copy_days: Days | None = Field(default=None, description="Days that a copy is kept (default: as `days`).")
    lock: LockSettings | None = Field(default=None, description="Lock of the vaults (default none).")
