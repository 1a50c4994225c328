"""A copy of a stack's database beside the one that runs: restored from a snapshot or a moment, and deleted again."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from botocore.exceptions import WaiterError

from health.aws import AWS_ERRORS, Aws, message
from problems.command import lacking

Cluster = Mapping[str, Any]
"""As DescribeDBClusters gives it."""

LONGEST: Final = 63
"""Characters of a cluster's or an instance's identifier (CreateDBCluster)."""

COPY: Final = "-copy"
INSTANCE: Final = "-1"
TAG: Final = {"Key": "webui-bedrock:copy-of", "Value": ""}
"""Tells a copy that `make restore` made from any other cluster of this name; the value is the original's identifier."""

LEFT: Final = """\
The copy could not be deleted: {why}
It costs money until it is. The next `make restore` or `make restore-drill` deletes it, or:
aws rds delete-db-instance --db-instance-identifier {copy}{instance} --skip-final-snapshot
aws rds delete-db-cluster --db-cluster-identifier {copy} --skip-final-snapshot"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What is restored: a snapshot, else the running cluster as it was at a time, else as it was last."""

    snapshot: str | None = None
    time: datetime | None = None

    def __str__(self) -> str:
        if self.snapshot:
            return f"snapshot {self.snapshot}"
        return f"{self.time:%Y-%m-%d %H:%M:%S %Z}" if self.time else "the latest moment that can be restored"


def find_cluster(aws: Aws, host: str) -> Cluster | None:
    """The cluster whose writer answers at a host. Raises one of AWS_ERRORS."""
    for page in aws.client("rds").get_paginator("describe_db_clusters").paginate():
        for cluster in page["DBClusters"]:
            if cluster.get("Endpoint") == host:
                return dict(cluster)
    return None


@contextmanager
def copied(aws: Aws, original: Cluster, source: Source, password: str) -> Iterator[Cluster]:
    """A copy that the same clients reach with the same password; gone afterwards, whatever happens meanwhile."""
    name = original["DBClusterIdentifier"][: LONGEST - len(COPY) - len(INSTANCE)] + COPY
    _delete(aws, name, original, wait=True)
    try:
        yield _make(aws, name, original, source, password)
    finally:
        print(f"Deleting the copy {name}.", file=sys.stderr)
        try:
            _delete(aws, name, original, wait=False)
        except (*AWS_ERRORS, WaiterError) as error:
            print(LEFT.format(why=message(error), copy=name, instance=INSTANCE), file=sys.stderr)


def keep(aws: Aws, copy: Cluster, name: str) -> None:
    """Take a snapshot of a copy, which stays. Raises one of AWS_ERRORS."""
    rds, identifier = aws.client("rds"), copy["DBClusterIdentifier"]
    rds.create_db_cluster_snapshot(DBClusterIdentifier=identifier, DBClusterSnapshotIdentifier=name, Tags=_tags(copy))
    waiter = rds.get_waiter("db_cluster_snapshot_available")
    waiter.wait(DBClusterIdentifier=identifier, DBClusterSnapshotIdentifier=name)


def _make(aws: Aws, name: str, original: Cluster, source: Source, password: str) -> Cluster:
    rds = aws.client("rds")
    asked = _like(original) | {"DBClusterIdentifier": name}
    if source.snapshot:
        # Without a version RDS takes the region's default, which may be another major one than the parameters are for.
        version = {"Engine": original["Engine"], "EngineVersion": original["EngineVersion"]}
        rds.restore_db_cluster_from_snapshot(SnapshotIdentifier=source.snapshot, **version, **asked)
    else:
        when = {"RestoreToTime": source.time} if source.time else {"UseLatestRestorableTime": True}
        origin = {"SourceDBClusterIdentifier": original["DBClusterIdentifier"]}
        rds.restore_db_cluster_to_point_in_time(**origin, **when, **asked)
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name)
    rds.create_db_instance(
        DBInstanceIdentifier=f"{name}{INSTANCE}",
        DBClusterIdentifier=name,
        Engine=original["Engine"],
        DBInstanceClass="db.serverless",
        PubliclyAccessible=False,
        Tags=asked["Tags"],
    )
    rds.get_waiter("db_instance_available").wait(DBInstanceIdentifier=f"{name}{INSTANCE}")
    # It has the password of its time.
    rds.modify_db_cluster(DBClusterIdentifier=name, MasterUserPassword=password, ApplyImmediately=True)
    return dict(rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0])


def _like(original: Cluster) -> dict[str, Any]:
    """What makes a cluster reachable and sized as the original is."""
    size = original["ServerlessV2ScalingConfiguration"]
    asked = {
        "Port": original["Port"],
        "DBSubnetGroupName": original["DBSubnetGroup"],
        "VpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in original["VpcSecurityGroups"]],
        "DBClusterParameterGroupName": original["DBClusterParameterGroup"],
        "KmsKeyId": original.get("KmsKeyId"),
        "ServerlessV2ScalingConfiguration": {name: size[name] for name in ("MinCapacity", "MaxCapacity")},
        "Tags": [*_tags(original), TAG | {"Value": original["DBClusterIdentifier"]}],
    }
    return {name: value for name, value in asked.items() if value is not None}


def _tags(cluster: Cluster) -> list[dict[str, str]]:
    """Those that a person gave, without AWS's own."""
    return [tag for tag in cluster.get("TagList", []) if not tag["Key"].startswith("aws:") and tag["Key"] != TAG["Key"]]


def _delete(aws: Aws, name: str, original: Cluster, *, wait: bool) -> None:
    """Delete a copy of this original, whatever state it is in; nothing when there is none."""
    rds = aws.client("rds")
    try:
        copy = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    except rds.exceptions.DBClusterNotFoundFault:
        return
    if TAG | {"Value": original["DBClusterIdentifier"]} not in copy.get("TagList", []):
        raise lacking(
            f"the name {name} for the copy: a cluster that `make restore` has not made has it", "Rename that."
        )
    # One that is being created cannot be deleted yet, and has no instances.
    rds.get_waiter("db_cluster_available").wait(DBClusterIdentifier=name)
    for member in rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]["DBClusterMembers"]:
        rds.delete_db_instance(DBInstanceIdentifier=member["DBInstanceIdentifier"], SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)
    if wait:
        rds.get_waiter("db_cluster_deleted").wait(DBClusterIdentifier=name)
