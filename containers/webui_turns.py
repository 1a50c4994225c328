"""Whose turn it is on Open WebUI's database: one image's tasks at a time, as upstream supports no two versions on it.

PostgreSQL's session locks tell which image's tasks run and which wait; a lock ends with the process that holds it.
`webui_migrate.py` and `webui_serve.py` run as `python -c` in Open WebUI's image, each with this text before its own.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import psycopg

# Classes of lock, "webr" and "webw" as numbers; all tasks must agree on them. The object is the image.
RUNS = 0x77656272
WAITS = 0x77656277

# What libpq calls it: Open WebUI's variable. A database that is given has a URL instead.
LOGIN = {
    "host": "DATABASE_HOST",
    "port": "DATABASE_PORT",
    "dbname": "DATABASE_NAME",
    "user": "DATABASE_USER",
    "password": "DATABASE_PASSWORD",
}


def log_line(program: str, message: str, level: str = "info") -> None:
    """Write one line to the task's log at once, in the form of the application's own."""
    print(json.dumps({"level": level, "msg": f"{program}: {message}"}), flush=True)


def connect(variables: Mapping[str, str] = LOGIN) -> psycopg.Connection[Any]:
    """Open a session to the database as Open WebUI does; libpq itself reads PGSSLMODE and PGSSLROOTCERT.

    The keepalives keep the idle session, and with it its locks, alive during a long migration.
    """
    login: dict[str, Any] = {name: os.environ[its] for name, its in variables.items() if its in os.environ}
    if "user" in login and "password" not in login:
        login["password"] = token(login["host"], login["port"], login["user"])
    return psycopg.connect(
        # Open WebUI's driver may stand in the URL.
        re.sub(r"^(postgres\w*)\+\w+:", r"\1:", os.environ.get("DATABASE_URL", "")),
        **login,
        connect_timeout=10,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        autocommit=True,
    )


def token(host: str, port: str, user: str) -> str:
    """What a user of IAM gets into Aurora with, for 15 minutes; signed here, with the credentials of the task role."""
    try:
        client = import_module("boto3").client("rds")
        signed = client.generate_db_auth_token(DBHostname=host, Port=int(port), DBUsername=user)
    except import_module("botocore.exceptions").BotoCoreError as error:
        raise psycopg.OperationalError(f"no token for {user}: {error}") from error
    return str(signed)


def this_image() -> int:
    """The image of this task as the number of a lock, which has 31 bits for it."""
    digest = hashlib.sha256(os.environ["WEBUI_IMAGE"].encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF


def announce(session: psycopg.Connection[Any], kind: int) -> None:
    """Let all tasks see that one of this image RUNS or WAITS, until the session ends."""
    session.execute("SELECT pg_advisory_lock_shared(%s, %s)", [kind, this_image()])


def announced(session: psycopg.Connection[Any], *kinds: int, same_image: bool) -> bool:
    """Whether a task of this image, or one of another, has announced one of the kinds."""
    query = (
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE datname = current_database() AND locktype = 'advisory' AND objsubid = 2 "
        "AND classid = ANY(%s::oid[]) AND (objid = %s) = %s"
    )
    found = session.execute(query, [list(kinds), this_image(), same_image]).fetchone()
    return bool(found and found[0])
