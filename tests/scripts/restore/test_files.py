"""Files are restored beside those that run, looked at, then switched to; what was made for it goes in any case."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from moto.backends import get_backend

from scripts import restore
from tests.scripts.deployed_stack import Run, Stack, answer
from tests.scripts.restore.database import refusing
from tests.scripts.restore.files import BOUNDARY, POINT, backups, job, make_file_system, noon, temporaries, work_in
from tests.scripts.standins import ACCOUNT, Body, Machine, listening

NOTHING: Body = {"roles": [], "access points": [], "task definitions": []}
LATEST = ("--files", "latest", "--yes")


@pytest.fixture
def file_system(stack: Stack, machine: Machine) -> Iterator[str]:
    """Open WebUI works in /webui of it; it has backups of the 1st and the 3rd, which AWS Backup can restore."""
    machine.setenv(MOTO_IAM_LOAD_MANAGED_POLICIES="true")
    get_backend("iam")[ACCOUNT]["aws"].reset()
    made = make_file_system(stack)
    work_in(stack, made, "/webui")
    with backups(1, 3), job():
        yield made


@pytest.fixture
def jobs(file_system: str) -> Iterator[list[Body]]:
    """What AWS Backup was asked to restore."""
    requests: list[Body] = []

    def start(params: Body, **_: object) -> None:
        requests.append(json.loads(params["body"]))

    with (
        answer("backup.StartRestoreJob", {"RestoreJobId": "a-job"}),
        listening("before-call.backup.StartRestoreJob", start),
    ):
        yield requests


@pytest.fixture
def ups(stack: Stack, machine: Machine, file_system: str) -> list[list[str]]:
    """What the stack's commands were called with; `up` lets Open WebUI work where the file says."""
    called: list[list[str]] = []

    def call(words: list[str], _: object) -> int:
        called.append(words)
        if words[0] == "up":
            work_in(stack, file_system, called[0][-1])
        return 0

    machine.patch.setattr("scripts.webui_version.stack.main", call)
    machine.patch.setattr("scripts.restore_files.verify.main", lambda *_: 0)
    return called


def test_a_drill_restores_the_directory_looks_and_leaves_nothing(
    stack: Stack, run: Run, jobs: list[Body], asked: list[Body]
) -> None:
    registered: list[Body] = []
    with listening("provide-client-params.ecs.RegisterTaskDefinition", lambda params, **_: registered.append(params)):
        told = run("--drill")
    assert "The restored files are good. Nothing was changed." in told.out
    assert jobs[0]["RecoveryPointArn"] == POINT.format(3)
    metadata = jobs[0]["Metadata"]
    assert (metadata["itemsToRestore"], metadata["newFileSystem"], metadata["Encrypted"]) == (
        '["/webui"]',
        "false",
        "true",
    )
    (container,) = registered[0]["containerDefinitions"]
    # A drill gives no name: the program deletes what it has looked at.
    assert container["command"][-2:] == ["/webui", "/webui"]
    assert container.keys() & {"secrets", "environment"} == set()
    assert temporaries(stack) == NOTHING


def test_the_roles_have_the_boundary_and_path_of_the_stacks_and_no_more_rights_than_needed(
    stack: Stack, run: Run, jobs: list[Body]
) -> None:
    roles: list[Body] = []
    rights: list[Body] = []
    with ExitStack() as heard:
        for operation, found in {"CreateRole": roles, "PutRolePolicy": rights, "AttachRolePolicy": rights}.items():
            heard.enter_context(
                listening(
                    f"provide-client-params.iam.{operation}", lambda params, found=found, **_: found.append(params)
                )
            )
        run("--drill")
    assert {(role["Path"], role["PermissionsBoundary"]) for role in roles} == {("/team/", BOUNDARY)}
    attached, put = sorted(rights, key=lambda params: "PolicyArn" not in params)
    assert attached["PolicyArn"].endswith("service-role/AWSBackupServiceRolePolicyForRestores")
    (statement,) = json.loads(put["PolicyDocument"])["Statement"]
    assert len(statement["Resource"]) == len(statement["Condition"]["StringEquals"]) == 1


