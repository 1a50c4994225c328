"""What one call of the Pulumi CLI did, read from its event log."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from offline.engine.recording import short_type

_ADDED, _CHANGED, _REPLACED, _REMOVED = "added", "changed", "replaced", "removed"
_ACTIONS: Final = {
    "create": _ADDED,
    "update": _CHANGED,
    "delete": _REMOVED,
    "create-replacement": _REPLACED,
    "delete-replaced": _REPLACED,
    "replace": _REPLACED,
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one call of the CLI did."""

    status: int
    text: str
    """Everything that it printed."""
    done: dict[str, list[str]]
    """`ecs.Service webui-service` by added, changed, replaced, removed; without what awsx makes inside its VPC."""
    failed: dict[str, str]
    """Resources that were refused or failed, and what was said of each."""
    errors: list[str]
    """What was said against the whole run, such as the program's own refusal."""

    @property
    def ok(self) -> bool:
        """Whether the CLI ended well."""
        return self.status == 0


def read(status: int, text: str, events: Path) -> Outcome:
    """The outcome of a call that ended with `status`, printed `text` and wrote its events, one JSON object a line."""
    lines = events.read_text().splitlines() if events.is_file() else []
    operations: dict[str, set[str]] = defaultdict(set)
    said: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        for kind, told in json.loads(line).items():
            if kind == "resOutputsEvent":
                operations[told["metadata"]["urn"]].add(told["metadata"]["op"])
            elif kind == "diagnosticEvent" and told.get("severity") == "error":
                said[told.get("urn", "")].append(told["message"])
    of_run = [urn for urn in said if not urn or "::pulumi:pulumi:Stack::" in urn]
    return Outcome(
        status=status,
        text=text,
        done=_by_action(operations),
        failed={_label(urn): " ".join(texts) for urn, texts in said.items() if urn not in of_run},
        errors=[message for urn in of_run for message in said[urn]],
    )


def _by_action(operations: Mapping[str, set[str]]) -> dict[str, list[str]]:
    done: dict[str, list[str]] = {action: [] for action in (_ADDED, _CHANGED, _REPLACED, _REMOVED)}
    for urn, action in _actions(operations):
        done[action].append(_label(urn))
    return {action: sorted(labels) for action, labels in done.items() if labels}


def _actions(operations: Mapping[str, set[str]]) -> Iterator[tuple[str, str]]:
    for urn, ops in operations.items():
        token = urn.split("::")[2]
        if not token.split("$")[-1].startswith(("aws:", "random:")) or "awsx:ec2:Vpc$" in token:
            continue
        actions = {_ACTIONS[op] for op in ops if op in _ACTIONS}
        if actions:
            yield urn, _REPLACED if _REPLACED in actions else actions.pop()


def _label(urn: str) -> str:
    _, _, token, name = urn.split("::", 3)
    return f"{short_type(token.split('$')[-1])} {name}"
