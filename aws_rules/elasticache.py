"""What a node type of ElastiCache is."""

import re

_NODE_TYPE = re.compile(r"cache\.[a-z][a-z0-9]{1,7}\.(micro|small|medium|large|([1-9][0-9]?)?xlarge)")
SMALL_NODE_CORES = 2
"""vCPUs up to which CPUUtilization is to be watched (ElastiCache user guide, "Which metrics should I monitor?")."""

_CORES = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}


def node_type_problem(node_type: str) -> str | None:
    """A node type such as `cache.r7g.4xlarge` (ElastiCache user guide, "Supported node types")."""
    if _NODE_TYPE.fullmatch(node_type):
        return None
    return "must be an ElastiCache node type such as cache.t4g.micro"


def cores(node_type: str) -> int:
    """vCPUs of a valid node type.

    They follow from the size: two up to `large`, four for `xlarge`, and four for each `xlarge` of a larger one.
    """
    size = node_type.rpartition(".")[2]
    return _CORES.get(size) or _CORES["xlarge"] * int(size.removesuffix("xlarge"))
