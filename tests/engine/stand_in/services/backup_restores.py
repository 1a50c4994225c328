"""AWS Backup's backups of file systems, each with one of an hour ago, and the jobs that restore them at once."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.engine.stand_in.account import arn, backend
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import Params, answers, refuse, rule

NEEDED = {"file-system-id", "newFileSystem", "Encrypted", "PerformanceMode", "CreationToken"}
"""Metadata of EFS without which nothing is restored into a file system that exists."""
_jobs: dict[str, dict[str, Any]] = {}
"""By id, as DescribeRestoreJob tells of it."""


@rule("backup", "StartRestoreJob", source="api StartRestoreJob.Metadata, guide Restore an Amazon EFS file system")
def metadata_is_complete(params: Params) -> None:
    if missing := NEEDED - params["Metadata"].keys():
        refuse("MissingParameterValueException", f"Metadata lacks {', '.join(sorted(missing))}")


@rule("backup", "StartRestoreJob", source="api StartRestoreJob: ResourceNotFoundException")
def recovery_point_exists(params: Params) -> None:
    systems = backend("efs").file_systems_by_id
    if params["RecoveryPointArn"] not in {_point(system)["RecoveryPointArn"] for system in systems}:
        refuse("ResourceNotFoundException", f"Recovery point {params['RecoveryPointArn']} does not exist")


@rule("backup", "StartRestoreJob", source="api StartRestoreJob.IamRoleArn, guide IAM service roles")
def role_trusts_backup(params: Params) -> None:
    asked = params.get("IamRoleArn")
    trusts = {role.arn: str(role.assume_role_policy_document) for role in backend("iam").roles.values()}
    if "backup.amazonaws.com" not in trusts.get(asked, ""):
        refuse("InvalidParameterValueException", f"Role {asked} cannot be assumed by AWS Backup")


@answers("backup", "ListRecoveryPointsByResource")
def list_recovery_points(params: Params) -> dict[str, Any]:
    """Tell the backups of a file system."""
    system = params["ResourceArn"].rpartition("/")[2]
    return {"RecoveryPoints": [_point(system)] if system in backend("efs").file_systems_by_id else []}


def _point(system: str) -> dict[str, Any]:
    return {
        "RecoveryPointArn": arn("backup", f"recovery-point:{system}"),
        "CreationDate": datetime.now(UTC) - timedelta(hours=1),
        "Status": "COMPLETED",
    }


@answers("backup", "StartRestoreJob")
def start_restore_job(params: Params) -> dict[str, Any]:
    """Restore, as `Knobs.restore_job` says."""
    job = str(uuid.uuid4())
    _jobs[job] = {
        "RestoreJobId": job,
        "RecoveryPointArn": params["RecoveryPointArn"],
        "CreationDate": datetime.now(UTC),
        "Status": KNOBS.restore_job,
        "StatusMessage": f"The job is {KNOBS.restore_job}",
    }
    return {"RestoreJobId": job}


@answers("backup", "DescribeRestoreJob")
def describe_restore_job(params: Params) -> dict[str, Any]:
    """Tell how a job has ended."""
    found = _jobs.get(params["RestoreJobId"])
    return found or refuse("ResourceNotFoundException", f"Restore job {params['RestoreJobId']} does not exist")
