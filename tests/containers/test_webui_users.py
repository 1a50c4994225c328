"""Open WebUI's tables go from a user with a password to one with a token and back, on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.containers.migration_containers import Containers, until
from tests.containers.postgresql_server import USER, PostgresServer

ADMIN, ADMIN_PASSWORD = "webui_admin", "canary-admin"
APP, TOKEN = "webui_app", "canary-token"
Session = psycopg.Connection[tuple[object, ...]]

BOTO3 = f"""
class client:
    def __init__(self, service): assert service == "rds"
    def generate_db_auth_token(self, DBHostname, Port, DBUsername):
        assert (DBHostname, DBUsername) == ("127.0.0.1", "{APP}"), DBUsername
        return "{TOKEN}"
"""
CONFIG = """
import os, subprocess
VECTOR_DB = "none"
session = {f"PG{name}": os.environ[f"DATABASE_{name}"] for name in ("HOST", "PORT", "USER")}
session["PGPASSWORD"] = os.environ.get("DATABASE_PASSWORD", "canary-token")
session["PGDATABASE"] = os.environ["DATABASE_NAME"]
statement = "CREATE TABLE IF NOT EXISTS chat (id serial); ALTER TABLE chat ADD COLUMN IF NOT EXISTS title text"
subprocess.run([os.environ["PSQL"], "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-c", statement], env=session, check=True)
"""
BY_PASSWORD = {"DATABASE_USER": ADMIN, "DATABASE_PASSWORD": ADMIN_PASSWORD}
BY_TOKEN = {"DATABASE_USER": APP, "DATABASE_ADMIN_USER": ADMIN, "DATABASE_ADMIN_PASSWORD": ADMIN_PASSWORD}


@pytest.fixture
def session(server: PostgresServer, database: str) -> Iterator[Session]:
    """A superuser's, with RDS's roles beside it: an administrator who is none, and who gets in with a token."""
    with server.connect(database) as session:
        session.execute(f"CREATE ROLE rds_iam; CREATE ROLE {ADMIN} LOGIN CREATEROLE PASSWORD '{ADMIN_PASSWORD}'")
        session.execute(f"ALTER DATABASE {database} OWNER TO {ADMIN}; ALTER SCHEMA public OWNER TO {ADMIN}")
        yield session
        session.execute(f"ALTER DATABASE {database} OWNER TO {USER}; ALTER SCHEMA public OWNER TO {USER}")
        for role in (APP, ADMIN, "rds_iam"):
            if session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                session.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.fixture
def containers(tmp_path: Path, server: PostgresServer, database: str) -> Iterator[Containers]:
    containers = Containers(tmp_path, server, database)
    containers.write("boto3.py", BOTO3)
    containers.write("open_webui/config.py", CONFIG)
    del containers.environment["DATABASE_PASSWORD"]
    yield containers
    containers.kill()


def migrated_by_token(containers: Containers, session: Session, **environment: str) -> int | None:
    """RDS takes the token; here the user gets it for a password as soon as there is the user."""
    container = containers.start(**BY_TOKEN | environment)
    until(lambda: has(session, "SELECT 1 FROM pg_roles WHERE rolname = %s", APP), "user")
    session.execute(f"ALTER ROLE {APP} PASSWORD '{TOKEN}'")
    return container.exit_code()


def has(session: Session, query: str, *values: str) -> bool:
    return session.execute(query, values).fetchone() is not None


def owner(session: Session) -> object:
    return (session.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'chat'").fetchone() or (None,))[0]


def may_use(session: Session, user: str) -> bool:
    query = (
        "SELECT 1 WHERE has_table_privilege(%s, 'chat', 'INSERT') "
        "AND has_sequence_privilege(%s, 'chat_id_seq', 'USAGE')"
    )
    return has(session, query, user, user)


def gets_in_by_token_only(session: Session, user: str) -> bool:
    return has(session, "SELECT 1 WHERE pg_has_role(%s, 'rds_iam', 'MEMBER')", user)


def test_a_new_database_gets_a_user_that_logs_in_with_a_token_and_owns_the_tables(
    containers: Containers, session: Session
) -> None:
    assert migrated_by_token(containers, session) == 0
    assert owner(session) == APP
    assert gets_in_by_token_only(session, APP)
    assert not gets_in_by_token_only(session, ADMIN), "the administrator's password would not count any more"


def test_tables_change_hands_with_the_way_to_log_in_and_stay_usable_for_tasks_that_still_run(
    containers: Containers, session: Session
) -> None:
    assert containers.start(**BY_PASSWORD).exit_code() == 0
    assert owner(session) == ADMIN
    assert migrated_by_token(containers, session) == 0
    assert owner(session) == APP
    assert may_use(session, ADMIN)
    assert not gets_in_by_token_only(session, ADMIN)
    assert containers.start(**BY_PASSWORD).exit_code() == 0
    assert owner(session) == ADMIN
    assert may_use(session, APP)
    assert not gets_in_by_token_only(session, ADMIN)


def test_once_there_is_the_user_the_administrators_password_is_not_needed(
    containers: Containers, session: Session
) -> None:
    assert migrated_by_token(containers, session) == 0
    assert migrated_by_token(containers, session, DATABASE_ADMIN_PASSWORD="changed") == 0


def test_a_database_without_tokens_is_told_of(containers: Containers, session: Session) -> None:
    session.execute("DROP OWNED BY rds_iam; DROP ROLE rds_iam")
    container = containers.start(**BY_TOKEN)
    assert container.exit_code() == 1
    assert 'FAILED: role "rds_iam" does not exist' in container.last_line()
