"""Rules for database and cache, and for an Open WebUI that has none."""

from collections.abc import Iterator

from aws_rules import database
from problems import Advice, Path, Problem, Remove, Set, key_of
from settings.data import Authentication, CacheSettings, DatabaseSettings
from settings.rules.parts import remove, set_to
from settings.stack import StackSettings

_ENABLED: Path = ("database", "enabled")
_MOST: Path = ("webui", "scaling", "max")
_SMALLEST: Path = ("database", "minCapacity")
_LOGIN: Path = ("database", "authentication")
_SCHEDULES: Path = ("webui", "scaling", "schedules")
_LARGEST: Path = ("database", "maxCapacity")


def one_task_without_database(settings: StackSettings) -> Iterator[Problem]:
    """Two tasks on one SQLite file corrupt it, also when a schedule starts the second."""
    if settings.database.enabled:
        return
    scaling = settings.webui.scaling
    if scaling.max > 1:
        rule = "must be 1 while database.enabled is false: several Open WebUI tasks would share one SQLite file"
        yield Problem(path=_MOST, rule=rule, fix=(Set(_MOST, 1), Remove(_ENABLED)), also=(_ENABLED,))
    for index, schedule in enumerate(scaling.schedules):
        if schedule.max > 1:
            path = ("webui", "scaling", "schedules", index, "max")
            rule = "must be 1 without a database: several Open WebUI tasks would share one SQLite file"
            yield Problem(path=path, rule=rule, fix=(Set(path, 1), Set(_ENABLED, True)), also=(_ENABLED, _MOST))


def settings_of_disabled_database(settings: StackSettings) -> Iterator[Problem]:
    """Settings of a database and a cache that are not made would have no effect."""
    if settings.database.enabled:
        return
    sections: tuple[tuple[str, DatabaseSettings | CacheSettings], ...] = (
        ("database", settings.database),
        ("cache", settings.cache),
    )
    for section, model in sections:
        for name, field in type(model).model_fields.items():
            if name != "enabled" and name in model.model_fields_set:
                key = (section, str(field.alias))
                rule = f"has no effect: there is no {section}, since database.enabled is false"
                yield Problem(path=key, rule=rule, fix=(Remove(key), Set(_ENABLED, True)), also=(_ENABLED,))


def capacity_limits(settings: StackSettings) -> Iterator[Problem]:
    """The smallest size is not above the largest."""
    smallest, largest = settings.database.min_capacity, settings.database.max_capacity
    if smallest > largest:
        rule = f"must be at most database.maxCapacity, which is {largest:g} (Aurora capacity units)"
        yield Problem(path=_SMALLEST, rule=rule, fix=Set(_LARGEST, smallest), also=(_LARGEST,))


def paused_database(settings: StackSettings) -> Iterator[Problem]:
    """Aurora pauses only without a connection, and each task of Open WebUI keeps some for as long as it runs.

    Aurora user guide, "Scaling to Zero ACUs with automatic pause and resume".
    """
    capacity, schedules = settings.database, settings.webui.scaling.schedules
    if not capacity.made:
        return
    if capacity.min_capacity == 0 and not any(schedule.max == 0 for schedule in schedules):
        rule = "must be 0.5 or more: tasks of Open WebUI keep connections, with which Aurora never pauses, and no "
        rule += "schedule stops them"
        advice = Advice(
            f"add schedules that stop the tasks (min and max 0) and start them again to {key_of(_SCHEDULES)}"
        )
        yield Problem(path=_SMALLEST, rule=rule, fix=(Set(_SMALLEST, 0.5), advice), also=(_SCHEDULES,))
    if capacity.seconds_until_auto_pause is not None and capacity.min_capacity > 0:
        rule = "has no effect: Aurora pauses only with database.minCapacity 0"
        yield remove(("database", "secondsUntilAutoPause"), rule, _SMALLEST)


def connections(settings: StackSettings) -> Iterator[Problem]:
    """All tasks' connection pools fit into what the database accepts at its capacity range."""
    smallest, largest = settings.database.min_capacity, settings.database.max_capacity
    tasks = settings.webui.scaling.most_tasks
    if not settings.database.enabled or settings.database.given:
        return
    limit = database.max_connections(smallest, largest)
    try:
        database.pools(tasks, limit)
    except ValueError:
        rule = (
            f"is too small for {tasks} Open WebUI tasks (webui.scaling) and as many in a deployment: from {smallest:g} "
            f"to {largest:g} capacity units the database accepts {limit} connections"
        )
        fix = Set(_LARGEST, 16), Advice("run fewer tasks")
        yield Problem(path=_LARGEST, rule=rule, fix=fix, also=(_SMALLEST, _MOST, _ENABLED))


def login_with_a_token(settings: StackSettings) -> Iterator[Problem]:
    """What Open WebUI's slim image cannot do, and what the AWS provider does not turn on in a restore."""
    if settings.database.authentication is not Authentication.IAM or not settings.database.made:
        return
    image = settings.webui.image
    if image and settings.webui.build is None and "-slim" in image.partition("@")[0].rpartition(":")[2]:
        rule = "cannot be iam with webui.image: Open WebUI's slim image knows passwords only"
        yield set_to(_LOGIN, Authentication.PASSWORD.value, rule, ("webui", "image"))
    if settings.database.snapshot_identifier:
        rule = (
            "cannot be iam while database.snapshotIdentifier is set: the AWS provider restores a cluster without IAM "
            "authentication. Restore with password, then take the snapshot out and say iam"
        )
        yield set_to(_LOGIN, Authentication.PASSWORD.value, rule, ("database", "snapshotIdentifier"))


def key_of_an_unencrypted_file_system(settings: StackSettings) -> Iterator[Problem]:
    """A key has no effect on files that are not encrypted."""
    if settings.file_system.kms_key_arn is not None and not settings.file_system.encrypted:
        rule = "has no effect while fileSystem.encrypted is false"
        yield remove(("fileSystem", "kmsKeyArn"), rule, ("fileSystem", "encrypted"))
