"""The file that `pulumi import --file` takes."""

from importlib.metadata import version
from typing import Any

from offline.engine.recording import Recording, Resource
from scripts.cloudformation.mapping import Plan

Entry = dict[str, Any]


def import_file(plan: Plan, recording: Recording) -> dict[str, list[Entry]]:
    """Every import, after the components that are its ancestors; types, names and parents as the program has them.

    The version is the program's own: without it the CLI would import with whichever provider is the newest.
    """
    components: dict[str, Entry] = {}
    entries = []
    provider = {"version": version("pulumi-aws")}
    for imported in plan.imports:
        for ancestor in ancestors(imported.resource, recording):
            components.setdefault(ancestor.urn, _entry(ancestor, recording, component=True))
        entries.append(_entry(imported.resource, recording, id=imported.id) | provider)
    return {"resources": [*components.values(), *entries]}


def ancestors(resource: Resource, recording: Recording) -> list[Resource]:
    """Outermost first."""
    parent = recording.component(resource.urn)
    return [] if parent is None else [*ancestors(parent, recording), parent]


def _entry(resource: Resource, recording: Recording, **more: object) -> Entry:
    parent = recording.component_name(resource.urn)
    return {"type": resource.type, "name": resource.name, **more} | ({"parent": parent} if parent else {})
