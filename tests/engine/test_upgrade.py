"""`make upgrade` and `make rollback` end in one of the two versions, whatever fails on the way, and say in which."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from scripts.open_webui_release import known
from scripts.webui_version import NEW, OLD, UNCLEAR
from tests.engine.outcome import Outcome
from tests.engine.stage import Stage
from tests.engine.test_failures import newest_revision, service
from tests.engine.test_restore import databases
from tests.engine.test_truth import snapshots

pytestmark = pytest.mark.engine

Fork = Callable[[str], Stage]
IMAGE: Final = "ghcr.io/open-webui/open-webui"
BEFORE_THE_SERVICE: Final = {"the revision": "RegisterTaskDefinition", "the snapshot": "CreateDBClusterSnapshot"}


@pytest.fixture(autouse=True)
def packages(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip finds: the release that the lists are of, and one after it that migrates the database."""
    folder = tmp_path_factory.mktemp("packages")
    for version, migrations in (("0.12.4", ()), ("0.13.0", ("a_new_one",))):
        write_wheel(folder, version, migrations)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))


def write_wheel(folder: Path, version: str, migrations: tuple[str, ...]) -> None:
    """A package that reads and answers what the lists have."""
    lines = [f"os.environ.get({name!r})" for name in sorted(known().variables)]
    lines += [f"@app.get({path!r})\ndef page(): pass" for path in sorted(known().paths)]
    info = f"open_webui-{version}.dist-info"
    with zipfile.ZipFile(folder / f"open_webui-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("open_webui/main.py", "\n".join(["import os", *lines]))
        for name in migrations:
            wheel.writestr(f"open_webui/migrations/versions/{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: open-webui\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def upgrade(stage: Stage) -> Outcome:
    return stage.script("upgrade", "--version", "v0.13.0", "--no-try", "--yes")


def rollback(stage: Stage) -> Outcome:
    return stage.script("rollback", "--yes")


def runs(stage: Stage) -> str:
    """The version that Open WebUI's service runs."""
    definition = service(stage, "webui")["taskDefinition"]
    containers = stage.aws.client("ecs").describe_task_definition(taskDefinition=definition)["taskDefinition"]
    image = next(one["image"] for one in containers["containerDefinitions"] if one["name"] == "webui")
    return str(image.removeprefix(f"{IMAGE}:").partition("@")[0])


def is_settled(stage: Stage) -> None:
    """What runs is what is registered, and nothing is left to be changed."""
    assert service(stage, "webui")["taskDefinition"] == newest_revision(stage, "webui")
    again = stage.up("--expect-no-changes")
    assert again.ok, again.text


def test_there_and_back(fork: Fork) -> None:
    stage = fork("dev")
    (old,) = databases(stage)
    there = upgrade(stage)
    assert there.status == NEW, there.text
    assert "The new version runs: " in there.text
    assert runs(stage) == "v0.13.0"
    assert len(snapshots(stage)) == 1
    is_settled(stage)
    back = rollback(stage)
    assert back.status == 0, back.text
    assert f"The version of before runs: {IMAGE}:v0.12.4" in back.text
    assert runs(stage) == "v0.12.4"
    (restored,) = databases(stage)
    assert restored != old
    is_settled(stage)


@pytest.mark.parametrize("step", BEFORE_THE_SERVICE)
def test_what_fails_before_the_service_changes_leaves_the_old_version(fork: Fork, step: str) -> None:
    stage = fork("dev")
    text = (stage.project / "Pulumi.dev.yaml").read_text()
    stage.aws.control("inject", action=BEFORE_THE_SERVICE[step], code="ClientException")
    ended = upgrade(stage)
    assert ended.status == OLD, ended.text
    assert "The version of before runs, and nothing of it was changed" in ended.text
    assert (runs(stage), (stage.project / "Pulumi.dev.yaml").read_text()) == ("v0.12.4", text)
    is_settled(stage)


def test_tasks_that_do_not_start_leave_the_old_version(fork: Fork) -> None:
    stage = fork("dev")
    stage.aws.control("set", key="failing_images", value=["v0.13.0"])
    ended = upgrade(stage)
    assert ended.status == OLD, ended.text
    assert runs(stage) == "v0.12.4"
    is_settled(stage)


def test_an_update_of_the_service_that_aws_refuses_leaves_the_old_version(fork: Fork) -> None:
    stage = fork("dev")
    stage.aws.control("inject", action="UpdateService", code="ClientException")
    ended = upgrade(stage)
    assert ended.status == OLD, ended.text
    assert runs(stage) == "v0.12.4"
    is_settled(stage)


def test_a_rollback_whose_restore_is_refused_leaves_the_new_version_and_can_go_on(fork: Fork) -> None:
    stage = fork("dev")
    assert upgrade(stage).status == NEW
    stage.aws.control("inject", action="RestoreDBClusterFromSnapshot", code="KMSKeyNotAccessibleFault")
    refused = rollback(stage)
    assert refused.status == OLD, refused.text
    assert "The newer version runs on: " in refused.text
    assert runs(stage) == "v0.13.0"
    later = stage.make("up", "--skip-preview")
    assert later.ok, later.text
    assert runs(stage) == "v0.12.4"


def test_a_rollback_that_is_cut_off_in_the_service_says_so_and_goes_on(fork: Fork) -> None:
    stage = fork("dev")
    assert upgrade(stage).status == NEW
    stage.aws.control("inject", action="UpdateService", code="ClientException")
    cut_off = rollback(stage)
    assert cut_off.status == UNCLEAR, cut_off.text
    assert "is on its way and not in place: make up STACK=dev" in cut_off.text
    later = stage.make("up", "--skip-preview")
    assert later.ok, later.text
    assert runs(stage) == "v0.12.4"
