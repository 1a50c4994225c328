"""Looks at files that AWS Backup has restored, and gives them a place where Open WebUI may work, or deletes them again.

`make restore FILES=...` runs it once as `python -c` in a task of Open WebUI's image that has the whole file system and
the rights of root on it. The arguments: where the file system is mounted, the second (since 1970) in which the restore
began, the directory that was restored, the one that Open WebUI works in, and the one that the restored files become;
without the last the files are deleted once they are looked at.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from containers.webui_turns import log_line

RECOVERY = "aws-backup-restore_*"
DATABASES = ("webui.db", "vector_db/chroma.sqlite3")


def say(message: str, level: str = "info") -> None:
    """One line of the report."""
    log_line("files-restored", message, level)


def sizes(directory: Path) -> dict[str, int]:
    """Every file below a directory, by its path there, and its bytes; one that goes meanwhile is left out."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            with suppress(FileNotFoundError):
                found[str(path.relative_to(directory))] = path.lstat().st_size
    return found


def recovery_directories(root: Path, since: float, item: str) -> list[Path]:
    """Those at the root that were made since then and hold the item: AWS Backup tells nobody which one is its own."""
    return [
        directory
        for directory in root.glob(RECOVERY)
        if directory.stat().st_ctime >= since and (directory / item).is_dir()
    ]


def faults(copy: Path, running: Path) -> Iterator[str]:
    """What speaks against the restored directory in the running one's place."""
    restored, now = sizes(copy), sizes(running)
    say(f"{len(restored)} files of {sum(restored.values())} bytes, {len(now)} of {sum(now.values())} where it runs")
    if only_there := len(now.keys() - restored.keys()):
        say(f"{only_there} files are only where it runs")
    if not restored:
        yield "there is no file in it"
    if running.is_dir() and (owner := copy.stat().st_uid) != (writer := running.stat().st_uid):
        yield f"it belongs to user {owner}, not to {writer} as the directory that runs"
    for name in DATABASES:
        if name in restored:
            yield from damage(copy / name)
        elif name in now:
            yield f"it has no {name}"


def damage(database: Path) -> Iterator[str]:
    """What SQLite finds broken in a file of its own."""
    try:
        session = sqlite3.connect(database)
        (said,) = session.execute("PRAGMA integrity_check(1)").fetchone()
        session.close()
    except sqlite3.DatabaseError as error:
        said = str(error)
    say(f"{database.name}: SQLite says {said}")
    if said != "ok":
        yield f"{database.name} is damaged: {said}"


def settle(root: Path, since: float, item: str, running: str, becomes: str = "") -> int:
    """Look at the restored directory, and let it become another or nothing; 1 when it could not take its place."""
    item, running, becomes = (path.strip("/") for path in (item, running, becomes))
    found = recovery_directories(root, since, item)
    if len(found) != 1:
        names = ", ".join(sorted(directory.name for directory in found)) or "none"
        say(f"one restored directory with /{item} is expected, there are: {names}", "error")
        return 1
    (recovery,) = found
    wrong = list(faults(recovery / item, root / running))
    for fault in wrong:
        say(fault, "error")
    if becomes and not wrong:
        (recovery / item).rename(root / becomes)
    shutil.rmtree(recovery)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(settle(Path(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:]))
