"""AWS Backup: schedules and how long backups are kept."""

from aws_rules import schedules

MOST_DAYS = 36500
"""A hundred years (PutBackupVaultLockConfiguration)."""

COOLING_OFF_DAYS = 3
"""A vault lock becomes final no earlier (PutBackupVaultLockConfiguration.ChangeableForDays)."""

EXAMPLE_SCHEDULE = "cron(0 3 * * ? *)"


def schedule_problem(expression: str) -> str | None:
    """What is allowed if AWS Backup would refuse the expression, else None."""
    if not expression.startswith("cron("):
        return f"must be cron(minutes hours day-of-month month day-of-week year) in UTC, such as {EXAMPLE_SCHEDULE}"
    return schedules.expression_problem(expression)
