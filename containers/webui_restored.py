"""Looks into a restored copy of Open WebUI's database: the rows of each table, and who could sign in there.

`make restore` runs it once as `python -c` in a task of Open WebUI whose variables name the copy. The container that
migrates has run before, so that the image's version takes the copy is seen too. The argument is the host of the
database that runs.
"""

import os
import sys
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from containers.webui_turns import connect, log_line

# An account signs in with its password's hash, whoever vouches for it; `pending` ones wait for an administrator.
SIGN_INS = """SELECT count(*) FROM auth JOIN "user" USING (id)
    WHERE auth.active AND "user".role <> 'pending' AND auth.password ~ '^[$](2[abxy]|argon2)'"""


@dataclass(frozen=True)
class Contents:
    """What a database holds."""

    rows: dict[str, int]
    accounts: int


def contents(session: psycopg.Connection[Any]) -> Contents:
    """Count every table's rows, and the accounts that can sign in."""
    schema = os.environ.get("DATABASE_SCHEMA") or "public"
    session.execute("SELECT set_config('search_path', %s, false)", [schema])
    tables = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
    rows = {}
    for (table,) in sorted(tables):
        rows[table] = number(session, SQL("SELECT count(*) FROM {}").format(Identifier(table)))
    return Contents(rows, number(session, SQL(SIGN_INS)) if {"auth", "user"} <= rows.keys() else 0)


def number(session: psycopg.Connection[Any], query: Any) -> int:
    """The one number that a query gives."""
    found = session.execute(query).fetchone()
    return int(found[0]) if found else 0


def fault(copy: Contents, running: Contents) -> str:
    """What speaks against the copy; empty when nothing does."""
    if lost := sorted(running.rows.keys() - copy.rows.keys()):
        return f"the copy has no table {', '.join(lost)}"
    if running.accounts and not copy.accounts:
        return "nobody could sign in on the copy"
    return ""


def compare(running_host: str) -> int:
    """Tell of both databases; 1 when the copy could not take the other's place."""
    with connect() as session:
        copy = contents(session)
    os.environ["DATABASE_HOST"] = running_host
    with connect() as session:
        running = contents(session)
    for table, count in copy.rows.items():
        if count or running.rows.get(table):
            log_line("webui-restored", f"{table}: {count} rows, {running.rows.get(table, 0)} in the database that runs")
    log_line("webui-restored", f"{copy.accounts} accounts can sign in, {running.accounts} where it runs")
    if wrong := fault(copy, running):
        log_line("webui-restored", wrong, "error")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(compare(sys.argv[1]))
