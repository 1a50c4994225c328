"""The init container's script against a real PostgreSQL and a small stand-in for Open WebUI."""

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from containers.webui_turns import RUNS, WAITS
from tests.containers.migration_containers import BARRIER, RACE_RUN_ON, Containers, until
from tests.containers.postgresql_server import USER, PostgresServer

MIGRATION_ALONE = "import open_webui.config"
LOCK_KEY = 0x7765627569  # old and new tasks overlap: a change of the script's key is a breaking change
COLLISION = re.compile("duplicate key|already exists")
BUSY = "another task is migrating the database; next try"
Session = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def containers(tmp_path: Path, server: PostgresServer, database: str) -> Iterator[Containers]:
    containers = Containers(tmp_path, server, database)
    yield containers
    containers.kill()


@pytest.fixture
def session(server: PostgresServer, database: str) -> Iterator[Session]:
    with server.connect(database) as session:
        yield session


def hold(session: Session, key: int) -> None:
    session.execute("SELECT pg_advisory_lock(%s)", [key])


def release(session: Session, key: int) -> None:
    session.execute("SELECT pg_advisory_unlock(%s)", [key])


def is_free(session: Session, key: int) -> bool:
    return session.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone() == (True,)


def waiting_at_barrier(session: Session) -> int:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted"
    (count,) = session.execute(query, [BARRIER]).fetchone() or (0,)
    assert isinstance(count, int)
    return count


def announced(session: Session, kind: int) -> object:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2"
    return (session.execute(query, [kind]).fetchone() or (0,))[0]


def tables(session: Session) -> list[object]:
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    return [table for (table,) in session.execute(query)]


def test_of_three_tasks_at_once_one_migrates_and_all_succeed(
    containers: Containers,
    session: Session,
    server: PostgresServer,
    record_property: Callable[[str, object], None],
) -> None:
    hold(session, BARRIER)
    three = [containers.start() for _ in range(3)]
    until(lambda: sum(BUSY in each.output() for each in three) == 2, "two containers that wait for the third")
    release(session, BARRIER)

    assert [each.exit_code() for each in three] == [0, 0, 0]
    all_output = "".join(each.output() for each in three)
    assert all(json.loads(line)["msg"] for line in all_output.splitlines()), "the log is JSON"
    assert all_output.count("pid ") == 1, "those that waited load Open WebUI for nothing"
    assert all_output.count("created config") == 1
    assert all_output.count("created document_chunk") == 1
    assert tables(session) == ["config", "document_chunk"]
    record_property(RACE_RUN_ON, server.version())


def test_another_image_is_asked_to_leave_and_waited_for(containers: Containers, session: Session) -> None:
    session.execute("SELECT pg_advisory_lock_shared(%s, 1)", [RUNS])
    container = containers.start()
    container.wait_for("tasks of another image are finishing their answers")
    assert announced(session, WAITS) == 1
    assert tables(session) == []
    session.execute("SELECT pg_advisory_unlock_shared(%s, 1)", [RUNS])
    assert container.exit_code() == 0
    assert tables(session) == ["config", "document_chunk"]


def test_without_the_lock_only_one_of_three_survives(containers: Containers, session: Session) -> None:
    hold(session, BARRIER)
    three = [containers.start(MIGRATION_ALONE, ENABLE_DB_MIGRATIONS="true") for _ in range(3)]
    until(lambda: waiting_at_barrier(session) == 3, "three migrations that all saw an empty database")
    release(session, BARRIER)

    assert Counter(each.exit_code() for each in three) == {0: 1, 1: 2}
    assert sum(bool(COLLISION.search(each.output())) for each in three) == 2


def test_a_database_that_is_still_starting_is_waited_for(containers: Containers, server: PostgresServer) -> None:
    with server.stopped():
        container = containers.start()
        container.wait_for("Connection refused")
        server.start()
        assert container.exit_code() == 0
    assert "next try in 0.25 s" in container.output()


def test_a_wrong_password_fails_after_the_wait_and_is_not_shown(containers: Containers) -> None:
    container = containers.start(DATABASE_PASSWORD="canary-password", MIGRATION_WAIT_SECONDS="0.5")
    assert container.exit_code() == 1
    assert "gave up after 0.5 s" in container.last_line()
    assert f'password authentication failed for user "{USER}"' in container.last_line()
    assert "password authentication failed" in container.output().splitlines()[0], "it tried more than once"


