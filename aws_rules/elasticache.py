"""What a node type of ElastiCache is."""

_CORES = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}


def cores(node_type: str) -> int:
    """vCPUs of a node type such as `cache.r7g.4xlarge` (ElastiCache user guide, "Supported node types").

    They follow from the size: two up to `large`, four for `xlarge`, and four for each `xlarge` of a larger one.
    """
    size = node_type.rpartition(".")[2]
    return _CORES.get(size) or _CORES["xlarge"] * int(size.removesuffix("xlarge"))
