"""AWS besides the Pulumi provider, signed in as that is: for what only makes sense while a deployment runs."""

import pulumi
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from health.aws import Aws, open_session

_TEXTS = ("accessKey", "profile", "secretKey", "token")
_ROLES = ("assumeRole", "assumeRoles")


def deploys() -> bool:
    """Whether resources are made in AWS: not in a preview, and not by the engine of `make plan`."""
    return not pulumi.runtime.is_dry_run() and not isinstance(get_monitor(), MockMonitor)


def open_aws(region: str) -> Aws:
    """An account in a region. Raises one of AWS_ERRORS."""
    config = pulumi.Config("aws")
    texts = {key: config.get(key) for key in _TEXTS}
    return Aws(open_session({**texts, **{key: config.get_object(key) for key in _ROLES}}, region))
