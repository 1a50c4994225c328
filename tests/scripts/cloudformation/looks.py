"""Short looks at a mapping, and a system with other facts."""

import dataclasses
from typing import Any

from scripts.cloudformation.mapping import Plan
from scripts.cloudformation.system import System


def urns(resources: list[dict[str, Any]]) -> dict[str, str]:
    """Every entry's URN by the rules of `pulumi import`: the parent is found by its name."""
    by_name = {entry["name"]: entry for entry in resources}

    def types(entry: dict[str, Any]) -> str:
        parent = entry.get("parent")
        return f"{types(by_name[parent])}${entry['type']}" if parent else str(entry["type"])

    return {
        f"urn:pulumi:demo::webui-bedrock::{types(entry)}::{entry['name']}": entry.get("id", "") for entry in resources
    }


def imported(plan: Plan) -> dict[str, str]:
    """Import id by logical id of the template."""
    return {found.live.resource.logical_id: found.id for found in plan.imports}


def left(plan: Plan) -> dict[str, str]:
    """Reason by logical id of the template."""
    return {found.resource.logical_id: found.reason for found in plan.left}


def amend(system: System, logical_id: str, **facts: object) -> System:
    """The system with other facts about one resource."""
    changed = [
        dataclasses.replace(live, facts={**live.facts, **facts}) if live.resource.logical_id == logical_id else live
        for live in system.present
    ]
    return dataclasses.replace(system, present=tuple(changed))
