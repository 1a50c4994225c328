"""What must outlive mistakes: data, backups and logs."""

from collections.abc import Iterator
from typing import Any, Final

from .model import UNKNOWN, JudgedResource, Stack, is_set, is_true, mandatory
from .network import LOAD_BALANCER

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
CLUSTER: Final = "aws:rds/cluster:Cluster"
BUCKET: Final = "aws:s3/bucket:Bucket"
FILE_SYSTEM: Final = "aws:efs/fileSystem:FileSystem"
BACKUP_POLICY: Final = "aws:efs/backupPolicy:BackupPolicy"
CACHE: Final = "aws:elasticache/replicationGroup:ReplicationGroup"
KEPT: Final = frozenset({CLUSTER, BUCKET, FILE_SYSTEM, "aws:secretsmanager/secret:Secret", "aws:kms/key:Key"})
"""What cannot be made again once it is deleted."""

_YEAR: Final = 365
_FEWEST_BACKUP_DAYS: Final = 7


@mandatory(
    "log-retention",
    "Logs are kept for a set time, in production for a year (CloudWatch.16): set retentionInDays",
    LOG_GROUP,
    whole_stack=True,
)
def retention(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """Logs are kept for a time that somebody chose; in production for a year."""
    days = resource.get("retentionInDays")
    if not is_set(days):
        yield "retentionInDays is not set, so the logs are kept for ever"
    elif stack.production and _less(days, _YEAR):
        yield f"retentionInDays is {days:g} in production"


@mandatory(
    "data-protected",
    "Production guards its data against deletion (RDS.7, ELB.6): set protect: true for the stack",
    whole_stack=True,
)
def protected(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """In production neither Pulumi nor AWS deletes data at the first word."""
    if not stack.production:
        return
    if resource.type in KEPT and not resource.protect:
        yield "is not protected"
    if resource.type == LOAD_BALANCER and not is_true(resource.get("enableDeletionProtection")):
        yield "enableDeletionProtection is not true"
    if resource.type == CLUSTER and not is_true(resource.get("deletionProtection")):
        yield "deletionProtection is not true"
    if resource.type == CLUSTER and resource.get("skipFinalSnapshot") is True:
        yield "skipFinalSnapshot is true"
    if resource.type in (BUCKET, "aws:ecr/repository:Repository"):
        yield from (f"{name} is true" for name in ("forceDestroy", "forceDelete") if resource.get(name) is True)
    if resource.type.endswith(":Secret") and _less(resource.get("recoveryWindowInDays"), _FEWEST_BACKUP_DAYS):
        yield "recoveryWindowInDays is less than 7"


@mandatory(
    "backups",
    "Data is backed up (EFS.2, ElastiCache.1, RDS.50): turn backups on, in production for a week",
    whole_stack=True,
)
def backups(resource: JudgedResource, stack: Stack) -> Iterator[str]:
    """Data can be had back."""
    days = resource.get("backupRetentionPeriod")
    if resource.type == CLUSTER and (days is None or _less(days, _FEWEST_BACKUP_DAYS)) and stack.production:
        yield "backupRetentionPeriod is less than 7"
    if resource.type == CACHE and not is_set(resource.get("snapshotRetentionLimit")):
        yield "snapshotRetentionLimit is not set"
    if resource.type == FILE_SYSTEM:
        policies = [p for p in stack.of_type(BACKUP_POLICY) if resource in stack.behind(p, "fileSystemId", FILE_SYSTEM)]
        if not any(policy.get("backupPolicy", "status") in ("ENABLED", UNKNOWN) for policy in policies):
            yield "has no backup policy"


def _less(value: Any, limit: int) -> bool:
    return isinstance(value, int | float) and value < limit
