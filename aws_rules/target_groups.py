"""What a target group of a load balancer takes."""

import re

_HEALTH_PATH = re.compile(r"/[!-~]{0,1023}")


def health_path_problem(path: str) -> str | None:
    """The path of the health check (elbv2 CreateTargetGroup, HealthCheckPath)."""
    if _HEALTH_PATH.fullmatch(path):
        return None
    return "must start with / and have at most 1024 printable ASCII characters (target group health check)"
