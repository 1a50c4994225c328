"""Rules for backups in a vault of their own."""

from collections.abc import Iterator

from problems import Path, Problem, Set
from settings.rules.parts import remove
from settings.stack import StackSettings

_BACKUP: Path = ("backup",)
_LOCK: Path = ("backup", "lock", "days")


def shorter_than_the_lock(settings: StackSettings) -> Iterator[Problem]:
    """AWS Backup fails the jobs of a plan that keeps backups shorter than the vault's lock allows."""
    backup = settings.backup
    if backup is None or backup.lock is None:
        return
    kept: dict[Path, int | None] = {(*_BACKUP, "days"): backup.days, (*_BACKUP, "copyDays"): backup.copy_days}
    for path, days in kept.items():
        if days is not None and days < backup.lock.days:
            rule = f"must be at least backup.lock.days, which is {backup.lock.days}: AWS Backup would fail every backup"
            yield Problem(path=path, rule=rule, fix=(Set(path, backup.lock.days), Set(_LOCK, days)), also=(_LOCK,))


def days_of_no_copy(settings: StackSettings) -> Iterator[Problem]:
    """How long copies are kept that are not made."""
    if settings.backup and settings.backup.copy_days is not None and settings.backup.copy_to is None:
        yield remove((*_BACKUP, "copyDays"), "has no effect without backup.copyTo", (*_BACKUP, "copyTo"))