def test_a_wait_for_another_task_is_bounded_too(containers: Containers, session: Session) -> None:
    hold(session, LOCK_KEY)
    container = containers.start(MIGRATION_WAIT_SECONDS="0.5")
    assert container.exit_code() == 1
    assert "gave up after 0.5 s: another task is migrating" in container.last_line()
    assert tables(session) == []


def test_a_failing_migration_fails_the_container_with_its_reason_and_frees_the_lock(
    containers: Containers, session: Session
) -> None:
    broken = 'import os\nraise RuntimeError("no column " + os.environ["DATABASE_PASSWORD"])\n'
    containers.write("open_webui/config.py", broken)
    container = containers.start()
    assert container.exit_code() == 1
    assert "FAILED: the migration failed (exit code 1): RuntimeError: no column ***." in container.last_line()
    until(lambda: is_free(session, LOCK_KEY), "free lock")


def test_a_task_that_is_killed_frees_the_lock(containers: Containers, session: Session) -> None:
    hold(session, BARRIER)
    killed = containers.start()
    killed.child_pid()
    waiting = containers.start()
    waiting.wait_for(BUSY)
    killed.kill()
    release(session, BARRIER)
    assert waiting.exit_code() == 0
    assert tables(session) == ["config", "document_chunk"]


def test_a_stopped_task_ends_its_migration_before_it_frees_the_lock(containers: Containers, session: Session) -> None:
    hold(session, BARRIER)
    container = containers.start()
    migration = container.child_pid()
    container.process.terminate()
    assert container.exit_code() == 1
    assert "FAILED: stopped by SIGTERM" in container.last_line()
    with pytest.raises(ProcessLookupError):
        os.kill(migration, 0)
    until(lambda: is_free(session, LOCK_KEY), "free lock")


def test_a_task_that_waits_can_be_stopped(containers: Containers, session: Session) -> None:
    hold(session, LOCK_KEY)
    container = containers.start()
    container.wait_for(BUSY)
    container.process.terminate()
    assert container.exit_code() == 1
    assert "FAILED: stopped by SIGTERM" in container.last_line()


def test_persistent_settings_are_written_in_turn_too(containers: Containers, session: Session) -> None:
    assert containers.start(ENABLE_PERSISTENT_CONFIG="true").exit_code() == 0
    assert tables(session) == ["config", "defaults", "document_chunk"]


def test_another_vector_store_is_left_alone(containers: Containers, session: Session) -> None:
    assert containers.start(VECTOR_DB="qdrant").exit_code() == 0
    assert tables(session) == ["config"]


def test_a_database_that_is_given_by_its_url_is_migrated_and_the_url_never_shown(
    containers: Containers, session: Session
) -> None:
    where = {
        name: containers.environment.pop(f"DATABASE_{name}") for name in ("HOST", "PORT", "NAME", "USER", "PASSWORD")
    }
    del containers.environment["DATABASE_TYPE"]
    url = "postgresql+psycopg://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**where)
    show = "import os; print(os.environ['DATABASE_URL'])"
    containers.write("open_webui/config.py", f"{show}; VECTOR_DB = 'none'")
    hold(session, LOCK_KEY)
    container = containers.start(DATABASE_URL=url)
    container.wait_for(BUSY)
    release(session, LOCK_KEY)
    assert container.exit_code() == 0
    assert "***" in container.output()
    assert where["PASSWORD"] not in container.output()


@pytest.mark.parametrize(
    ("setting", "value", "complaint"),
    [
        ("DATABASE_HOST", "", "DATABASE_HOST not set"),
        ("DATABASE_TYPE", "sqlite", "DATABASE_TYPE is not postgresql"),
        ("DATABASE_URL", "mysql://canary", "the secret's value is no URL that begins with postgresql://"),
    ],
)
def test_open_webui_may_not_fall_back_to_sqlite(
    containers: Containers, session: Session, setting: str, value: str, complaint: str
) -> None:
    container = containers.start(**{setting: value})
    assert container.exit_code() == 1
    assert f"FAILED: {complaint}" in container.last_line()
    assert tables(session) == []
