"""The file that `pulumi import --file` takes."""

from importlib.metadata import version
from typing import Any

from offline.engine.recording import Recording, Resource
from scripts.cloudformation.mapping import Import, Plan

Entry = dict[str, Any]


def import_file(plan: Plan, recording: Recording) -> dict[str, list[Entry]]:
    """Every import, after the components that are its ancestors; types, names and parents as the program has them.

    The version is the program's own: without it the CLI would import with whichever provider is the newest.
    """
    components: dict[str, Entry] = {}
    entries = []
    for imported in plan.imports:
        for ancestor in _ancestors(imported.resource, recording):
            components.setdefault(ancestor.urn, _component(ancestor, recording))
        entries.append(_import(imported, recording))
    return {"resources": [*components.values(), *entries]}


def _ancestors(resource: Resource, recording: Recording) -> list[Resource]:
    """Outermost first."""
    parent = recording.component(resource.urn)
    return [] if parent is None else [*_ancestors(parent, recording), parent]


def _component(resource: Resource, recording: Recording) -> Entry:
    return {"type": resource.type, "name": resource.name, "component": True} | _parent(resource, recording)


def _import(imported: Import, recording: Recording) -> Entry:
    provider = {"version": version("pulumi-aws")}
    entry = {"type": imported.resource.type, "name": imported.resource.name, "id": imported.id}
    return entry | _parent(imported.resource, recording) | provider


def _parent(resource: Resource, recording: Recording) -> Entry:
    parent = recording.component(resource.urn)
    return {"parent": parent.name} if parent else {}
