"""Prints what the chats of a month used, from Open WebUI's database, for `make usage`: sums, and nothing that was said.

Runs once through ECS Exec, as text in the container of Open WebUI (0.12.4: models/chat_messages.py, models/groups.py),
which has the way to the database and the login. The month is one of UTC, as Bedrock's own metrics are counted.
"""

import json
import os
import sqlite3
import sys
import zlib
from base64 import b64encode
from calendar import timegm
from collections import Counter
from collections.abc import Iterable, Mapping
from time import gmtime, strftime
from typing import Any

from containers.webui_turns import connect

MARK = "webui-usage:"
MILLISECONDS = 10_000_000_000
"""What is above is no time in seconds: old messages were kept in milliseconds."""

ROWS = """
SELECT user_id, model_id, CASE WHEN created_at > {ms} THEN created_at / 1000 ELSE created_at END AS made, usage
FROM chat_message WHERE role = 'assistant' AND created_at IS NOT NULL
AND (created_at BETWEEN {first} AND {last} OR created_at BETWEEN {first}000 AND {last}999)
"""


def read(month: str) -> dict[str, Any]:
    """Sums by user, model and day, with the names for people; `months` are all that have answers."""
    if "DATABASE_URL" in os.environ or "DATABASE_HOST" in os.environ:
        with connect() as session:
            return told(month, session.execute)
    file = sqlite3.connect(f"file:{os.environ['DATA_DIR']}/webui.db?mode=ro", uri=True)
    try:
        return told(month, file.execute)
    finally:
        file.close()


def told(month: str, execute: Any) -> dict[str, Any]:
    """The same by a function that runs SQL; none of what is put into it is a person's."""
    first, last = seconds(month)
    used: dict[tuple[str, str, str], Counter[str]] = {}
    for user, model, made, usage in execute(ROWS.format(ms=MILLISECONDS, first=first, last=last)):
        place = (user or "", model or "", strftime("%Y-%m-%d", gmtime(int(made))))
        used.setdefault(place, Counter()).update(amounts(usage))
    when = f"CASE WHEN created_at > {MILLISECONDS} THEN created_at / 1000 ELSE created_at END"
    ((oldest, newest),) = execute(f"SELECT min({when}), max({when}) FROM chat_message WHERE role = 'assistant'")  # noqa: S608
    users = {user for user, _, _ in used}
    return {
        "rows": [[*place, dict(found)] for place, found in sorted(used.items())],
        "users": {id: email for id, email in execute('SELECT id, email FROM "user"') if id in users},
        "groups": groups(execute, users),
        "bases": {id: base for id, base in execute("SELECT id, base_model_id FROM model") if base},
        "answers": [oldest and strftime("%Y-%m", gmtime(int(at))) for at in (oldest, newest)],
    }


def seconds(month: str) -> tuple[int, int]:
    """The first and the last second of a month."""
    year, number = map(int, month.split("-"))
    after = (year + number // 12, number % 12 + 1, 1, 0, 0, 0)
    return timegm((year, number, 1, 0, 0, 0)), timegm(after) - 1


def amounts(usage: Any) -> dict[str, int]:
    """What one answer used, as Open WebUI counts it; `untold` is 1 when it has no tokens with it."""
    given: Mapping[str, Any] = (json.loads(usage) if isinstance(usage, str) else usage) or {}
    details = given.get("input_tokens_details") or given.get("prompt_tokens_details") or {}
    return {
        "answers": 1,
        "untold": 0 if given else 1,
        "read": int(given.get("input_tokens") or given.get("prompt_tokens") or 0),
        "written": int(given.get("output_tokens") or given.get("completion_tokens") or 0),
        "cached": int(details.get("cached_tokens") or 0),
    }


def groups(execute: Any, users: Iterable[str]) -> dict[str, list[str]]:
    """Names of the groups of each user, with the groups that those lie in."""
    named = {id: (name, above) for id, name, above in execute('SELECT id, name, parent_group_id FROM "group"')}
    found: dict[str, set[str]] = {user: set() for user in users}
    for user, group in execute("SELECT user_id, group_id FROM group_member"):
        place, seen = group, set[str]()
        while user in found and place in named and place not in seen:
            seen.add(place)
            name, place = named[place]
            found[user].add(name)
    return {user: sorted(names) for user, names in found.items()}


if __name__ == "__main__":
    packed = b64encode(zlib.compress(json.dumps(read(sys.argv[1])).encode())).decode()
    for start in range(0, len(packed), 4000):
        print(f"{MARK}{packed[start : start + 4000]}", flush=True)
    print(f"{MARK}end", flush=True)
