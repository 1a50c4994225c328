"""Aurora's snapshots: the last one before a cluster goes, and what can be restored."""

from typing import Any

from moto.rds.models import DBClusterSnapshot
from moto.rds.utils import FilterDef

from tests.engine.stand_in.account import backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, effect, refuse, rule
from tests.engine.stand_in.services.rds import order, resolve

# AWS takes a snapshot's ARN wherever it takes its identifier, moto the identifier only.
DBClusterSnapshot.SUPPORTED_FILTERS["db-cluster-snapshot-id"] = FilterDef(
    ["db_cluster_snapshot_identifier", "db_cluster_snapshot_arn"], "DB Cluster Snapshot Identifiers"
)


@rule(
    "rds",
    "DeleteDBCluster",
    source="api DeleteDBClusterMessage.SkipFinalSnapshot: you must specify FinalDBSnapshotIdentifier if it is disabled",
)
def final_snapshot_is_named(params: Params) -> None:
    skipped, name = params.get("SkipFinalSnapshot", False), params.get("FinalDBSnapshotIdentifier")
    if not skipped and not name:
        told = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        refuse("InvalidParameterCombination", told)
    if skipped and name:
        told = "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is enabled."
        refuse("InvalidParameterCombination", told)


@rule("rds", "DeleteDBCluster", "CreateDBClusterSnapshot", source="api DBClusterSnapshotAlreadyExistsFault")
def snapshot_is_new(params: Params) -> None:
    name = params.get("FinalDBSnapshotIdentifier") or params.get("DBClusterSnapshotIdentifier") or ""
    if name.lower() in backend("rds").cluster_snapshots:
        told = f"Cannot create the cluster snapshot because one with the identifier {name} already exists."
        refuse("DBClusterSnapshotAlreadyExistsFault", told)


def _find(identifier: str) -> Any:
    """A snapshot by its identifier or ARN, or None."""
    every = backend("rds").cluster_snapshots.values()
    return next((s for s in every if identifier in (s.db_cluster_snapshot_identifier, s.db_cluster_snapshot_arn)), None)


@rule("rds", "RestoreDBClusterFromSnapshot", source="api DBClusterSnapshotNotFoundFault")
def snapshot_exists(params: Params) -> None:
    name = params["SnapshotIdentifier"]
    if _find(name) is None:
        refuse("DBClusterSnapshotNotFoundFault", f"The DB cluster snapshot {name} was not found.")


@rule(
    "rds",
    "RestoreDBClusterFromSnapshot",
    source="api RestoreDBClusterFromSnapshot: the default EngineVersion; seen aws-samples/redcap-on-aws#99",
)
def restored_version_is_not_earlier(params: Params) -> None:
    snapshot = _find(params["SnapshotIdentifier"])
    wanted = resolve(params.get("EngineVersion") or KNOBS.default_minor)
    if order(wanted) < order(snapshot.engine_version):
        told = f"is earlier than the engine version of the DB cluster snapshot ({snapshot.engine_version})"
        refuse(
            "InvalidParameterCombination",
            f"The engine version you requested for your restored DB cluster ({wanted}) {told}",
        )


@effect("rds", "RestoreDBClusterFromSnapshot")
def restored_as_asked(params: Params) -> None:
    """Aurora User Guide, "Restoring from a DB cluster snapshot": with a key, a plain snapshot becomes encrypted too."""
    cluster = backend("rds").clusters[params["DBClusterIdentifier"].lower()]
    cluster.storage_encrypted = cluster.storage_encrypted or bool(params.get("KmsKeyId"))
    cluster.iam_auth = params.get("EnableIAMDatabaseAuthentication", False)


@rule(
    "rds",
    "RestoreDBClusterToPointInTime",
    source="api RestoreDBClusterToPointInTimeMessage: a time, or UseLatestRestorableTime",
)
def a_moment_is_given(params: Params) -> None:
    if bool(params.get("RestoreToTime")) == bool(params.get("UseLatestRestorableTime")):
        refuse("InvalidParameterCombination", "Specify either RestoreToTime or UseLatestRestorableTime.")


@effect("rds", "RestoreDBClusterToPointInTime")
def restored_without_instances(params: Params) -> None:
    """moto hands on what it knows of the source: its protection and its network are parameters."""
    cluster = backend("rds").clusters[params["DBClusterIdentifier"].lower()]
    cluster.deletion_protection = params.get("DeletionProtection", False)
    cluster.db_subnet_group_name = params.get("DBSubnetGroupName")
    cluster._vpc_security_group_ids = params.get("VpcSecurityGroupIds", [])


@effect("rds", "ModifyDBCluster")
def authentication_as_asked(params: Params) -> None:
    """moto leaves out what ModifyDBCluster says of IAM authentication."""
    if "EnableIAMDatabaseAuthentication" in params:
        cluster = backend("rds").clusters[params["DBClusterIdentifier"].lower()]
        cluster.iam_auth = params["EnableIAMDatabaseAuthentication"]
