"""Under which URNs a resource may be known to the state: its aliases, and those it inherits from renamed parents."""

from typing import Any

from offline.engine.recording import Recording, Resource, urn_of


def previous_urns(recording: Recording, stack: str, project: str) -> dict[str, list[str]]:
    """The former URNs of every resource, as the engine would look for them; the present one is not among them."""
    by_urn = {resource.urn: resource for resource in recording.resources}
    former: dict[str, list[str]] = {}

    def resolve(resource: Resource) -> list[str]:
        if resource.urn in former:
            return former[resource.urn]
        parent = by_urn.get(resource.parent or "")
        parents = [parent.urn, *resolve(parent)] if parent else [None]
        urns: list[str] = []
        for former_parent in parents:
            name = _inherited_name(resource, parent, former_parent)
            urns.append(urn_of(stack, project, former_parent, resource.type, name))
            urns += [_aliased(alias, resource, name, former_parent, stack, project) for alias in resource.aliases]
        former[resource.urn] = [urn for urn in dict.fromkeys(urns) if urn != resource.urn]
        return former[resource.urn]

    for resource in recording.resources:
        resolve(resource)
    return former


def _inherited_name(resource: Resource, parent: Resource | None, former_parent: str | None) -> str:
    """A child whose name begins with that of its renamed parent was called after the parent's former name."""
    if parent is None or former_parent is None or not resource.name.startswith(parent.name):
        return resource.name
    return former_parent.rsplit("::", 1)[-1] + resource.name.removeprefix(parent.name)


def _aliased(alias: dict[str, Any], resource: Resource, name: str, parent: str | None, stack: str, project: str) -> str:
    if "urn" in alias:
        return str(alias["urn"])
    former_parent = None if alias.get("noParent") else alias.get("parentUrn") or parent
    return urn_of(
        alias.get("stack") or stack,
        alias.get("project") or project,
        former_parent,
        alias.get("type") or resource.type,
        alias.get("name") or name,
    )
