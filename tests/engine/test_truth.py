"""`up` tells the truth: what was declared runs, or the run fails and says why; another image leaves a snapshot."""

from collections.abc import Callable
from pathlib import Path

import pytest

from health.before_upgrade import IMAGE_TAG
from tests.engine.machinery import Machinery
from tests.engine.outcome import Outcome
from tests.engine.stage import Stage
from tests.engine.test_failures import DOCS, changed, newest_revision, service

pytestmark = pytest.mark.engine

Fork = Callable[[str], Stage]
NEW = "ghcr.io/open-webui/open-webui:v0.13.0"
FAILING = "webui-bedrock-docs-service"


def snapshots(stage: Stage) -> list[str]:
    """What the snapshots of the account say of the image that they belong to."""
    found = stage.aws.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    return [tag["Value"] for snapshot in found for tag in snapshot["TagList"] if tag["Key"] == IMAGE_TAG]


def verify(stage: Stage) -> Outcome:
    return stage.shell("make verify STACK=dev")


def test_another_image_of_open_webui_leaves_a_snapshot(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    changed(machinery, stage, "webui", image=NEW)
    up = stage.up()
    assert up.ok, up.text
    assert snapshots(stage) == ["ghcr.io/open-webui/open-webui:v0.12.4"]
    assert service(stage, "webui")["taskDefinition"] == newest_revision(stage, "webui")
    changed(machinery, stage, "webui", image=NEW, env={"RAG_FILE_MAX_SIZE": "100"})
    again = stage.up()
    assert again.ok, again.text
    assert len(snapshots(stage)) == 1


def test_without_a_snapshot_the_service_stays_as_it_is_until_the_next_up(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    runs = service(stage, "webui")["taskDefinition"]
    stage.aws.control("inject", action="CreateDBClusterSnapshot", code="SnapshotQuotaExceeded")
    changed(machinery, stage, "webui", image=NEW)
    refused = stage.up()
    assert not refused.ok
    assert "SnapshotQuotaExceeded" in refused.text
    assert service(stage, "webui")["taskDefinition"] == runs
    later = stage.make("up", "--skip-preview")
    assert later.ok, later.text
    assert len(snapshots(stage)) == 1
    assert service(stage, "webui")["taskDefinition"] == newest_revision(stage, "webui") != runs


def test_an_up_fails_while_a_service_does_not_run_changed_or_not(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    stage.aws.control("ecs_fail", services=[FAILING])
    changed(machinery, stage, "services", docs=DOCS)
    assert not stage.make("up", "--skip-preview").ok
    # What the run before has read back shows no difference any more, and Pulumi looks no further.
    stage.refresh()
    assert stage.up().ok
    for _ in range(2):
        judged = stage.make("up", "--skip-preview")
        assert not judged.ok
        assert "docs     FAILED: 0 of 1 tasks run" in judged.text
    stage.aws.control("ecs_fail", services=[])
    redeployed = stage.shell("make redeploy STACK=dev APP=docs")
    assert redeployed.ok, redeployed.text
    healed = stage.make("up", "--skip-preview")
    assert healed.ok, healed.text


def test_plain_pulumi_fails_as_well_when_the_program_is_to_look(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    stage.aws.control("ecs_fail", services=[FAILING])
    stage.configure({**machinery.configs["dev"], "services": {"docs": DOCS}, "verifyServices": True})
    stage.up()
    stage.refresh()
    judged = stage.up()
    assert not judged.ok
    assert "docs     FAILED: 0 of 1 tasks run" in judged.text
    preview = stage.preview()
    assert preview.ok, preview.text


def test_after_a_first_up_that_failed_the_state_says_what_should_run(machinery: Machinery, tmp_path: Path) -> None:
    stage = machinery.empty("sqlite", tmp_path / "stage")
    stage.aws.control("ecs_fail", services=["webui-bedrock-gateway-service"])
    first = stage.make("up", "--skip-preview")
    assert not first.ok
    assert "gateway  FAILED: 0 of 1 tasks run" in first.text
    judged = verify(stage)
    assert not judged.ok
    assert "gateway  FAILED: 0 of 1 tasks run" in judged.text
    stage.aws.control("ecs_fail", services=[])
    second = stage.make("up", "--skip-preview")
    assert second.ok, second.text
    assert "gateway  ok: 1 of 1 tasks run" in second.text


def test_what_would_be_lost_is_said_before_anything_changes(machinery: Machinery, fork: Fork) -> None:
    stage = fork("dev")
    same = stage.make("up", "--skip-preview")
    assert same.ok, same.text
    assert "DATA LOSS" not in same.text
    changed(machinery, stage, "fileSystem", path="/other")
    moved = stage.make("preview")
    assert "DATA LOSS: efs.AccessPoint" in moved.text
    assert "because of rootDirectory: its files stay on the file system" in moved.text
