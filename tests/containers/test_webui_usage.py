"""What a month's answers used, by Open WebUI's tables: sums by user, model and day of UTC, and no word of a chat."""

import json
import sqlite3
from calendar import timegm
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from containers.webui_usage import amounts, read, seconds, told

TABLES = """
CREATE TABLE chat_message
  (id TEXT, user_id TEXT, role TEXT, model_id TEXT, content TEXT, usage TEXT, created_at BIGINT);
CREATE TABLE "user" (id TEXT, email TEXT);
CREATE TABLE "group" (id TEXT, name TEXT, parent_group_id TEXT);
CREATE TABLE group_member (user_id TEXT, group_id TEXT);
CREATE TABLE model (id TEXT, base_model_id TEXT);
INSERT INTO "user" VALUES ('u1', 'ann@example.com'), ('u2', 'ben@example.com');
INSERT INTO "group" VALUES ('g1', 'Research', NULL), ('g2', 'Lab', 'g1'), ('g3', 'Loop', 'g3');
INSERT INTO group_member VALUES ('u1', 'g2'), ('u1', 'g3'), ('u9', 'g1');
INSERT INTO model VALUES ('helper', 'amazon.nova-pro-v1:0'), ('amazon.nova-pro-v1:0', NULL);
"""
FIRST = timegm((2026, 10, 1, 0, 0, 0))
LAST = timegm((2026, 10, 31, 23, 59, 59))


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.executescript(TABLES)
    yield connection
    connection.close()


def add(database: sqlite3.Connection, made: int, *, user: str = "u1", role: str = "assistant", **usage: int) -> None:
    text = json.dumps(usage) if usage else None
    row = ("m", user, role, "helper", "secret words", text, made)
    database.execute("INSERT INTO chat_message VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def used(database: sqlite3.Connection, month: str = "2026-10") -> dict[str, Any]:
    return told(month, database.execute)


def test_a_month_is_one_of_utc_from_its_first_to_its_last_second(database: sqlite3.Connection) -> None:
    for made in (FIRST - 1, FIRST, LAST, LAST + 1):
        add(database, made, input_tokens=3, output_tokens=2)
    days = {day: amounts["answers"] for _, _, day, amounts in used(database)["rows"]}
    assert days == {"2026-10-01": 1, "2026-10-31": 1}
    assert seconds("2026-12") == (timegm((2026, 12, 1, 0, 0, 0)), timegm((2027, 1, 1, 0, 0, 0)) - 1)


def test_answers_of_a_day_are_added_and_questions_are_not(database: sqlite3.Connection) -> None:
    add(database, FIRST, input_tokens=30, output_tokens=20)
    add(database, FIRST + 60, prompt_tokens=3, completion_tokens=2)
    add(database, FIRST + 90)
    add(database, FIRST, role="user", input_tokens=1000)
    ((user, model, day, found),) = used(database)["rows"]
    assert (user, model, day) == ("u1", "helper", "2026-10-01")
    assert {name: count for name, count in found.items() if count} == {
        "answers": 3,
        "untold": 1,
        "read": 33,
        "written": 22,
    }


def test_times_in_milliseconds_count_as_those_in_seconds(database: sqlite3.Connection) -> None:
    add(database, LAST * 1000 + 999, input_tokens=3)
    assert [row[2] for row in used(database)["rows"]] == ["2026-10-31"]
    assert used(database)["answers"] == ["2026-10", "2026-10"]


def test_names_of_users_groups_and_models_come_along_and_nothing_that_was_said(database: sqlite3.Connection) -> None:
    add(database, FIRST, input_tokens=1)
    add(database, FIRST, user="u7", input_tokens=1)
    found = used(database)
    assert found["users"] == {"u1": "ann@example.com"}
    assert found["groups"] == {"u1": ["Lab", "Loop", "Research"], "u7": []}
    assert found["bases"] == {"helper": "amazon.nova-pro-v1:0"}
    assert "secret" not in json.dumps(found)


def test_without_a_database_server_the_file_of_sqlite_is_read_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABASE_URL", "DATABASE_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(sqlite3.OperationalError):
        read("2026-10")
    with closing(sqlite3.connect(tmp_path / "webui.db")) as file:
        file.executescript(TABLES)
        add(file, FIRST, input_tokens=7)
        file.commit()
    assert read("2026-10")["rows"][0][3]["read"] == 7


def test_an_empty_database_says_so(database: sqlite3.Connection) -> None:
    assert (used(database)["rows"], used(database)["answers"]) == ([], [None, None])


@pytest.mark.parametrize(
    ("usage", "cached"),
    [
        ({"input_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4}}, 4),
        ({"input_tokens": 5, "input_tokens_details": {"cached_tokens": 3}}, 3),
        ({"input_tokens": 5, "prompt_tokens_details": None}, 0),
    ],
)
def test_tokens_from_the_prompt_cache_are_told_apart(usage: dict[str, Any], cached: int) -> None:
    assert amounts(usage) == amounts(json.dumps(usage))
    assert (amounts(usage)["read"], amounts(usage)["cached"]) == (5, cached)
