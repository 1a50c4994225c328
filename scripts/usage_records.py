"""What Open WebUI's database knows of a month, read by its own container through ECS Exec.

Not by Open WebUI's analytics API: it gives tokens by user or by model, and dollars need both at once; its list of
messages has what was said; and both want an administrator's password. The container has the way to the database and
its login already, and prints sums alone.
"""

import json
import subprocess
import zlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from containers import programs
from containers.webui_usage import MARK
from health.deployed import Deployed
from problems.command import CommandError, require
from scripts import tunnel
from scripts.exec_task import find_exec_task
from scripts.first_account import WEBUI

LAST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Used:
    """What one user's answers of one model used on one day."""

    user: str
    """The e-mail address; the id of an account that is gone."""
    groups: Sequence[str]
    model: str
    """As the gateway knows it."""
    day: str
    answers: int
    untold: int
    """Answers without tokens: they failed, were cut, or are older than the stack's asking for tokens."""
    read: int
    written: int
    cached: int
    """Of those that were read, from the prompt cache."""


@dataclass(frozen=True, kw_only=True)
class Records:
    """A month, and which months there are."""

    used: Sequence[Used]
    first_month: str | None
    last_month: str | None


def ask(deployed: Deployed, month: str) -> Records:
    """Let a running task of Open WebUI look. Raises MissingError, CommandError, one of AWS_ERRORS."""
    require(tunnel.missing_tools())
    task = find_exec_task(deployed, WEBUI)
    here = ["--cluster", task.cluster, "--task", task.task_id, "--container", task.container]
    words = ["aws", "ecs", "execute-command", *here, "--interactive", "--command", remote_command(month)]
    # The session ends when its input does: it stays open until the command has answered.
    with subprocess.Popen(
        [*words, *tunnel.place(deployed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as session:
        lines = [line.rstrip("\r\n") for line in session.stdout or ()]
    return understood(lines)


def remote_command(month: str) -> str:
    """The program as one command that ECS Exec takes: compressed, since it becomes a parameter of a session."""
    *python, text = programs.command("webui_usage")
    packed = b64encode(zlib.compress(text.encode())).decode()
    return f"{' '.join(python)} \"import base64, zlib; exec(zlib.decompress(base64.b64decode('{packed}')))\" {month}"


def understood(lines: Iterable[str]) -> Records:
    """What the program printed, among what the session says of itself. Raises CommandError."""
    lines = list(lines)
    marked = [line.partition(MARK)[2] for line in lines if MARK in line]
    try:
        *packed, end = marked or [""]
        # Cut before its end it cannot be decompressed, whatever the last line is.
        return _records(json.loads(zlib.decompress(b64decode("".join(packed) if end == "end" else ""))))
    except (ValueError, NotBase64, zlib.error) as error:
        told = "\n".join(line for line in lines if line and MARK not in line).strip().splitlines()[-LAST_LINES:]
        raise CommandError("\n".join(["Open WebUI's task did not tell what was used:", *told])) from error


def _records(told: Mapping[str, Any]) -> Records:
    users, groups, bases = told["users"], told["groups"], told["bases"]
    return Records(
        used=[
            Used(
                user=users.get(user) or f"{user or 'nobody'} (account is gone)",
                groups=groups.get(user, []),
                model=bases.get(model, model),
                day=day,
                **amounts,
            )
            for user, model, day, amounts in told["rows"]
        ],
        first_month=told["answers"][0],
        last_month=told["answers"][1],
    )
