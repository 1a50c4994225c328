"""Whether a release of Open WebUI fits the stack: its variables and paths against what the stack sets and routes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aws_rules import path_patterns
from aws_rules.open_webui_paths import GATEWAY_PATHS, is_open_webui
from offline.engine.recording import Recording
from problems import Problem
from problems.command import missing
from scripts.open_webui_release import Release

WEBUI = "webui"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What a release means for the stack."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    migrates: bool
    """Whether it changes the database's schema."""


def fit(plan: Recording, before: Release, after: Release) -> Fit:
    """Compare two releases as far as the stack's plan meets them."""
    gone = before.variables - after.variables
    added = after.migrations - before.migrations
    return Fit(
        problems=(*_lost_variables(plan, gone), *_paths(plan, after)),
        notes=(
            f"variables: {len(after.variables - before.variables)} new, {len(gone)} gone, none of these set here",
            f"paths: {len(after.paths - before.paths)} new, {len(before.paths - after.paths)} gone",
            f"database: {len(added)} migrations" + (": the way back is the snapshot" if added else ""),
        ),
        migrates=bool(added),
    )


def _lost_variables(plan: Recording, gone: frozenset[str]) -> Iterator[Problem]:
    lost = sorted(gone & _set_variables(plan))
    if lost:
        yield missing(
            f"variables that this stack sets and the release does not read any more: {', '.join(lost)}",
            "Read in the release's notes what has taken their place. One in webui.env: correct the stack's file.\n"
            "Another: take a version of this program that knows the release.",
        )


def _set_variables(plan: Recording) -> set[str]:
    definitions = next(
        one.inputs["containerDefinitions"]
        for one in plan.resources
        if one.type == "aws:ecs/taskDefinition:TaskDefinition" and one.name == f"{WEBUI}-task"
    )
    containers: list[Mapping[str, list[Mapping[str, str]]]] = json.loads(str(definitions))
    entries = (entry for one in containers for kind in ("environment", "secrets") for entry in one.get(kind, ()))
    return {entry["name"] for entry in entries}


def _paths(plan: Recording, after: Release) -> Iterator[Problem]:
    if lost := [path for path in GATEWAY_PATHS if path not in after.paths]:
        yield missing(
            f"the paths that the gateway answers in Open WebUI's place: it has no {', '.join(lost)} any more",
            "Take a version of this program that knows the release.",
        )
    new = [path for path in sorted(after.paths) if not is_open_webui(path)]
    for rule, pattern in _patterns(plan):
        taken = [path for path in new if path_patterns.overlaps(pattern, path)]
        if taken:
            what = f"a path of its own for {rule}: {pattern} takes {taken[0]}, which is Open WebUI's now"
            yield missing(what, "Give the service another path.")


def _patterns(plan: Recording) -> Iterator[tuple[str, str]]:
    """The path patterns of other services, by the name of their rule."""
    for rule in plan.resources:
        if rule.type == "aws:lb/listenerRule:ListenerRule" and not rule.name.startswith(f"{WEBUI}-"):
            for condition in rule.inputs.get("conditions") or []:
                yield from ((rule.name, pattern) for pattern in (condition.get("pathPattern") or {}).get("values", ()))
