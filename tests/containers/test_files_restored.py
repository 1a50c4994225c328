"""Files that AWS Backup has restored are looked at, then get a place of their own or go again; no other file does."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from containers import files_restored
from containers.programs import command

RECOVERY = "aws-backup-restore_2026-11-01T12-00-00-000Z"
BECOMES = "/webui-restored-20261101-120000"


@dataclass(frozen=True)
class Disk:
    """A file system in a folder, as the task of `make restore` has it mounted."""

    root: Path

    def fill(self, directory: str, **files: str) -> Path:
        """Write files below a directory; `__` in a name is a slash."""
        for name, text in files.items():
            path = self.root / directory / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self.root / directory

    def database(self, directory: str) -> Path:
        """Open WebUI's database of SQLite, with a row."""
        path = self.root / directory / "webui.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(path) as session:
            session.execute("CREATE TABLE chat (id text)")
            session.executemany("INSERT INTO chat VALUES (?)", [("x" * 1000,)] * 50)
        session.close()
        return path

    def names(self) -> list[str]:
        """What is at the root."""
        return sorted(path.name for path in self.root.iterdir())

    def settle(self, *becomes: str, since: float = 0, status: int = 0) -> str:
        """Run the program as the task does; what it says."""
        words = command("files_restored", str(self.root), str(since), "/webui", "/webui", *becomes)
        done = subprocess.run([sys.executable, *words[1:]], capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return "\n".join(json.loads(line)["msg"] for line in done.stdout.splitlines())


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """Two files where Open WebUI works, one of them restored, and what others keep."""
    disk = Disk(tmp_path)
    disk.fill("webui", uploads__old="three", uploads__new="seven!!")
    disk.fill(f"{RECOVERY}/webui", uploads__old="three")
    disk.fill("services/docs", data="x")
    return disk


def test_what_was_restored_is_told_and_becomes_a_directory_of_its_own(disk: Disk) -> None:
    told = disk.settle(BECOMES)
    assert "1 files of 5 bytes, 2 of 12 where it runs" in told
    assert "1 files are only where it runs" in told
    assert disk.names() == ["services", "webui", BECOMES.strip("/")]
    assert (disk.root / BECOMES.strip("/") / "uploads/old").read_text() == "three"
    assert (disk.root / "webui/uploads/new").read_text() == "seven!!"


def test_a_drill_deletes_what_was_restored_and_nothing_else(disk: Disk) -> None:
    disk.settle()
    assert disk.names() == ["services", "webui"]
    assert (disk.root / "webui/uploads/new").read_text() == "seven!!"


def test_a_sound_database_is_no_obstacle(disk: Disk) -> None:
    disk.database("webui")
    disk.database(f"{RECOVERY}/webui")
    assert "webui.db: SQLite says ok" in disk.settle(BECOMES)


def cut(disk: Disk) -> None:
    disk.database("webui")
    path = disk.database(f"{RECOVERY}/webui")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(disk: Disk) -> None:
    disk.database(f"{RECOVERY}/webui").write_text("no database at all")


def empty(disk: Disk) -> None:
    (disk.root / RECOVERY / "webui/uploads/old").unlink()


def lose(disk: Disk) -> None:
    disk.database("webui")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut, "webui.db is damaged"),
        (overwrite, "webui.db is damaged: file is not a database"),
        (empty, "there is no file in it"),
        (lose, "it has no webui.db"),
    ],
)
def test_what_cannot_take_the_place_goes_and_says_why(spoil: Callable[[Disk], None], said: str, disk: Disk) -> None:
    spoil(disk)
    assert said in disk.settle(BECOMES, status=1)
    assert disk.names() == ["services", "webui"]


def test_files_of_another_user_could_not_be_written(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = Path.stat

    def owned(path: Path, **options: bool) -> os.stat_result:
        values = list(stat(path, **options))
        values[4] = 0 if RECOVERY in str(path) else 1000
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", owned)
    found = files_restored.faults(disk.root / RECOVERY / "webui", disk.root / "webui")
    assert list(found) == ["it belongs to user 0, not to 1000 as the directory that runs"]


def test_a_directory_of_an_earlier_restore_is_left_alone(disk: Disk) -> None:
    told = disk.settle(BECOMES, since=time.time() + 60, status=1)
    assert "one restored directory with /webui is expected, there are: none" in told
    assert RECOVERY in disk.names()


def test_of_two_restores_at_once_none_is_taken(disk: Disk) -> None:
    disk.fill("aws-backup-restore_other/webui", uploads__old="three")
    told = disk.settle(status=1)
    assert f"there are: {RECOVERY}, aws-backup-restore_other" in told
    assert {RECOVERY, "aws-backup-restore_other"} < set(disk.names())


def test_a_restore_of_something_else_does_not_confuse(disk: Disk) -> None:
    disk.fill("aws-backup-restore_other/services", data="x")
    disk.settle()
    assert disk.names() == ["aws-backup-restore_other", "services", "webui"]
