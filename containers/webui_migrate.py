"""Bring Open WebUI's database schema up to date, one task at a time.

The init container of every WebUI task runs this text as `python -c` in Open WebUI's image. Open WebUI itself
migrates at import without a lock, so of several tasks that start on one database most fail; here they take
a PostgreSQL advisory lock in turn, and all but the first find nothing left to do.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from typing import Any, NoReturn

import psycopg

# "webui" as a number. All tasks must agree on it, and Open WebUI's own locks (731947205) must not meet it.
LOCK_KEY = 0x7765627569

# Importing config runs Alembic. The pgvector client creates its extension, table and indexes; left to the
# app, all tasks do so at once, and IF NOT EXISTS does not save two sessions from a UniqueViolation.
# The standard image makes the client at import, the slim one only when asked: the call serves both.
MIGRATION = """
from open_webui.config import VECTOR_DB
if VECTOR_DB == "pgvector":
    from open_webui.retrieval.vector.factory import get_vector_db_client
    get_vector_db_client()
"""

SETTINGS = [f"DATABASE_{name}" for name in ("TYPE", "HOST", "PORT", "NAME", "USER", "PASSWORD")]


class MigrationError(Exception):
    """The container must fail; the message says why and what to do."""


def log(message: str) -> None:
    """Write one line to the task's log at once, without the database password should a message quote it."""
    password = os.environ.get("DATABASE_PASSWORD")
    print("webui-migrate:", message.replace(password, "***") if password else message, flush=True)


def check_settings() -> None:
    """Refuse what would make Open WebUI silently take, and migrate, a SQLite file: a missing variable."""
    missing = [name for name in SETTINGS if not os.environ.get(name)]
    if missing:
        raise MigrationError(f"{', '.join(missing)} not set. The init container needs the app's environment.")
    if os.environ["DATABASE_TYPE"] != "postgresql":
        raise MigrationError("DATABASE_TYPE is not postgresql. No other database needs this container.")


def connect() -> psycopg.Connection[Any]:
    """Open a session to the database; libpq itself reads PGSSLMODE and PGSSLROOTCERT.

    The keepalives keep the idle session, and with it the lock, alive during a long migration.
    """
    return psycopg.connect(
        host=os.environ["DATABASE_HOST"],
        port=os.environ["DATABASE_PORT"],
        dbname=os.environ["DATABASE_NAME"],
        user=os.environ["DATABASE_USER"],
        password=os.environ["DATABASE_PASSWORD"],
        connect_timeout=10,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        autocommit=True,
    )


def connect_and_lock(wait_seconds: float) -> psycopg.Connection[Any]:
    """Wait for the database and for the other tasks; the returned session holds the lock until it ends.

    A refused password is tried again like any other refusal: when it changes, the secret has the new one some
    minutes before the database does.
    """
    deadline = time.monotonic() + wait_seconds
    pause = 0.25
    while True:
        try:
            session = connect()
            if session.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY]).fetchone() == (True,):
                return session
            session.close()
            problem = "another task is migrating the database"
        except psycopg.OperationalError as error:
            problem = " ".join(str(error).split())
        if time.monotonic() + pause > deadline:
            raise MigrationError(
                f"gave up after {wait_seconds:g} s: {problem}. Check that the database is available, that "
                "its security group admits this task and that the password secret is current; if another "
                "task's migration just takes long, raise MIGRATION_WAIT_SECONDS."
            )
        log(f"{problem}; next try in {pause:g} s")
        time.sleep(pause)
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
                log(line.rstrip())
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
        with closing(connect_and_lock(float(os.environ.get("MIGRATION_WAIT_SECONDS", "600")))):
            log("holding the lock, migrating")
            migrate()
    except MigrationError as error:
        log(f"FAILED: {error}")
        sys.exit(1)
    log("the database is up to date")


if __name__ == "__main__":
    main()
