"""Runs the migration script as ECS would, with a small stand-in for Open WebUI."""

import json
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from containers.programs import command
from tests.containers.postgresql_server import USER, PostgresServer

SCRIPT = command("webui_migrate")[2]
SECRETS = ("DATABASE_PASSWORD", "DATABASE_URL", "WEBUI_SECRET_KEY")
SECONDS = 30  # how long a test waits for what must happen, on a busy machine too
RACE_RUN_ON = "migration race run on"  # the property under which a test records the server's version

# Like Alembic, the stand-ins look whether there is anything to do and then create it: two that look before
# either creates collide. A test that holds the barrier's lock stops them between the two.
# psql, because it starts in a tenth of the time that Python takes to load psycopg.
BARRIER = 1
CREATE_IF_MISSING = f"""
import os, subprocess
def create(table):
    session = {{f"PG{{name}}": os.environ[f"DATABASE_{{name}}"] for name in ("HOST", "PORT", "USER", "PASSWORD")}}
    statements = f'''DO $$ BEGIN
        IF to_regclass('{{table}}') IS NULL THEN
            PERFORM pg_advisory_xact_lock_shared({BARRIER});
            CREATE TABLE {{table}} AS SELECT 1 AS revision;
            RAISE NOTICE 'created {{table}}';
        END IF;
    END $$'''
    subprocess.run([os.environ["PSQL"], "--no-psqlrc", "--command", statements],
                   env=session | {{"PGDATABASE": os.environ["DATABASE_NAME"]}}, check=True)
"""
CONFIG = """
import os
from create_if_missing import create
VECTOR_DB = os.environ["VECTOR_DB"]
ENABLE_PERSISTENT_CONFIG = os.environ.get("ENABLE_PERSISTENT_CONFIG") == "true"
async def seed_registered_defaults():
    create("defaults")
print("pid", os.getpid(), flush=True)
if os.environ["ENABLE_DB_MIGRATIONS"] == "true":
    create("config")
"""
FACTORY = """
from create_if_missing import create
def get_vector_db_client():
    create("document_chunk")
"""


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"no {what} in {SECONDS} s"
        time.sleep(0.02)


# Every container is forked off a process that has loaded psycopg, which takes longer than most migrations here.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def run(program: str, environment: dict[str, str], log: Path) -> None:
    """Be the container's first process."""
    os.setsid()
    with log.open("wb") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())
    os.environ.clear()
    os.environ.update(environment)
    sys.path.insert(0, environment["PYTHONPATH"])
    exec(program, {"__name__": "__main__"})  # noqa: S102  # what `python -c` does


class Container:
    """One run of the script with a log that can be read while it runs."""

    def __init__(self, environment: dict[str, str], log: Path, program: str) -> None:
        self.log = log
        self.log.touch()
        self.secrets = [environment[name] for name in SECRETS if name in environment]
        self.process = FORKS.Process(target=run, args=(program, environment, log))
        self.process.start()

    def output(self) -> str:
        return self.log.read_text()

    def wait_for(self, text: str) -> None:
        until(lambda: text in self.output(), f"{text!r} in the log")

    def child_pid(self) -> int:
        self.wait_for("pid ")
        return int(re.findall(r"pid (\d+)", self.output())[0])

    def exit_code(self) -> int | None:
        """Wait for the end; no run may ever show a secret."""
        self.process.join(SECONDS)
        assert not [secret for secret in self.secrets if secret in self.output()]
        return self.process.exitcode

    def last_line(self) -> str:
        return str(json.loads(self.output().splitlines()[-1])["msg"])

    def kill(self) -> None:
        """Do what the end of a container does to all its processes."""
        if self.process.is_alive():
            assert self.process.pid
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()


class Containers:
    """Starts containers of one stand-in for Open WebUI against one database."""

    def __init__(self, directory: Path, server: PostgresServer, database: str) -> None:
        self.directory = directory
        self.started: list[Container] = []
        self.environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(directory),
            "PSQL": str(server.binaries / "psql"),
            "DATABASE_TYPE": "postgresql",
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(server.port),
            "DATABASE_NAME": database,
            "DATABASE_USER": USER,
            "DATABASE_PASSWORD": server.password,
            "ENABLE_DB_MIGRATIONS": "false",
            "MIGRATION_WAIT_SECONDS": str(SECONDS),
            "VECTOR_DB": "pgvector",
            "WEBUI_IMAGE": "example.com/open-webui:1",
            "WEBUI_SECRET_KEY": "canary-session-key",
        }
        self.write("create_if_missing.py", CREATE_IF_MISSING)
        self.write("open_webui/config.py", CONFIG)
        self.write("open_webui/retrieval/vector/factory.py", FACTORY)

    def write(self, path: str, text: str) -> None:
        (self.directory / path).parent.mkdir(parents=True, exist_ok=True)
        (self.directory / path).write_text(text)

    def start(self, program: str | None = None, **environment: str) -> Container:
        log = self.directory / f"{len(self.started)}.log"
        container = Container(self.environment | environment, log, program or SCRIPT)
        self.started.append(container)
        return container

    def kill(self) -> None:
        for container in self.started:
            container.kill()
