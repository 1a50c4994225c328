"""What follows from a change of one property and is not plain from its values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from offline.property_changes import PropertyChange

NOTES: Final[Mapping[str, Mapping[str, str]]] = {
    # botocore, EFS `UpdateFileSystem`, TooManyRequests.
    "aws:efs/fileSystem:FileSystem": {
        "throughputMode": "AWS refuses another change of the throughput mode for the next 24 hours"
    },
    # Aurora User Guide, "Performance and scaling for Aurora Serverless v2": max_connections is a static parameter.
    "aws:rds/cluster:Cluster": {
        "serverlessv2ScalingConfiguration.maxCapacity": "the number of connections (max_connections) follows only when "
        "an instance starts anew; until then the server takes as many as before"
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        "replacementTrigger": "clients lose their connections while Aurora fails over to a new writer"
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        ".mountPoints[": "the same files appear under another path in the container"
    },
}
"""By type, then by a property's path or a part of it that begins with a dot."""


def notes(type_: str, changes: Sequence[PropertyChange]) -> Iterator[str]:
    """The notes on the changes of one resource, each once."""
    for place, note in NOTES.get(type_, {}).items():
        if any(change.path == place or (place.startswith(".") and place in change.path) for change in changes):
            yield note