@pytest.mark.parametrize(
    ("wanted", "taken"),
    [("latest", 3), ("2026-11-02T00:00:00Z", 1), (POINT.format(1), 1), (POINT.format("another"), "another")],
)
def test_the_last_backup_before_the_moment_is_taken(
    wanted: str, taken: object, run: Run, jobs: list[Body], ups: list[list[str]]
) -> None:
    run("--files", wanted, "--yes")
    assert jobs[0]["RecoveryPointArn"] == POINT.format(taken)


def test_before_the_first_backup_there_is_none(stack: Stack, run: Run, jobs: list[Body]) -> None:
    told = run("--files", "2026-10-01", "--yes", status=restore.OLD)
    assert f"FILES={POINT.format(1)}" in told.err
    assert (jobs, temporaries(stack)) == ([], NOTHING)


def test_open_webui_works_in_the_restored_directory_and_the_way_back_is_told(
    stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]]
) -> None:
    told = run(*LATEST)
    becomes = ups[0][-1]
    assert ups[0][-3:-1] == ["--path", "webui-bedrock:fileSystem.path"]
    assert becomes.startswith("/webui-restored-")
    assert [words[0] for words in ups] == ["pulumi", "up"]
    assert f"Open WebUI works in {becomes}. /webui stays as it was last." in told.out
    assert told.out.endswith(
        "Back to it: make pulumi STACK=dev ARGS='config set --plaintext --path webui-bedrock:fileSystem.path /webui'"
        " && make up STACK=dev\n"
    )
    assert temporaries(stack) == NOTHING


def test_a_directory_of_an_older_name_can_be_said(run: Run, jobs: list[Body], ups: list[list[str]]) -> None:
    run("--files", "latest", "--directory", "/before", "--yes")
    assert jobs[0]["Metadata"]["itemsToRestore"] == '["/before"]'


@pytest.mark.parametrize(
    "operation",
    [
        "iam.AttachRolePolicy",
        "efs.CreateAccessPoint",
        "iam.PutRolePolicy",
        "backup.StartRestoreJob",
        "backup.DescribeRestoreJob",
        "ecs.RegisterTaskDefinition",
        "ecs.RunTask",
    ],
)
def test_a_refusal_on_the_way_leaves_nothing_behind(
    operation: str, stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]]
) -> None:
    with refusing(operation):
        told = run(*LATEST, status=restore.OLD)
    assert "as injected" in told.err
    assert (temporaries(stack), ups) == (NOTHING, [])


def test_a_job_that_fails_says_why_and_what_stays(stack: Stack, run: Run, jobs: list[Body], file_system: str) -> None:
    with job(Status="FAILED", StatusMessage="the item is not there"):
        told = run(*LATEST, status=restore.OLD)
    assert "AWS Backup did not restore /webui: the item is not there" in told.err
    assert "DIRECTORY=/webui" in told.err
    assert f"What was restored until then stays in aws-backup-restore_<time> at the root of {file_system}" in told.err
    assert temporaries(stack) == NOTHING


def test_files_that_are_not_good_are_not_switched_to(
    stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]]
) -> None:
    told = run(*LATEST, status=restore.OLD, webui=1)
    assert "cannot take the place of those in /webui. Nothing was changed." in told.out
    assert (temporaries(stack), ups) == (NOTHING, [])


def test_what_cannot_be_deleted_is_told_with_the_commands(
    stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]]
) -> None:
    with refusing("efs.DeleteAccessPoint"), refusing("iam.DeleteRole"), refusing("ecs.DeregisterTaskDefinition"):
        told = run("--drill")
    for command in ("efs delete-access-point", "iam delete-role", "ecs deregister-task-definition"):
        assert f"aws {command} --" in told.err


def test_nothing_is_switched_without_a_yes(stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]]) -> None:
    told = run(*LATEST[:2], status=restore.OLD)
    assert "YES=1. The restored files stay in /webui-restored-" in told.err
    assert ups == []


@pytest.mark.parametrize(
    ("moved", "ends", "status"),
    [(False, "works on in /webui, as before", restore.OLD), (True, "call `make up` again", restore.BETWEEN)],
)
def test_an_update_that_fails_says_where_open_webui_works(
    moved: bool,
    ends: str,
    status: int,
    run: Run,
    jobs: list[Body],
    ups: list[list[str]],
    machine: Machine,
    stack: Stack,
    file_system: str,
) -> None:
    def call(words: list[str], _: object) -> int:
        if words[0] == "up" and moved:
            work_in(stack, file_system, "/webui-restored-now")
        return int(words[0] == "up")

    machine.patch.setattr("scripts.webui_version.stack.main", call)
    assert ends in run(*LATEST, status=status).out


