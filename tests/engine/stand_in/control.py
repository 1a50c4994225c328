"""What a test can ask of the account, as `POST /_strict {"cmd": ..., ...}`.

| cmd | with | does |
|---|---|---|
| inject | action, match, times, code, message, after | lets an operation fail, `after`: when it was carried out |
| clear | | takes all injections back |
| ecs_fail | services: [names] | lets the deployments of these services fail from now on |
| set | key, value | sets what `knobs.py` lists |
| run_schedule | name | does what a scheduled action does at its hour; "ran": how many |
| raise_versions | aurora, valkey | lets AWS raise what runs to a minor version |
| log | since: a number | "log": changes and failures from that one on |
| rules | | "rules": every rule with its source |
| inventory | | "inventory": what is in the account, by kind |
| fork | port | serves a copy of the account there (0: a free port); "pid", "port" |
| deaf | seconds | answers nobody for a while |
"""

import json
from collections.abc import Callable
from dataclasses import fields
from queue import Queue
from typing import Any

from tests.engine.stand_in import model
from tests.engine.stand_in.account import backend
from tests.engine.stand_in.calls import Answer
from tests.engine.stand_in.inventory import inventory
from tests.engine.stand_in.knobs import KNOBS
from tests.engine.stand_in.rules import RULES
from tests.engine.stand_in.server import Injection, StandIn
from tests.engine.stand_in.services.scaling import run_scheduled_action

Command = dict[str, Any]
Job = tuple[Command, Queue[Command]]
"""A command for the process's main thread, and where it puts what it has to tell."""


class Control:
    """The commands of one account."""

    def __init__(self, account: StandIn) -> None:
        self.account = account
        self.jobs: Queue[Job] = Queue()

    def __call__(self, command: Command) -> Answer:
        """Do a command; an unknown one, or one that lacks something, is a 400 that says so."""
        commands: dict[str, Callable[[Command], Command]] = {
            "inject": self._inject,
            "clear": self._clear,
            "ecs_fail": lambda c: _set("failing_services", set(c["services"])),
            "set": lambda c: _set(c["key"], c["value"]),
            "run_schedule": lambda c: {"ran": run_scheduled_action(c["name"])},
            "raise_versions": _raise_versions,
            "log": lambda c: {"log": self.account.log[c.get("since", 0) :]},
            "rules": lambda _: {"rules": table_of_rules()},
            "inventory": lambda _: {"inventory": inventory()},
            "fork": self._in_main_thread,
            "deaf": self._in_main_thread,
        }
        status, told = 200, dict[str, Any]()
        try:
            told = commands[command["cmd"]](command)
        except (KeyError, TypeError, ValueError, OSError) as error:
            status, told = 400, {"error": f"{type(error).__name__}: {error}; commands: {', '.join(commands)}"}
        return Answer(
            status=status,
            headers={"Content-Type": "application/json"},
            body=json.dumps(command | told, default=str).encode(),
        )

    def _inject(self, command: Command) -> Command:
        wanted = {key: value for key, value in command.items() if key != "cmd"}
        self.account.injections.append(Injection(**wanted))
        return {}

    def _clear(self, _: Command) -> Command:
        self.account.injections.clear()
        return {}

    def _in_main_thread(self, command: Command) -> Command:
        done: Queue[Command] = Queue()
        self.jobs.put((command, done))
        told = done.get()
        if "error" in told:
            raise OSError(told["error"])
        return told


def _set(key: str, value: Any) -> Command:
    known = [knob.name for knob in fields(KNOBS)]
    if key not in known:
        raise ValueError(f"no such key, there are {', '.join(known)}")
    setattr(KNOBS, key, value)
    return {}


def _raise_versions(command: Command) -> Command:
    if version := command.get("aurora"):
        for cluster in backend("rds").clusters.values():
            cluster.engine_version = version
    if version := command.get("valkey"):
        for group in backend("elasticache").replication_groups.values():
            group.engine_version = version
    return {}


def table_of_rules() -> list[dict[str, str]]:
    """Every rule: where it stands, what it is called, who says so."""
    every = {"service": "every service", "operation": "every operation", "name": "model", "source": model.SOURCE}
    return [every] + [
        {"service": service, "operation": operation, "name": rule.name, "source": rule.source}
        for (service, operation), rules in sorted(RULES.items())
        for rule in rules
    ]
