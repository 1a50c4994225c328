"""EFS: one mount target a zone, all in one VPC, and a throughput mode for a day."""

import time
from typing import Any

from tests.engine.stand_in.account import backend, mount_targets, vpc_of_group, vpc_of_subnet
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, refuse, rule

DAY = 86_400
_mode_changed: dict[str, float] = {}
"""File system: when its throughput mode was changed last, in seconds since 1970."""
_backups: dict[str, str] = {}
"""File system: whether AWS Backup saves it."""


@rule("efs", "CreateMountTarget", source="api CreateMountTarget: SecurityGroupNotFound in the subnet's VPC")
def groups_are_of_the_subnet(params: Params) -> None:
    _check_groups(params.get("SecurityGroups", []), params["SubnetId"])


@rule("efs", "ModifyMountTargetSecurityGroups", source="api ModifyMountTargetSecurityGroups: SecurityGroupNotFound")
def changed_groups_are_of_the_subnet(params: Params) -> None:
    for target in mount_targets():
        if target.mount_target_id == params["MountTargetId"]:
            _check_groups(params.get("SecurityGroups", []), target.subnet_id)


def _check_groups(groups: list[str], subnet: str) -> None:
    for group in groups:
        if vpc_of_group(group) != vpc_of_subnet(subnet):
            refuse("SecurityGroupNotFound", f"The SecurityGroup ID '{group}' does not exist")


@rule(
    "efs", "UpdateFileSystem", source="api UpdateFileSystem: TooManyRequests, 24 hours between two changes of the mode"
)
def mode_is_a_day_old(params: Params) -> None:
    system = backend("efs").file_systems_by_id[params["FileSystemId"]]
    age = time.time() - _mode_changed.get(system.file_system_id, 0)
    if (
        params.get("ThroughputMode", system.throughput_mode) != system.throughput_mode
        and KNOBS.throughput_day
        and age < DAY
    ):
        told = "has had a recent throughput mode change or throughput decrease. Try again later."
        refuse("TooManyRequests", f"File system {system.file_system_id} {told}")


@answers("efs", "UpdateFileSystem")
def update_file_system(params: Params) -> Any:
    """Change the throughput mode, which moto cannot."""
    system = backend("efs").file_systems_by_id[params["FileSystemId"]]
    mode = params.get("ThroughputMode", system.throughput_mode)
    if mode != system.throughput_mode:
        system.throughput_mode = mode
        _mode_changed[system.file_system_id] = time.time()
    return system.info_json()


@answers("efs", "PutBackupPolicy")
def put_backup_policy(params: Params) -> dict[str, Any]:
    """Switch automatic backups on or off."""
    _backups[params["FileSystemId"]] = params["BackupPolicy"]["Status"]
    return {"BackupPolicy": params["BackupPolicy"]}


@answers("efs", "DescribeBackupPolicy")
def describe_backup_policy(params: Params) -> dict[str, Any]:
    """Tell whether automatic backups are on."""
    return {"BackupPolicy": {"Status": _backups.get(params["FileSystemId"], "DISABLED")}}


@answers("efs", "DeleteFileSystemPolicy")
def delete_file_system_policy(params: Params) -> dict[str, Any]:
    """Go back to the default policy."""
    backend("efs").file_systems_by_id[params["FileSystemId"]].file_system_policy = None
    return {}
