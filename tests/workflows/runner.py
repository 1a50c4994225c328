"""A workflow's runner that is not real: stand-ins for make and gh that record and answer."""

import json
from pathlib import Path
from typing import Any

from scripts.github import BOT

MAKE = """#!/bin/sh
printf '%s\\n' "$@" > "$RECORDS/make"
printf '%s\\n' "$PULUMI_DEBUG_COMMANDS" > "$RECORDS/debug"
cat "$RECORDS/output"
for word in "$@"; do
    case "$word" in *--event-log*) cat "$RECORDS/events" > "${word##*--event-log }" ;; esac
done
exit "$(cat "$RECORDS/status")"
"""
GH = """#!/bin/sh
case "$*" in
    *"--paginate --slurp"*) echo "$*" > "$RECORDS/listed"; cat "$RECORDS/page" ;;
    *) echo "$*" >> "$RECORDS/sent"; cat >> "$RECORDS/body" ;;
esac
if [ -f "$RECORDS/refused" ]; then echo "HTTP 403" >&2; exit 1; fi
"""


class Runner:
    """A workflow's runner: what was called, and what its programs answer."""

    def __init__(self, records: Path) -> None:
        self.records = records
        self.answer("status", "0")
        self.answer("output", "Plan of the stack\n")
        self.answer("page", "[[]]")
        self.answer("events", '{"preludeEvent": {}}\n')

    def answer(self, name: str, text: str) -> None:
        (self.records / name).write_text(text)

    def read(self, name: str) -> str:
        file = self.records / name
        return file.read_text() if file.exists() else ""

    def found(self, marker: str, login: str = BOT) -> None:
        items = [{"id": 7, "number": 7, "user": {"login": login}, "body": f"{marker}\nold"}]
        self.answer("page", json.dumps([[{"id": 1, "number": 1, "user": {"login": BOT}, "body": None}], items]))

    def drift(self) -> None:
        self.answer("output", "error: no changes were expected for preview but changes were proposed\n")
        self.answer("status", "2")

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read("body"))
        return found
