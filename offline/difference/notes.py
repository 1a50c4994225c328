"""What follows from a change of a resource and is not plain from its values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from offline.difference.property_changes import ABSENT, PropertyChange

Condition: TypeAlias = Callable[[Sequence[PropertyChange]], bool]


def _of(path: str) -> Condition:
    return lambda changes: any(change.path == path for change in changes)


def _moves_a_mount(changes: Sequence[PropertyChange]) -> bool:
    mounts = [change for change in changes if ".mountPoints[" in change.path]
    return any(change.new is ABSENT for change in mounts) and any(change.old is ABSENT for change in mounts)


def _other_storage(changes: Sequence[PropertyChange]) -> bool:
    names = (".environment.STORAGE_PROVIDER", ".environment.S3_BUCKET_NAME")
    return any(change.path.endswith(names) and not change.follows for change in changes)


NOTES: Final[Mapping[str, Sequence[tuple[Condition, str]]]] = {
    # botocore, EFS `UpdateFileSystem`, TooManyRequests.
    "aws:efs/fileSystem:FileSystem": [
        (_of("throughputMode"), "AWS refuses another change of the throughput mode for the next 24 hours")
    ],
    "aws:ecs/taskDefinition:TaskDefinition": [
        (_moves_a_mount, "the same files appear under another path in the container"),
        # Open WebUI 0.12.4, storage/provider.py: a file's path in the database names the storage that it was put in.
        (_other_storage, "files uploaded so far are not seen until they are moved to the other storage"),
    ],
    # Aurora User Guide, "Performance and scaling for Aurora Serverless v2": max_connections is a static parameter.
    "aws:rds/cluster:Cluster": [
        (
            _of("serverlessv2ScalingConfiguration.maxCapacity"),
            "the number of connections (max_connections) follows only when an instance starts anew; until then the "
            "server takes as many as before",
        )
    ],
    "aws:rds/clusterInstance:ClusterInstance": [
        (_of("replacementTrigger"), "clients lose their connections while Aurora fails over to a new writer")
    ],
}
"""By type: when it is told, and the note."""


def notes(type_: str, changes: Sequence[PropertyChange]) -> Iterator[str]:
    """The notes on the changes of one resource."""
    return (note for told, note in NOTES.get(type_, ()) if told(changes))
