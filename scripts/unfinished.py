"""What an earlier run of a stack left: resources whose change failed, and operations that it did not live to end.

Pulumi takes a failed change for done: its state holds the new inputs, so that the next `up` sends nothing. Reading
exactly those resources back from AWS shows the difference again. An operation of a run that was killed stays in the
state as pending; a creation among them is adopted when AWS has the resource, since `up` would make a second one or
be refused over its name. `pulumi refresh --import-pending-creates` does not do that: it drops the operation (3.260).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from problems.command import CommandError
from scripts.exported_state import ExportedState, StateResource
from scripts.pulumi_stack import PulumiStack

AWS = "aws:"
SERVICE = "aws:ecs/service:Service"

INTERNAL = ("__defaults", "__name_key", "__meta")

NOT_READ_BACK = {
    "aws:elasticache/replicationGroup:ReplicationGroup": "its AUTH token",
    "aws:rds/cluster:Cluster": "its password",
}
"""What AWS never tells: a change of it that failed looks done."""


@dataclass(frozen=True)
class Unfinished:
    """What has to be looked at before the stack changes."""

    failed: list[StateResource] = field(default_factory=list)
    """Their last creation or change ended in an error."""
    interrupted: list[StateResource] = field(default_factory=list)
    """In the state; they were being changed or deleted when the run died."""
    adopted: dict[str, StateResource] = field(default_factory=dict)
    """By id: they were being created, and AWS may have them under it."""
    lost: list[StateResource] = field(default_factory=list)
    """They were being created, and what AWS calls them is not known."""
    pending: bool = False
    """Whether the state holds any pending operation."""

    def __bool__(self) -> bool:
        return bool(self.failed or self.pending)

    @property
    def services(self) -> list[str]:
        """The names of the ECS services among them."""
        concerned = [*self.failed, *self.interrupted, *self.adopted.values()]
        return [str(resource.inputs.get("name")) for resource in concerned if resource.type == SERVICE]


def find_unfinished(state: ExportedState, id_of: Callable[[StateResource], str | None]) -> Unfinished:
    """Look through a state; `id_of` gives AWS's id of a resource that may exist."""
    pending = list(state.pending())
    left = Unfinished(failed=[resource for resource in state.resources() if resource.errors], pending=bool(pending))
    # A replacement that is made before the old one goes: the old one is there, and `up` makes the new one anew.
    existing = {resource.urn for resource in state.resources() if not resource.entry.get("pendingReplacement")}
    for operation, resource in pending:
        if operation in {"updating", "deleting"}:
            left.interrupted.append(resource)
        elif operation == "creating" and resource.type.startswith(AWS):
            identity = None if resource.urn in existing else id_of(resource)
            if identity:
                left.adopted[identity] = resource
            else:
                left.lost.append(resource)
    return left


def describe(left: Unfinished) -> Iterator[str]:
    """Lines for people."""
    for resource in left.failed:
        yield f"failed before: {resource}: {_first_line(resource.errors[0])}"
        if resource.type in NOT_READ_BACK:
            yield f"  AWS does not tell {NOT_READ_BACK[resource.type]}: if that was to change, replace it once more"
    for resource in left.interrupted:
        yield f"was interrupted: {resource}"
    for identity, resource in left.adopted.items():
        yield f"was being created: {resource} ({identity})"
    for resource in left.lost:
        yield f"was being created: {resource}{_wanted_name(resource)}"


def describe_lost(left: Unfinished) -> Iterator[str]:
    """Lines about what AWS may have and no state holds."""
    if left.lost:
        yield "AWS may have these from the run that died, beside those of the stack. Look there, and delete them:"
        yield from (f"  {resource}{_wanted_name(resource)}" for resource in left.lost)


def mend(stack: PulumiStack, state: ExportedState, left: Unfinished) -> int:
    """Adopt what may exist, forget what is pending, read all of it back from AWS; give the CLI's exit status.

    Raises CommandError when the state
    has changed meanwhile, PulumiError when the CLI cannot write it.
    """
    if left.pending:
        # `stack import` drops every pending operation, and whatever a run that lives has written since.
        if stack.read("stack", "export") != state.document:
            raise CommandError(f"The state of {stack.name} changes: somebody works on it. Nothing was changed here.")
        stack.write(json.dumps(_with_adopted(state, left)), "stack", "import")
    concerned = [*left.failed, *left.interrupted, *left.adopted.values()]
    targets = [word for urn in sorted({resource.urn for resource in concerned}) for word in ("--target", urn)]
    if not targets:
        return 0
    return stack.run("refresh", "--stack", stack.name, "--yes", "--skip-preview", *targets)


def _with_adopted(state: ExportedState, left: Unfinished) -> dict[str, object]:
    adopted = {}
    for identity, resource in left.adopted.items():
        # As outputs its inputs: what AWS does not give back (a password) is what the creation was asked for.
        asked = {name: value for name, value in resource.inputs.items() if name not in INTERNAL}
        adopted[resource.urn] = {**resource.entry, "id": identity, "outputs": asked}
    # A resource comes after what it depends on: one that was to replace another keeps that one's place.
    entries = [adopted.pop(entry["urn"], entry) for entry in state.entries] + list(adopted.values())
    return {**state.document, "deployment": {**state.document["deployment"], "resources": entries}}


def _wanted_name(resource: StateResource) -> str:
    inputs = resource.inputs
    name = inputs.get("name") or (inputs.get("tags") or {}).get("Name")
    return f" ({name})" if name else ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
