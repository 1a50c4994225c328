"""The mapping: every resource of the CloudFormation stack and every one of the program, each in one place with why."""

from collections.abc import Iterator
from dataclasses import dataclass

from offline.difference.replacement import forces_replacement
from offline.engine.recording import Recording, Resource
from scripts.cloudformation import reasons
from scripts.cloudformation.kinds import KINDS, Context, Kind
from scripts.cloudformation.stack import CfnResource
from scripts.cloudformation.system import Live, System


@dataclass(frozen=True, kw_only=True)
class Import:
    """A live resource that becomes the program's."""

    live: Live
    resource: Resource
    id: str
    """What the provider's import takes."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """A live resource that stays outside Pulumi."""

    resource: CfnResource
    reason: str


@dataclass(frozen=True, kw_only=True)
class Created:
    """A resource of the program that the first `make up` creates."""

    resource: Resource
    reason: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Nothing is in two of these, and nothing is missing."""

    imports: tuple[Import, ...]
    left: tuple[Left, ...]
    created: tuple[Created, ...]


def map_resources(system: System, recording: Recording) -> Plan:
    """Match what runs with what the program registers; components follow their children."""
    context = Context(system=system, recording=recording)
    imports: list[Import] = []
    left = [Left(resource=resource, reason=reasons.GONE) for resource in system.gone]
    instead: dict[str, str] = {}
    # In the order of KINDS: what belongs to another comes after it.
    position = {cfn_type: number for number, cfn_type in enumerate(KINDS)}
    for live in sorted(system.present, key=lambda live: position.get(live.resource.type, len(position))):
        kind = KINDS.get(live.resource.type)
        if kind is None:
            left.append(Left(resource=live.resource, reason=reasons.left_behind(live.resource)))
            continue
        taken = {one.resource.urn for one in imports}
        match = next(_matches(context, kind, live, taken), None)
        if match is None:
            left.append(Left(resource=live.resource, reason=reasons.without_match(live.resource)))
        elif reason := _refusal(kind, live, match, imports):
            left.append(Left(resource=live.resource, reason=reason))
            instead[match.urn] = f"in place of {live.resource.logical_id}: {reason}"
        else:
            imports.append(Import(live=live, resource=match, id=kind.import_id(live)))
    imported = {one.resource.urn for one in imports}
    created = [
        Created(resource=resource, reason=instead.get(resource.urn) or reasons.created(resource))
        for resource in recording.resources
        if resource.custom and resource.urn not in imported
    ]
    return Plan(imports=tuple(imports), left=tuple(left), created=tuple(created))


def _matches(context: Context, kind: Kind, live: Live, taken: set[str]) -> Iterator[Resource]:
    for resource in context.recording.of_type(kind.type):
        if resource.urn not in taken and kind.matches(context, live, resource):
            yield resource


def _refusal(kind: Kind, live: Live, resource: Resource, imports: list[Import]) -> str:
    """Why an import would end in a replacement; empty when it would not."""
    imported = {one.resource.type for one in imports}
    if kind.belongs_to and kind.belongs_to not in imported:
        return f"the {kind.belongs_to.rpartition(':')[2]} that it belongs to cannot be imported"
    for name, value in kind.inputs(live).items():
        wanted = resource.inputs.get(name)
        if forces_replacement(kind.type, name, value, wanted) and wanted != value:
            return f"its {name} is {_text(value)} and would be {_text(wanted)}, which AWS changes by replacement only"
    return ""


def _text(value: object) -> str:
    return "not set" if value is None else str(value)
