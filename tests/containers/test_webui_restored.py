"""A restored database is looked into before it takes the other's place."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from containers import webui_restored
from containers.programs import overrides
from tests.containers.postgresql_server import DATABASE, PostgresServer

Databases = dict[str, psycopg.Connection[Any]]

MOST_OVERRIDES = 8192
"""Characters (RunTask), with what names the hosts."""
SCHEMA = """CREATE TABLE "user" (id text, role text); CREATE TABLE auth (id text, password text, active boolean);
    CREATE TABLE chat (id text)"""
HASH = "$2b$12$made-up"


@pytest.fixture(scope="module")
def second(server: PostgresServer) -> Iterator[str]:
    """The name of a second database."""
    with server.connect(DATABASE) as session:
        session.execute("CREATE DATABASE restored")
    yield "restored"
    with server.connect(DATABASE) as session:
        session.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def databases(
    server: PostgresServer, database: str, second: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Databases]:
    """Two databases, which the program reaches by the hosts copy and running."""
    names = {"copy": second, "running": database}
    monkeypatch.setenv("DATABASE_HOST", "copy")
    monkeypatch.setattr(webui_restored, "connect", lambda: server.connect(names[os.environ["DATABASE_HOST"]]))
    with server.connect(second) as copy, server.connect(database) as running:
        copy.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        yield {"copy": copy, "running": running}


def fill(session: psycopg.Connection[Any], chats: int = 2, password: str = HASH, role: str = "admin") -> None:
    session.execute(SCHEMA)
    session.execute('INSERT INTO "user" VALUES (%s, %s)', ["1", role])
    session.execute("INSERT INTO auth VALUES ('1', %s, true)", [password])
    for number in range(chats):
        session.execute("INSERT INTO chat VALUES (%s)", [str(number)])


def test_rows_and_accounts_of_both_are_told(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    fill(databases["copy"], chats=2)
    fill(databases["running"], chats=3)
    assert webui_restored.compare("running") == 0
    told = capsys.readouterr().out
    assert "chat: 2 rows, 3 in the database that runs" in told
    assert "1 accounts can sign in, 1 where it runs" in told


@pytest.mark.parametrize("account", [{"password": "plain"}, {"role": "pending"}], ids=str)
def test_a_copy_in_which_nobody_could_sign_in_is_refused(
    account: dict[str, str], databases: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(databases["copy"], password=account.get("password", HASH), role=account.get("role", "user"))
    fill(databases["running"])
    assert webui_restored.compare("running") == 1
    assert "nobody could sign in on the copy" in capsys.readouterr().out


def test_a_copy_without_a_table_is_refused(databases: Databases, capsys: pytest.CaptureFixture[str]) -> None:
    fill(databases["running"])
    fill(databases["copy"])
    databases["copy"].execute("DROP TABLE chat")
    assert webui_restored.compare("running") == 1
    assert "the copy has no table chat" in capsys.readouterr().out


def test_a_database_that_nobody_has_used_is_good(databases: Databases) -> None:
    assert webui_restored.compare("running") == 0


def test_ecs_takes_the_program_in_place_of_a_tasks_command() -> None:
    assert len(overrides("webui_restored", "h" * 255)) < MOST_OVERRIDES - 512
