"""Bring Open WebUI's database schema up to date, in one task at a time and while no other image's task runs.

The init container of every WebUI task runs this text as `python -c` in Open WebUI's image, after `webui_turns.py`.
Open WebUI itself migrates at import without a lock, so of several tasks that start on one database most fail; here
one takes a PostgreSQL advisory lock, and tells those of its image that wait when it is done.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from typing import Any, NoReturn

import psycopg

from containers.webui_turns import LOGIN, RUNS, WAITS, announce, announced, connect, log_line, this_image
from containers.webui_users import ADMINISTRATOR, own_tables

# "webui" as a number. All tasks must agree on it, and Open WebUI's own locks (731947205) must not meet it.
LOCK_KEY = 0x7765627569
MIGRATED = "webui_migrated"  # the channel on which it is told, with the image

# Importing config runs Alembic. The pgvector client creates its extension, table and indexes; left to the
# app, all tasks do so at once, and IF NOT EXISTS does not save two sessions from a UniqueViolation.
# The standard image makes the client at import, the slim one only when asked: the call serves both.
# With persistent config the app writes the defaults of all settings at its start: all tasks the same rows.
MIGRATION = """
import asyncio
from open_webui import config
if getattr(config, "ENABLE_PERSISTENT_CONFIG", False) and hasattr(config, "seed_registered_defaults"):
    asyncio.run(config.seed_registered_defaults())
if config.VECTOR_DB == "pgvector":
    from open_webui.retrieval.vector.factory import get_vector_db_client
    get_vector_db_client()
"""


class MigrationError(Exception):
    """The container must fail; the message says why and what to do."""


def without_secrets(text: str) -> str:
    """What may be logged: a message can quote what the database is reached with."""
    for name in ("DATABASE_URL", "DATABASE_PASSWORD", "DATABASE_ADMIN_PASSWORD"):
        text = text.replace(os.environ.get(name) or "\n", "***")
    return text


def log(message: str, level: str = "info") -> None:
    """Write one line to the task's log."""
    log_line("webui-migrate", without_secrets(message), level)


def pass_on(line: str) -> None:
    """Write a line of the migration's to the task's log: Open WebUI's own are JSON as they come, but for tracebacks."""
    if line.startswith("{"):
        print(without_secrets(line), flush=True)
    else:
        log(line)


def check_settings() -> None:
    """Refuse what would make Open WebUI silently take, and migrate, a SQLite file: a missing variable."""
    url = os.environ.get("DATABASE_URL")
    login = ADMINISTRATOR if "DATABASE_ADMIN_USER" in os.environ else LOGIN
    needed = ["WEBUI_IMAGE", *([] if url else ["DATABASE_TYPE", *login.values()])]
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        raise MigrationError(f"{', '.join(missing)} not set. The init container needs the app's environment.")
    if not (url or os.environ["DATABASE_TYPE"]).startswith("postgres"):
        what = (
            "the secret's value is no URL that begins with postgresql://" if url else "DATABASE_TYPE is not postgresql"
        )
        raise MigrationError(f"{what}. No other database needs this container.")


class Turn:
    """The wait for the database, for the other tasks and for those of another image."""

    def __init__(self) -> None:
        self.session: psycopg.Connection[Any] | None = None
        self.is_done = False

    def obstacle(self) -> str | None:
        """What to wait for; None when this task holds the lock, which lasts as long as the session.

        A refused password is tried again like any other refusal: when it changes, the secret has the new one some
        minutes before the database does.
        """
        try:
            if self.session is None:
                if "DATABASE_URL" not in os.environ:
                    own_tables()
                self.session = connect()
                self.session.execute(f"LISTEN {MIGRATED}")
            if self.session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone() != (True,):
                return "another task is migrating the database"
            announce(self.session, WAITS)
            if announced(self.session, RUNS, same_image=False):
                return "tasks of another image are finishing their answers"
        except psycopg.OperationalError as error:
            self.session = None
            return " ".join(str(error).split())
        return None

    def pause(self, seconds: float) -> None:
        """Wait, but not after another task has done the work."""
        if self.session is None:
            time.sleep(seconds)
            return
        with suppress(psycopg.OperationalError):
            for told in self.session.notifies(timeout=seconds, stop_after=1):
                self.is_done = self.is_done or told.payload == str(this_image())

    def tell(self) -> None:
        """Let the tasks that wait know that the database is up to date for this image."""
        if self.session:
            self.session.execute("SELECT pg_notify(%s, %s)", [MIGRATED, str(this_image())])

    def close(self) -> None:
        """Free the lock."""
        if self.session:
            self.session.close()


def wait_for_turn(turn: Turn, wait_seconds: float) -> None:
    """Wait until nothing is in the way of the migration, or nothing is left to migrate."""
    deadline = time.monotonic() + wait_seconds
    pause = 0.25
    while not turn.is_done and (problem := turn.obstacle()):
        if time.monotonic() + pause > deadline:
            raise MigrationError(
                f"gave up after {wait_seconds:g} s: {problem}. Check that the database is available, that "
                "its security group admits this task and that the password secret is current; if another "
                "task's migration just takes long, raise MIGRATION_WAIT_SECONDS."
            )
        log(f"{problem}; next try in {pause:g} s")
        turn.pause(pause)
        pause = min(2 * pause, 2)


def migrate() -> None:
    """Run the migration in a process of its own, pass its output on, and end it when this one must end."""
    reason = ""
    with subprocess.Popen(
        [sys.executable, "-c", MIGRATION],
        env=os.environ | {"ENABLE_DB_MIGRATIONS": "true", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as migration:
        try:
            for line in migration.stdout or ():
                pass_on(line.rstrip())
                if re.match(r"[\w.]+(Error|Exception|Violation):", line):
                    reason = f": {line.rstrip()}"
        except BaseException:
            migration.terminate()
            raise
    if migration.returncode:
        raise MigrationError(
            f"the migration failed (exit code {migration.returncode}){reason}. Its output is above; "
            "the next task tries again. Open WebUI's release notes say what a version migrates."
        )


def stop(*_: object) -> NoReturn:
    """Handle SIGTERM, with which ECS stops a task; a container's first process ignores it otherwise."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise MigrationError("stopped by SIGTERM before the migration was complete. The next task tries again.")


def main() -> None:
    """Exit with 0 when the database is up to date, with 1 and the reason in the last line when it is not."""
    signal.signal(signal.SIGTERM, stop)
    try:
        check_settings()
        with closing(Turn()) as turn:
            wait_for_turn(turn, float(os.environ.get("MIGRATION_WAIT_SECONDS", "600")))
            if not turn.is_done:
                log("holding the lock, migrating")
                migrate()
                turn.tell()
    except (MigrationError, psycopg.Error) as error:
        log(f"FAILED: {error}", "error")
        sys.exit(1)
    log("the database is up to date")


if __name__ == "__main__":
    main()
