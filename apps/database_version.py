"""Which version of Aurora PostgreSQL a new cluster gets, and whether the snapshot that it starts from fits."""

import pulumi_aws as aws

from aws_rules import database
from components.support import lookup
from problems import Problem, Remove, key_of
from settings import SettingsError, StackSettings, stack_file

ENGINE = "aurora-postgresql"
SNAPSHOT = ("database", "snapshotIdentifier")


def look_up(settings: StackSettings) -> str:
    """The newest minor version: a snapshot of any minor version of the same major one can be restored with it.

    A full version, because AWS takes a major one for its default minor version, which may be lower than what runs.
    Raises SettingsError when the snapshot does not exist or is not restorable here, before anything is touched.
    """
    if settings.database.snapshot_identifier:
        _check_snapshot(settings.database.snapshot_identifier)
    return lookup.look_up(
        "the version of Aurora PostgreSQL",
        lambda: (
            aws.rds.get_engine_version(
                engine=ENGINE, parameter_group_family=database.PARAMETER_GROUP_FAMILY, latest=True
            ).version_actual
        ),
        remedy="allow rds:DescribeDBEngineVersions",
    )


def _check_snapshot(identifier: str) -> None:
    snapshot = lookup.look_up(
        f"{key_of(SNAPSHOT)} {identifier}",
        lambda: aws.rds.get_cluster_snapshot(
            db_cluster_snapshot_identifier=identifier,
            # Those that another account shares are named by their ARN.
            include_shared=identifier.startswith("arn:"),
        ),
        remedy="name one of `aws rds describe-db-cluster-snapshots`, or allow that call; once a database has been "
        f"restored it needs the snapshot no more: {Remove(SNAPSHOT)}",
    )
    rule = _misfit(snapshot.engine, snapshot.engine_version, snapshot.status)
    if rule:
        raise SettingsError([Problem(path=SNAPSHOT, value=identifier, rule=rule, fix=Remove(SNAPSHOT))], stack_file())


def _misfit(engine: str, version: str, status: str) -> str | None:
    if engine != ENGINE or version.split(".", maxsplit=1)[0] != database.MAJOR_VERSION:
        return f"must be of {ENGINE} {database.MAJOR_VERSION}, not of {engine} {version}"
    if status != "available":
        return f"must be available, it is {status}"
    return None
