"""What an Application Load Balancer and its target groups take."""

import re

LONGEST_IDLE_TIMEOUT = 4000
"""Seconds (ELB user guide, "Load balancer attributes", idle_timeout.timeout_seconds)."""

_HEALTH_PATH = re.compile(r"/[!-~]{0,1023}")


def health_path_problem(path: str) -> str | None:
    """The path of a target group's health check (elbv2 CreateTargetGroup, HealthCheckPath)."""
    if _HEALTH_PATH.fullmatch(path):
        return None
    return "must start with / and have at most 1024 printable ASCII characters (target group health check)"


def keys_url(partition: str, region: str) -> str:
    """Where the public keys are by which targets check what a load balancer signs (ELB: Authenticate users)."""
    if partition == "aws-us-gov":
        return f"https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}"
    return f"https://public-keys.auth.elb.{region}.amazonaws.com"
