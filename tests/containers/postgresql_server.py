"""A throw-away PostgreSQL server from the binaries that Debian's package postgresql installs."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 20
USER = "webui"
DATABASE = "postgres"
"""The one that every server has."""


class UnavailableError(Exception):
    """This machine has no PostgreSQL server that could be started."""


def newest_binaries() -> Path:
    found = list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise UnavailableError("PostgreSQL is not installed: run scripts/install-postgresql.sh as root")
    return max(found, key=lambda server: float(server.parts[-3])).parent


def account() -> str | None:
    """The account to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresServer:
    """Listens on 127.0.0.1 only; the superuser `webui` has a random password."""

    def __init__(self) -> None:
        self.binaries = newest_binaries()
        self.account = account()
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        # Not pytest's tmp_path: only its owner may enter that, and the server is another account.
        self.directory = Path(tempfile.mkdtemp(prefix="postgresql-"))
        if self.account:
            shutil.chown(self.directory, self.account)
        self._initdb()

    def _initdb(self) -> None:
        password_file = self.directory / "password"
        password_file.write_text(self.password)
        if self.account:
            shutil.chown(password_file, self.account)
        command = [
            str(self.binaries / "initdb"),
            "--pgdata=data",
            "--no-sync",
            "--locale=C",
            "--encoding=UTF8",
        ]
        command += [f"--username={USER}", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        try:
            subprocess.run(command, cwd=self.directory, user=self.account, check=True, capture_output=True, text=True)
        except subprocess.CalledProcessError as error:
            raise UnavailableError(f"initdb failed: {error.stderr.strip()}") from error
        except OSError as error:
            raise UnavailableError(f"initdb did not run: {error}") from error

    def start(self) -> None:
        log_file = self.directory / "log"
        command = [str(self.binaries / "postgres"), "-D", "data", "-p", str(self.port)]
        command += ["-k", str(self.directory), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with log_file.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=self.directory, user=self.account, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                self.process.wait()
                raise UnavailableError(f"the server did not start:\n{log_file.read_text()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            self.connect(DATABASE).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)  # end the sessions, then stop
            self.process.wait(START_SECONDS)
            self.process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.directory)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop for the time of the block; whatever happens there, other tests find the server running."""
        self.stop()
        try:
            yield
        finally:
            if not self.process:
                self.start()

    def connect(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    def empty_database(self) -> str:
        """The name of the one database, without sessions, locks and tables; another would be a thousand files."""
        with self.connect(DATABASE) as session:
            others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            session.execute("SELECT pg_terminate_backend(pid, %s) " + others, [1000 * START_SECONDS])
            session.execute("DROP SCHEMA public CASCADE")
            session.execute("CREATE SCHEMA public")
        return DATABASE

    def version(self) -> str:
        with self.connect(DATABASE) as session:
            return (session.info.parameter_status("server_version") or "unknown").split()[0]
