"""`make restore FILES=...` ends with the old directory or the restored one, whatever fails, and leaves nothing else."""

import re
from collections.abc import Callable

import pytest

from scripts import restore
from tests.engine.stage import Stage

pytestmark = pytest.mark.engine

Fork = Callable[[str], Stage]
LATEST = ("--files", "latest", "--yes")
BEFORE_THE_SWITCH = {
    "a role": "CreateRole",
    "the rights to restore": "AttachRolePolicy",
    "the access point": "CreateAccessPoint",
    "the rights to mount": "PutRolePolicy",
    "the restore": "StartRestoreJob",
    "the task's revision": "RegisterTaskDefinition",
    "the look": "RunTask",
}
DURING_THE_SWITCH = {
    "the access point": ("CreateAccessPoint", "webui-restored-", "old"),
    "the new revision": ("RegisterTaskDefinition", "WEBUI_URL", "old"),
    "the tasks": ("UpdateService", "", "old"),
}


def directory(stage: Stage) -> str:
    """Where Open WebUI's tasks work."""
    ecs, efs = stage.aws.client("ecs"), stage.aws.client("efs")
    names = {"cluster": "webui-bedrock-cluster", "services": ["webui-bedrock-webui-service"]}
    revision = ecs.describe_services(**names)["services"][0]["taskDefinition"]
    volumes = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]["volumes"]
    mounted = next(volume["efsVolumeConfiguration"] for volume in volumes if volume["name"] == "files")
    point = mounted["authorizationConfig"]["accessPointId"]
    return str(efs.describe_access_points(AccessPointId=point)["AccessPoints"][0]["RootDirectory"]["Path"])


def directories(stage: Stage) -> set[str]:
    """Of every access point."""
    points = stage.aws.client("efs").describe_access_points()["AccessPoints"]
    return {point["RootDirectory"]["Path"] for point in points}


def test_open_webui_works_in_the_restored_directory_and_goes_back_as_told(fork: Fork) -> None:
    stage = fork("dev")
    restored = stage.script("restore", *LATEST)
    assert restored.ok, restored.text
    assert directory(stage).startswith("/webui-restored-")
    assert "/webui" not in directories(stage)
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text
    back = re.search(r"Back to it: (make pulumi .*) && make up", restored.text)
    assert back, restored.text
    told = stage.shell(back[1])
    assert told.ok, told.text
    returned = stage.make("up", "--skip-preview")
    assert returned.ok, returned.text
    assert directory(stage) == "/webui"


@pytest.mark.parametrize("step", BEFORE_THE_SWITCH)
def test_what_fails_before_the_switch_leaves_all_as_it_was(step: str, fork: Fork) -> None:
    stage = fork("dev")
    before = stage.aws.inventory()
    stage.aws.control("inject", action=BEFORE_THE_SWITCH[step], code="AccessDeniedException")
    told = stage.script("restore", *LATEST)
    assert told.status == restore.OLD, told.text
    assert stage.aws.inventory() == before


@pytest.mark.parametrize(
    "knob", [{"key": "restore_job", "value": "FAILED"}, {"key": "exit_codes", "value": {"webui": 1}}]
)
def test_what_was_not_restored_well_is_not_switched_to(knob: dict[str, object], fork: Fork) -> None:
    stage = fork("dev")
    before = stage.aws.inventory()
    stage.aws.control("set", **knob)
    told = stage.script("restore", *LATEST)
    assert (told.status, directory(stage)) == (restore.OLD, "/webui"), told.text
    assert stage.aws.inventory() == before
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text


@pytest.mark.parametrize("step", DURING_THE_SWITCH)
def test_what_fails_during_the_switch_is_told_and_the_next_up_ends_it(step: str, fork: Fork) -> None:
    stage = fork("dev")
    action, match, runs = DURING_THE_SWITCH[step]
    stage.aws.control("inject", action=action, match=match, code="AccessDeniedException")
    told = stage.script("restore", *LATEST)
    assert told.status == {"old": restore.OLD, "new": restore.BETWEEN}[runs], told.text
    assert ("works on in /webui, as before" in told.text) is (runs == "old")
    assert (directory(stage) == "/webui") is (runs == "old")
    ended = stage.make("up", "--skip-preview")
    assert ended.ok, ended.text
    assert directory(stage).startswith("/webui-restored-")
