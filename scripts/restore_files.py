"""Restore Open WebUI's files: a backup's directory beside the one that runs, looked at, then the one that runs.

AWS Backup restores into a new directory at the root of the file system, which applications do not see. A task that
sees it looks at the files and gives them a name of their own. `fileSystem.path` lets Open WebUI work there.
"""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from aws_rules import iam
from aws_rules.iam_names import BACKUP
from containers.programs import command
from health.aws import AWS_ERRORS
from health.deployed import Deployed
from problems import Set
from problems.command import CommandError, lacking
from problems.telling import make_command
from scripts import earlier_uploads, recovery_points, stack_file, temporary, verify, webui_version
from scripts.deployed import read_deployed
from scripts.earlier_uploads import Gone
from scripts.recovery_points import Wanted
from scripts.run_once import WEBUI, run_once
from scripts.stack_file import StackFile

OLD, BETWEEN, CANNOT_TELL = 1, 2, 3
"""Exit statuses, as of `make restore` for the database."""

PATH: Final = ("fileSystem", "path")
MOUNTED: Final = "/mnt/root"
FIRST_BACKUP: Final = timedelta(days=2)
"""A daily backup is there by then, however long its window is."""
KEPT: Final = ("name", "image", "entryPoint", "user", "logConfiguration", "readonlyRootFilesystem", "linuxParameters")
"""What the container that looks has of Open WebUI's: no secret and no variable."""
LONGEST_ROLE: Final = 64
"""Characters (CreateRole)."""
WAIT: Final = 1800
"""Seconds for the new tasks to be healthy."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where Open WebUI's tasks keep their files."""

    file_system: Mapping[str, Any]
    """As DescribeFileSystems gives it."""
    directory: str
    revision: Mapping[str, Any]
    """The task definition that its service runs, as ECS describes it."""


def find_place(deployed: Deployed) -> Place:
    """Of what the service runs, whatever the stack has registered. Raises one of AWS_ERRORS."""
    ecs, efs = deployed.aws.client("ecs"), deployed.aws.client("efs")
    names = {"cluster": deployed.cluster, "services": [deployed.service_names[WEBUI]]}
    runs = ecs.describe_services(**names)["services"][0]["taskDefinition"]
    revision = ecs.describe_task_definition(taskDefinition=runs)["taskDefinition"]
    volume = next(one["efsVolumeConfiguration"] for one in revision["volumes"] if "efsVolumeConfiguration" in one)
    point = volume["authorizationConfig"]["accessPointId"]
    return Place(
        file_system=efs.describe_file_systems(FileSystemId=volume["fileSystemId"])["FileSystems"][0],
        directory=efs.describe_access_points(AccessPointId=point)["AccessPoints"][0]["RootDirectory"]["Path"],
        revision=revision,
    )


def drill(deployed: Deployed, wanted: Wanted, directory: str | None) -> int:
    """Restore, look, and delete what was restored. Raises CommandError, one of AWS_ERRORS."""
    place = find_place(deployed)
    point = recovery_points.choose(deployed.aws, place.file_system, wanted)
    if point is None and datetime.now(UTC) - place.file_system["CreationTime"] < FIRST_BACKUP:
        print(f"{place.file_system['FileSystemId']} is new and has no backup yet: no files were restored.")
        return 0
    return 0 if _restored(deployed, place, _there(place, point), directory or place.directory, "") else OLD


def restore(deployed: Deployed, wanted: Wanted, directory: str | None, root: Path, *, ask: bool) -> int:
    """Restore, look, and let Open WebUI work there. Raises CommandError, one of AWS_ERRORS."""
    place = find_place(deployed)
    point = _there(place, recovery_points.choose(deployed.aws, place.file_system, wanted))
    becomes = f"/{WEBUI}-restored-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if not _restored(deployed, place, point, directory or place.directory, becomes):
        return OLD
    config = stack_file.read(root, deployed.stack)
    return _switch(deployed, place, becomes, config, _uploads(deployed, place, config, wanted), ask=ask)


def _there(place: Place, point: str | None) -> str:
    if point is None:
        name = place.file_system["FileSystemId"]
        raise lacking(f"a backup of {name}", "Does AWS Backup take EFS? aws backup describe-region-settings")
    return point


