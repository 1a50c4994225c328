"""`make rollback` goes back to the version before, with its database where the newer one has changed it."""

from problems.command import CommandError
from scripts import rollback
from tests.scripts.standins import Machine
from tests.scripts.upgrade.conftest import FILE, KEEPS, NEW, OLD, Run, World, releases


def upgraded(world: World, run: Run) -> None:
    run()
    assert world.runs == NEW


def test_the_image_and_the_snapshot_of_before_come_back(world: World, run: Run, back: Run) -> None:
    upgraded(world, run)
    ended = back()
    assert world.image == world.runs == OLD
    assert "snapshotIdentifier: demo-0a1b2c-before-" in world.text
    # The second deployment turns on what a restored cluster lacks at first; only the first one asks.
    assert world.asked == [True, True, False]
    assert f"The version of before runs: {OLD}" in ended.out
    assert "what people wrote since then" in ended.err


def test_without_migrations_between_them_the_database_stays(
    world: World, machine: Machine, run: Run, back: Run
) -> None:
    releases(machine, KEEPS)
    upgraded(world, run)
    back()
    assert world.text == FILE
    assert world.runs == OLD


def test_when_pypi_cannot_tell_the_database_comes_back_too(world: World, machine: Machine, run: Run, back: Run) -> None:
    upgraded(world, run)

    def none(_: str) -> None:
        raise CommandError("No package")

    machine.patch.setattr(rollback, "download", none)
    ended = back()
    assert "No package: taken as one that changes the database." in ended.err
    assert "snapshotIdentifier" in world.text


def test_a_restore_that_did_not_begin_can_be_tried_once_more(world: World, run: Run, back: Run) -> None:
    upgraded(world, run)
    world.steps = [lambda _: 255]
    ended = back(status=1)
    assert world.runs == NEW
    assert "snapshotIdentifier" in world.text
    assert f"The newer version runs on: {NEW}. The stack's file names {OLD} and the snapshot" in ended.out


def test_a_rollback_that_changed_nothing_leaves_file_and_version(
    world: World, machine: Machine, run: Run, back: Run
) -> None:
    releases(machine, KEEPS)
    upgraded(world, run)
    text = world.text
    world.steps = [lambda _: 255]
    ended = back(status=1)
    assert (world.text, world.runs) == (text, NEW)
    assert f"The newer version runs on, and nothing was changed: {NEW}" in ended.out


def test_a_rollback_that_stays_half_way_is_said_to(world: World, run: Run, back: Run) -> None:
    upgraded(world, run)

    def half(it: World) -> int:
        it.register()
        return 255

    world.steps = [half]
    ended = back(status=2)
    assert f"{NEW} runs; {OLD} is on its way and not in place: make up STACK=dev" in ended.out


def test_without_a_snapshot_or_with_protection_nothing_is_begun(
    world: World, machine: Machine, run: Run, back: Run
) -> None:
    upgraded(world, run)
    text = world.text
    machine.write_stack(text + "  webui-bedrock:protect: true\n")
    assert "the release of dev's protection" in back(status=1).err
    machine.write_stack(text)
    (snapshot,) = world.stack.client("rds").describe_db_cluster_snapshots(SnapshotType="manual")["DBClusterSnapshots"]
    world.stack.client("rds").delete_db_cluster_snapshot(
        DBClusterSnapshotIdentifier=snapshot["DBClusterSnapshotIdentifier"]
    )
    assert f"a snapshot of the database of {OLD}" in back(status=1).err
    assert world.text == text


def test_without_an_older_version_there_is_no_way_back(world: World, back: Run) -> None:
    ended = back(status=1)
    assert "an older version than 0.12.4" in ended.err
    assert world.asked == []
