"""`make upgrade` ends with the new version or with the one of before, and says which."""

from dataclasses import replace

import pytest

from problems.command import CommandError
from scripts import upgrade
from scripts.image_digest import NoImageError
from scripts.open_webui_release import Release
from tests.scripts.deployed_stack import Body, refuse, services
from tests.scripts.standins import Machine
from tests.scripts.upgrade.conftest import FILE, KEEPS, MIGRATES, NEW, OLD, Run, Step, World, releases, up


def test_a_version_that_fits_is_pinned_deployed_and_said(world: World, run: Run) -> None:
    ended = run()
    assert world.runs == world.image == NEW
    assert "# as tried in spring" in world.text
    assert world.asked == [True]
    assert f"The new version runs: {NEW}. Back to the version before: make rollback STACK=dev" in ended.out
    assert "database: 1 migrations: the way back is the snapshot" in ended.err


def test_nobody_is_asked_who_has_said_yes(world: World, run: Run) -> None:
    run("--yes")
    assert world.asked == [False]


def declined(world: World) -> int:
    del world
    return 255


def registered_only(world: World) -> int:
    """The snapshot was refused, or the run was interrupted, before the service changed."""
    world.register()
    return 255


def not_pulled(world: World) -> int:
    """ECS rolled back before any container had started."""
    world.register()
    world.tasks.append({"taskArn": "a/b", "taskDefinitionArn": world.stack.task_definitions["webui"], "containers": []})
    return 255


def not_registered(world: World) -> int:
    """AWS refused the revision; the tasks of before have migrated long ago."""
    world.has_migrated()
    return 255


@pytest.mark.parametrize(
    ("step", "deployments"), [(declined, 1), (not_registered, 1), (registered_only, 2), (not_pulled, 2)]
)
def test_what_ends_before_the_database_is_changed_leaves_the_version_of_before(
    world: World, run: Run, step: Step, deployments: int
) -> None:
    world.steps = [step]
    ended = run(status=1)
    assert world.text == FILE
    assert world.runs == OLD
    assert len(world.asked) == deployments
    assert f"The version of before runs, and nothing of it was changed: {OLD}" in ended.out


def migrated_and_rolled_back(world: World) -> int:
    world.snapshot()
    world.register()
    world.has_migrated()
    return 255


def test_a_version_that_fails_after_its_migration_is_taken_back_with_the_snapshot(world: World, run: Run) -> None:
    world.steps = [migrated_and_rolled_back]
    ended = run("--yes", status=1)
    assert world.image == world.runs == OLD
    assert "snapshotIdentifier: demo-0a1b2c-before-" in world.text
    assert f"The version of before runs: {OLD}" in ended.out


def test_a_version_without_migrations_needs_no_snapshot_to_go_back(world: World, machine: Machine, run: Run) -> None:
    releases(machine, KEEPS)
    world.steps = [migrated_and_rolled_back]
    run(status=1)
    assert world.text == FILE
    assert world.runs == OLD


def test_a_new_version_beside_something_that_failed_is_said_to_run(world: World, run: Run) -> None:
    world.steps = [lambda it: up(it) or 255]
    ended = run(status=2)
    assert world.runs == NEW
    assert "The new version is deployed" in ended.out
    assert "make up STACK=dev" in ended.out


def test_when_aws_does_not_answer_afterwards_nothing_is_claimed(world: World, run: Run) -> None:
    def cut_off(it: World) -> int:
        it.deploy()
        it.stack.machine.install("pulumi", body="exit 255")
        return 255

    world.steps = [cut_off]
    ended = run(status=2)
    assert "Which version runs cannot be told" in ended.out


@pytest.mark.parametrize(
    ("release", "told"),
    [
        (
            replace(MIGRATES, variables=MIGRATES.variables - {"WEBUI_NAME", "DATA_DIR"}),
            "does not read any more: DATA_DIR",
        ),
        (replace(MIGRATES, paths=MIGRATES.paths - {"/api/v1/models"}), "it has no /api/v1/models any more"),
    ],
)
def test_a_version_that_does_not_fit_changes_nothing(
    world: World, machine: Machine, run: Run, release: Release, told: str
) -> None:
    releases(machine, release)
    ended = run(status=1)
    assert told in ended.err
    assert (world.text, world.asked) == (FILE, [])


def test_an_image_that_does_not_exist_changes_nothing(world: World, machine: Machine, run: Run) -> None:
    def none(*_: object) -> str:
        raise NoImageError("There is no image")

    machine.patch.setattr(upgrade, "digest_of", none)
    ended = run(status=1)
    assert "make mirror-image" in ended.err
    assert world.text == FILE


def test_a_registry_that_does_not_answer_leaves_the_tag(world: World, machine: Machine, run: Run) -> None:
    def silent(*_: object) -> str:
        raise CommandError("ghcr.io cannot be asked: no route")

    machine.patch.setattr(upgrade, "digest_of", silent)
    ended = run()
    assert world.image == "ghcr.io/open-webui/open-webui:v0.13.0"
    assert "digest: not pinned, since ghcr.io cannot be asked: no route" in ended.err


def test_what_does_not_run_on_this_machine_changes_nothing(world: World, machine: Machine, run: Run) -> None:
    def fails(*_: object) -> None:
        raise CommandError("It does not run on this machine")

    machine.patch.setattr(upgrade, "_try", fails)
    run(status=1)
    assert world.text == FILE
    run("--no-try")
    assert world.runs == NEW


def stopped(service: Body) -> None:
    service.update(runningCount=0)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("v0.12.4", "has Open WebUI 0.12.4, which is not older"),
        ("v0.9.6", "make rollback"),
        ("main", "name a release of Open WebUI"),
    ],
)
def test_only_a_newer_release_is_an_upgrade(world: World, run: Run, version: str, told: str) -> None:
    ended = run(version=version, status=1)
    assert told in ended.err
    assert (world.text, world.asked) == (FILE, [])


def test_a_stack_that_does_not_run_is_mended_first(world: World, run: Run) -> None:
    with services(stopped, "webui"):
        ended = run(status=1)
    assert "an Open WebUI that runs as it was deployed\n      make verify STACK=dev" in ended.err
    assert world.asked == []


def test_a_file_that_names_another_image_than_runs_is_deployed_first(world: World, machine: Machine, run: Run) -> None:
    machine.write_stack(FILE.replace("v0.12.4", "v0.12.3"))
    ended = run(status=1)
    assert "make up STACK=dev" in ended.err
    assert world.asked == []


def test_without_an_answer_of_aws_nothing_is_begun(world: World, run: Run) -> None:
    with refuse("ecs.DescribeServices", "AccessDeniedException", []):
        run(status=1)
    assert (world.text, world.asked) == (FILE, [])