def _restored(deployed: Deployed, place: Place, point: str, directory: str, becomes: str) -> bool:
    """Restore the directory, and let a task look at it and rename or delete it; whether it is good. Tells of it."""
    _, partition, _, region, account, *_ = place.revision["taskDefinitionArn"].split(":")
    aws, system, name = deployed.aws, place.file_system, f"{deployed.service_names[WEBUI]}-restore"
    restores = f"arn:{partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"
    of_backup = iam.assume_role(BACKUP, account)
    of_tasks = iam.assume_role("ecs-tasks.amazonaws.com", account, f"arn:{partition}:ecs:{region}:{account}:*")
    like = place.revision["taskRoleArn"].rpartition("/")[2]
    with ExitStack() as until_done:
        made = until_done.enter_context
        backup_role = made(temporary.role(aws, _unique(name, "backup"), like, of_backup, restores))
        access_point = made(temporary.root_access_point(aws, system["FileSystemId"]))
        rights = iam.mount_efs_as_root(system["FileSystemArn"], access_point["AccessPointArn"])
        task_role = made(temporary.role(aws, _unique(name, "task"), like, of_tasks, rights))
        made(_telling_what_stays(system))
        began = recovery_points.restore(aws, point, directory, system, backup_role)
        # Rounded down: a file system's clock may tell whole seconds.
        words = [str(int(began.timestamp())), directory, place.directory, *([becomes] if becomes else [])]
        asked = _task_definition(place, name, task_role, access_point["AccessPointId"], words)
        finding = run_once(deployed, made(temporary.task_definition(aws, asked)), "looks at the restored files")
    for line in finding.lines:
        print(line)
    if not finding.good:
        print(f"The restored files cannot take the place of those in {place.directory}. Nothing was changed.")
    elif not becomes:
        print("The restored files are good. Nothing was changed.")
    return finding.good


@contextmanager
def _telling_what_stays(file_system: Mapping[str, Any]) -> Iterator[None]:
    try:
        yield
    except (CommandError, *AWS_ERRORS) as error:
        where = f"aws-backup-restore_<time> at the root of {file_system['FileSystemId']}"
        error.add_note(f"What was restored until then stays in {where}.")
        raise


def _unique(name: str, use: str) -> str:
    """A role's name that no other run takes."""
    end = f"-{use}-{secrets.token_hex(3)}"
    return f"{name[: LONGEST_ROLE - len(end)]}{end}"


def _task_definition(place: Place, family: str, role: str, access_point: str, words: list[str]) -> dict[str, Any]:
    """As Open WebUI's own, with one container that sees the whole file system and runs the program."""
    webui = next(one for one in place.revision["containerDefinitions"] if one["name"] == WEBUI)
    kept = {key: webui[key] for key in KEPT if key in webui}
    volume = {
        "fileSystemId": place.file_system["FileSystemId"],
        "transitEncryption": "ENABLED",
        "authorizationConfig": {"accessPointId": access_point, "iam": "ENABLED"},
    }
    same = ("cpu", "memory", "networkMode", "requiresCompatibilities", "runtimePlatform", "executionRoleArn")
    return {
        **{key: place.revision[key] for key in same if key in place.revision},
        "family": family,
        "taskRoleArn": role,
        "volumes": [{"name": "root", "efsVolumeConfiguration": volume}],
        "containerDefinitions": [
            {
                **kept,
                "command": command("files_restored", MOUNTED, *words),
                "mountPoints": [{"sourceVolume": "root", "containerPath": MOUNTED}],
            }
        ],
    }


def _uploads(deployed: Deployed, place: Place, config: StackFile, wanted: Wanted) -> Gone:
    """What the moment's state lacks in the bucket that the stack has made for uploads, if it has."""
    webui = next(one for one in place.revision["containerDefinitions"] if one["name"] == WEBUI)
    bucket = {one["name"]: one["value"] for one in webui.get("environment", [])}.get("S3_BUCKET_NAME")
    if bucket is None or (config.get(WEBUI) or {}).get("bucket") or isinstance(wanted, str):
        return Gone(bucket=bucket or "")
    return earlier_uploads.gone_since(deployed.aws, bucket, wanted)


def _switch(deployed: Deployed, place: Place, becomes: str, config: StackFile, uploads: Gone, *, ask: bool) -> int:
    """Bring uploads back, let the stack's file name the restored directory, and deploy it."""
    old, stack, root = place.directory, deployed.stack, config.root
    if uploads.versions:
        what = f"{len(uploads.versions)} uploads in {uploads.bucket} have been deleted or overwritten since"
        print(f"{what}: they come back.")
    if ask and not _confirmed(old, becomes):
        raise CommandError(f"Open WebUI works on in {old}; nothing was changed. The restored files stay in {becomes}.")
    uploads.bring_back(deployed.aws)
    webui_version.write(config, fileSystem_path=becomes)
    failed = webui_version.deploy(config, yes=True, preview=False)
    try:
        now = find_place(read_deployed("restore", stack, root)).directory
    except (CommandError, *AWS_ERRORS) as error:
        print(f"Which directory Open WebUI works in cannot be told: {error}")
        return CANNOT_TELL
    if now == old:
        print(f"Open WebUI works on in {old}, as before. The stack's file names {becomes}: `make up` tries once more.")
        return OLD
    print(f"Open WebUI works in {now}. {old} stays as it was last.")
    if failed or verify.main(["--stack", stack, "--wait", str(WAIT)], root):
        print("Not everything is in place yet: call `make up` again.")
        return BETWEEN
    print(f"Back to it: {make_command(Set(PATH, old), stack, deployed.project)} && make up STACK={stack}")
    return 0


def _confirmed(old: str, becomes: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandError(f"Switching needs a terminal to confirm on, or YES=1. The restored files stay in {becomes}.")
    print(f"Open WebUI will work in {becomes}. What people upload until then stays in {old} only.")
    return input("Switch? [y/N] ").strip().lower() in ("y", "yes")