def test_a_role_that_aws_backup_does_not_know_yet_is_waited_for(run: Run, file_system: str) -> None:
    tries: list[str] = []
    told = {"Error": {"Code": "InvalidParameterValueException", "Message": "the role cannot be assumed by AWS Backup"}}

    def start(**_: object) -> Any:
        tries.append("")
        return None if len(tries) > 1 else (AWSResponse("", 400, {}, None), told)

    with (
        answer("backup.StartRestoreJob", {"RestoreJobId": "a-job"}),
        listening("before-call.backup.StartRestoreJob", start),
    ):
        run("--drill")
    assert len(tries) == len(("unknown", "known"))


def test_a_file_system_of_today_has_no_backup_yet_and_an_older_one_must_have(
    run: Run, file_system: str, stack: Stack, machine: Machine
) -> None:
    with backups():
        assert "is new and has no backup yet" in run("--drill").out
        machine.patch.setattr("scripts.restore_files.FIRST_BACKUP", -timedelta(days=1))
        assert f"a backup of {file_system}" in run("--drill", status=restore.OLD).err


@pytest.fixture
def bucket(stack: Stack, file_system: str) -> str:
    """Open WebUI's uploads: one as it was on the 2nd, one deleted and one overwritten on the 4th, one of the 4th.

    One more was deleted on the 2nd already, and made anew on the 4th.
    """
    s3, name = stack.client("s3"), "demo-uploads"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    for key in ("kept", "deleted", "overwritten"):
        s3.put_object(Bucket=name, Key=key, Body=b"then")
    s3.delete_object(Bucket=name, Key="deleted")
    s3.put_object(Bucket=name, Key="again", Body=b"first")
    s3.delete_object(Bucket=name, Key="again")
    s3.put_object(Bucket=name, Key="again", Body=b"now")
    for key in ("overwritten", "new"):
        s3.put_object(Bucket=name, Key=key, Body=b"now")
    keys = get_backend("s3")[ACCOUNT]["aws"].buckets[name].keys
    for key in keys:
        *earlier, last = keys.getlist(key)
        for number, version in enumerate(earlier):
            version.last_modified = noon(2).replace(tzinfo=None) + timedelta(minutes=number)
        last.last_modified = noon(2 if key == "kept" else 4).replace(tzinfo=None)
    work_in(stack, file_system, "/webui", S3_BUCKET_NAME=name)
    return name


def contents(stack: Stack, bucket: str) -> dict[str, bytes]:
    s3 = stack.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    return {one["Key"]: s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read() for one in listed}


BEFORE = {"kept": b"then", "again": b"now", "overwritten": b"now", "new": b"now"}


@pytest.mark.parametrize(
    ("wanted", "file", "after"),
    [
        ("2026-11-03T00:00:00Z", "", BEFORE | {"deleted": b"then", "overwritten": b"then"}),
        ("latest", "", BEFORE),
        (POINT.format(1), "", BEFORE),
        ("2026-11-03T00:00:00Z", "\n  webui-bedrock:webui: {bucket: {name: demo-uploads}}", BEFORE),
    ],
    ids=["a moment", "latest", "a recovery point", "a bucket of somebody's own"],
)
def test_uploads_in_the_stacks_bucket_come_back_as_they_were_and_nothing_goes(
    wanted: str,
    file: str,
    after: Body,
    stack: Stack,
    run: Run,
    jobs: list[Body],
    ups: list[list[str]],
    bucket: str,
    machine: Machine,
) -> None:
    machine.write_stack(f"config:\n  aws:region: eu-west-1{file}\n")
    run("--files", wanted, "--yes")
    assert contents(stack, bucket) == after


def test_uploads_that_come_back_are_told_before_anybody_says_yes(
    stack: Stack, run: Run, jobs: list[Body], ups: list[list[str]], bucket: str
) -> None:
    told = run("--files", "2026-11-03T00:00:00Z", status=restore.OLD)
    assert "2 uploads in demo-uploads have been deleted or overwritten since" in told.out
    assert contents(stack, bucket) == BEFORE
