"""Whose Open WebUI's tables are: those of the user that it logs in as, with a password or with a token of IAM.

`webui_migrate.py` has this text before its own. Whoever is a member of `rds_iam`, however indirectly, gets in with a
token only: the administrator must not be a member of the user that logs in with one, but for one transaction.
"""

import os
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from containers.webui_turns import LOGIN, connect

ADMINISTRATOR = {**LOGIN, "user": "DATABASE_ADMIN_USER", "password": "DATABASE_ADMIN_PASSWORD"}
OWNING = 0x77656F77  # "weow" as a number: one task at a time


def own_tables() -> None:
    """Let the user of the application own all tables; with a token for a password, make that user first.

    The former owner keeps the right to use them: its tasks run until the new ones are healthy.
    """
    user = os.environ["DATABASE_USER"]
    by_token = "DATABASE_ADMIN_USER" in os.environ
    if by_token and owns_tables():
        return
    with connect(ADMINISTRATOR if by_token else LOGIN) as session, session.transaction():
        # Nobody's question waits longer behind this one.
        session.execute("SET LOCAL lock_timeout = '5s'")
        session.execute("SELECT pg_advisory_xact_lock(%s)", [OWNING])
        administrator = session.info.user
        if by_token:
            make_user(session, user)
        for owner in [administrator] if by_token else users_by_token(session):
            hand_over(session, owner, user, user if by_token else owner)


def owns_tables() -> bool:
    """Whether the application's user gets in and owns all tables: the administrator is then not needed."""
    query = "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tableowner <> current_user"
    try:
        with connect() as session:
            return not session.execute(query, [schema_name()]).fetchone()
    except psycopg.OperationalError:
        return False


def make_user(session: psycopg.Connection[Any], user: str) -> None:
    """A user that gets in with a token, and may create tables; extensions are the administrator's to create."""
    name = Identifier(user)
    if not session.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [user]).fetchone():
        session.execute(SQL("CREATE ROLE {} LOGIN").format(name))
    session.execute(SQL("GRANT rds_iam TO {}").format(name))
    session.execute(SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema(), name))
    if session.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'").fetchone():
        session.execute("CREATE EXTENSION IF NOT EXISTS vector")


def users_by_token(session: psycopg.Connection[Any]) -> list[str]:
    """Who owned tables when Open WebUI logged in with a token."""
    query = (
        "SELECT DISTINCT tableowner FROM pg_tables JOIN pg_roles AS iam ON iam.rolname = 'rds_iam' "
        "JOIN pg_roles AS owner ON owner.rolname = tableowner "
        "JOIN pg_auth_members ON roleid = iam.oid AND member = owner.oid WHERE schemaname = %s"
    )
    return [owner for (owner,) in session.execute(query, [schema_name()])]


def hand_over(session: psycopg.Connection[Any], owner: str, user: str, by_token: str) -> None:
    """Give the tables of `owner` to `user`; one of the two is who runs this, the other is `by_token`."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tableowner = %s"
    tables = session.execute(query, [schema_name(), owner]).fetchall()
    if not tables:
        return
    session.execute(SQL("GRANT {} TO CURRENT_USER").format(Identifier(by_token)))
    for (table,) in tables:
        names = schema(), Identifier(table), Identifier(user)
        session.execute(SQL("ALTER TABLE {}.{} OWNER TO {}").format(*names))
    for kind in ("TABLES", "SEQUENCES"):
        session.execute(SQL("GRANT ALL ON ALL {} IN SCHEMA {} TO {}").format(SQL(kind), schema(), Identifier(owner)))
    session.execute(SQL("REVOKE {} FROM CURRENT_USER").format(Identifier(by_token)))


def schema_name() -> str:
    """Where Open WebUI has its tables."""
    return os.environ.get("DATABASE_SCHEMA") or "public"


def schema() -> Identifier:
    """The same in a statement."""
    return Identifier(schema_name())
