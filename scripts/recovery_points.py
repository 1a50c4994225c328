"""The backups that AWS Backup has of a file system, and the restoring of a directory out of one."""

import json
import sys
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from health.aws import Aws
from problems.command import CommandError, lacking

Wanted = str | datetime
"""The ARN of a recovery point, or a moment: the last one before it."""

COMPLETE: Final = ("COMPLETED", "AVAILABLE")
ENDED_BADLY: Final = ("FAILED", "ABORTED")
POLL_SECONDS: Final = 15
ROLE_SECONDS: Final = 60
"""How long AWS Backup may not know a role that has just been made."""


def choose(aws: Aws, file_system: Mapping[str, Any], wanted: Wanted) -> str | None:
    """The ARN of the backup that is meant, also of one of another file system; None when this one has none.

    Raises MissingError, one of AWS_ERRORS.
    """
    if isinstance(wanted, str):
        return wanted
    pages = aws.client("backup").get_paginator("list_recovery_points_by_resource")
    found = [
        (point["CreationDate"], point["RecoveryPointArn"])
        for page in pages.paginate(ResourceArn=file_system["FileSystemArn"])
        for point in page["RecoveryPoints"]
        if point["Status"] in COMPLETE
    ]
    if not found:
        return None
    created, arn = max((point for point in found if point[0] <= wanted), default=min(found))
    if created > wanted:
        oldest = f"The oldest is of {created:%Y-%m-%d %H:%M:%S %Z}: FILES={arn}"
        raise lacking(f"a backup of {file_system['FileSystemId']} from before {wanted:%Y-%m-%d %H:%M:%S %Z}", oldest)
    print(f"The backup of {created:%Y-%m-%d %H:%M:%S %Z} is {arn}", file=sys.stderr)
    return str(arn)


def restore(aws: Aws, point: str, directory: str, file_system: Mapping[str, Any], role_arn: str) -> datetime:
    """Restore a directory into a new one at the root of the file system; gives when the job began.

    Raises CommandError when the job fails, one of AWS_ERRORS.
    """
    asked = {
        "RecoveryPointArn": point,
        "IamRoleArn": role_arn,
        "ResourceType": "EFS",
        "IdempotencyToken": str(uuid.uuid4()),
        "Metadata": {
            "file-system-id": file_system["FileSystemId"],
            "newFileSystem": "false",
            "Encrypted": str(file_system["Encrypted"]).lower(),
            "PerformanceMode": file_system["PerformanceMode"],
            "CreationToken": str(uuid.uuid4()),
            "itemsToRestore": json.dumps([directory]),
        },
    }
    job = _start(aws, asked)
    print(f"AWS Backup restores {directory} (job {job}).", file=sys.stderr)
    while True:
        told = aws.client("backup").describe_restore_job(RestoreJobId=job)
        if told["Status"] == "COMPLETED":
            began: datetime = told["CreationDate"]
            return began
        if told["Status"] in ENDED_BADLY:
            raise CommandError(
                f"AWS Backup did not restore {directory}: {told.get('StatusMessage', told['Status'])}\n"
                "Where Open WebUI worked in another directory then, name that: DIRECTORY=/webui"
            )
        time.sleep(POLL_SECONDS)


def _start(aws: Aws, asked: Mapping[str, Any]) -> str:
    backup = aws.client("backup")
    for _ in range(0, ROLE_SECONDS, POLL_SECONDS):
        try:
            return str(backup.start_restore_job(**asked)["RestoreJobId"])
        except backup.exceptions.InvalidParameterValueException as error:
            if "assume" not in str(error):
                raise
            time.sleep(POLL_SECONDS)
    return str(backup.start_restore_job(**asked)["RestoreJobId"])
