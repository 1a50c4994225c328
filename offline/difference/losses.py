"""What is lost, or no longer seen, with a resource that is deleted or replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # The workflows read these tables without the SDK.
    from offline.engine.recording import Resource

HOLDS_DATA: Final = {
    "aws:cloudwatch/logGroup:LogGroup": "the logs in it",
    "aws:cognito/userPool:UserPool": "the people in it, with their passwords and second factors",
    "aws:ecr/repository:Repository": "the images in it",
    "aws:efs/fileSystem:FileSystem": "all files on it",
    "aws:elasticache/replicationGroup:ReplicationGroup": "the cache's contents and its snapshots",
    "aws:kms/key:Key": "whatever is encrypted with it becomes unreadable",
    "aws:rds/cluster:Cluster": "the databases in it",
    "aws:s3/bucket:Bucket": "the objects in it",
    "aws:secretsmanager/secret:Secret": "the secret's value and its ARN",
    "awsx:ecr:Repository": "the images in it",
    "random:index/randomPassword:RandomPassword": "the generated value, which all users of it must get anew",
}
"""What is lost with a resource of these types."""

SHOWS_DATA: Final = {
    "aws:efs/accessPoint:AccessPoint": "its files stay on the file system, but the service does not see them any more",
}
"""What is no longer seen with a resource of these types, though nothing is deleted."""


_WAYS_OUT: Final = {
    "aws:ecr/repository:Repository": "push the images elsewhere first",
    "aws:efs/accessPoint:AccessPoint": "leave fileSystem.path, or the service's volume, as it is",
    "aws:efs/fileSystem:FileSystem": "AWS Backup keeps its backups for 35 days; restore them into the new one",
    "aws:kms/key:Key": "copy what it encrypts to another key first; for 30 days its deletion can be cancelled",
    "aws:rds/cluster:Cluster": "leave `database` and `kmsKeyArn` as they are; afterwards make restore SNAPSHOT=<final>",
    "aws:s3/bucket:Bucket": "leave webui.storage as it is, or move the files first (docs/operations.md)",
}
"""What keeps the data, or brings it back, where it is not plain that undoing the change does."""


def way_out(deleted: Resource) -> str:
    """What somebody does who did not mean to lose it."""
    return _WAYS_OUT.get(deleted.type, "take the change back, or keep a copy first")


def loss(deleted: Resource) -> str:
    """What is lost with a resource; empty when it holds nothing or stays in AWS."""
    kept = deleted.retain_on_delete or deleted.inputs.get("skipDestroy")
    return "" if kept else HOLDS_DATA.get(deleted.type, "") + _final_snapshot(deleted) + _must_be_empty(deleted)


def out_of_sight(old: Resource, new: Resource | None) -> str:
    """What the successor of a deleted resource does not show; empty when it shows the same."""
    if new is None and (names := _private_names(old)):
        return f"what other tasks have at {', '.join(names)} is no longer there, and people see nothing more of it"
    if old.type not in SHOWS_DATA or (new is not None and _directory(old) == _directory(new)):
        return ""
    return f"{SHOWS_DATA[old.type]} (directory {_directory(old)})"


def _private_names(old: Resource) -> list[str]:
    """`name:port` at which an ECS service answers by Service Connect."""
    services = (old.inputs.get("serviceConnectConfiguration") or {}).get("services") or []
    aliases = [alias for service in services for alias in service.get("clientAlias") or []]
    return [f"{alias.get('dnsName')}:{alias.get('port')}" for alias in aliases]


def _directory(access_point: Resource) -> str:
    return str((access_point.inputs.get("rootDirectory") or {}).get("path", "/"))


def _must_be_empty(deleted: Resource) -> str:
    """S3 answers BucketNotEmpty (botocore, `DeleteBucket`); the provider empties a bucket with `forceDestroy` only."""
    if deleted.type != "aws:s3/bucket:Bucket" or deleted.inputs.get("forceDestroy"):
        return ""
    return "; S3 refuses until somebody has emptied it, and the deployment ends there"


def _final_snapshot(deleted: Resource) -> str:
    """RDS deletes a cluster's automatic backups with it (botocore, `DeleteDBCluster`)."""
    if deleted.type != "aws:rds/cluster:Cluster":
        return ""
    if deleted.inputs.get("skipFinalSnapshot"):
        return " and its automatic backups; no final snapshot is taken"
    name, cluster = (str(deleted.inputs.get(key, "")) for key in ("finalSnapshotIdentifier", "clusterIdentifier"))
    told = f"named as the cluster with `{name.removeprefix(cluster)}`" if cluster and name.startswith(cluster) else name
    return f" and its automatic backups; a final snapshot is taken first, {told}"
