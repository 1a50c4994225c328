"""What changes from one plan of a stack to another: added, removed, changed and replaced, and whether data is lost."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce

from offline.difference import refusals
from offline.difference.aliases import previous_urns
from offline.difference.following import Pair, computed, follow_replacements
from offline.difference.losses import loss, out_of_sight, way_out
from offline.difference.notes import notes
from offline.difference.property_changes import PropertyChange, changes
from offline.difference.refusals import Refusal
from offline.engine.protobuf import Json, with_leaves
from offline.engine.recording import Recording, Resource


class Action(StrEnum):
    """What happens to a resource."""

    ADDED = "added"
    CHANGED = "changed"
    REPLACED = "replaced"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """One resource that does not stay as it is."""

    action: Action
    type: str
    """As a Python program writes it: `ecs.Service`."""
    name: str
    component: str
    """Name of the component it belongs to; empty directly under the stack."""
    properties: tuple[PropertyChange, ...] = ()
    loses: str = ""
    """What is lost with the old resource; empty when it holds no data or is kept in AWS."""
    hides: str = ""
    """What is still there, but no longer seen, without the old resource."""
    way_out: str = ""
    """What keeps that data, or brings it back."""
    notes: tuple[str, ...] = ()
    """What follows from the change and is not plain from its values."""
    protected: bool = False
    """The old one is protected: Pulumi refuses to delete it until the protection is taken away."""
    renamed_from: str = ""
    """Logical name in the base, when an alias says that it is the same resource."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """All changes, by component and name."""

    project: str
    stack: str
    resources: tuple[ResourceChange, ...]
    outputs: tuple[PropertyChange, ...]
    """Stack outputs that come, go or get another value."""
    unchanged: int
    refusals: tuple[Refusal, ...] = ()
    """What AWS cannot finish; the rest of the difference stops at it half way."""

    @property
    def data_losses(self) -> list[ResourceChange]:
        """The removals and replacements that lose data."""
        return [change for change in self.resources if change.loses]

    @property
    def out_of_sight(self) -> list[ResourceChange]:
        """The removals and replacements after which data is still there, but no longer seen."""
        return [change for change in self.resources if change.hides]


def difference_between(old: Recording, new: Recording) -> Difference:
    """The way from `old` to `new`, two runs that were no previews.

    Made-up ids are the same on both sides as long as type and name are; those of a renamed resource are
    translated, as AWS keeps the id.
    """
    before, after = _managed(old), _managed(new)
    pairs = _pairs(old, new, before, after)
    moved = _translations(pairs.values())
    for pair in pairs.values():
        pair.changes = _changes(pair, moved)
    follow_replacements(pairs, new.aws)
    kept = {pair.old.urn for pair in pairs.values()}
    resource_changes = [
        *(_change(new, Action.ADDED, resource) for urn, resource in after.items() if urn not in pairs),
        *(_change(old, Action.REMOVED, resource) for urn, resource in before.items() if urn not in kept),
        *(
            _change(new, Action.REPLACED if pair.replaced else Action.CHANGED, pair.new, pair)
            for pair in pairs.values()
            if pair.changes
        ),
    ]
    return Difference(
        project=new.project,
        stack=new.stack,
        resources=tuple(sorted(resource_changes, key=lambda change: (change.component, change.name, change.type))),
        outputs=tuple(
            changes(_translate(old.outputs, moved), new.outputs, secrets=old.secret_outputs | new.secret_outputs)
        ),
        unchanged=sum(1 for pair in pairs.values() if not pair.changes),
        refusals=tuple(refusals.refused(refusals.recorded(old), new)),
    )


def _managed(recording: Recording) -> dict[str, Resource]:
    return {r.urn: r for r in recording.resources if r.is_provided and not r.read}


def _pairs(
    old: Recording, new: Recording, before: Mapping[str, Resource], after: Mapping[str, Resource]
) -> dict[str, Pair]:
    """By the new URN. A resource of the same URN wins over one that an alias names."""
    pairs = {urn: Pair(before[urn], resource) for urn, resource in after.items() if urn in before}
    taken = set(pairs)
    formerly = previous_urns(new, old.stack, old.project)
    for urn in after.keys() - pairs.keys():
        former = next((u for u in formerly[urn] if u in before and u not in taken), None)
        if former is not None:
            taken.add(former)
            pairs[urn] = Pair(before[former], after[urn])
    return dict(sorted(pairs.items()))


def _translations(pairs: Iterable[Pair]) -> dict[str, str]:
    """Made-up ids of renamed resources: old to new, the longest first, because an ARN may end with an id."""
    words: dict[str, str] = {}
    for pair in pairs:
        if pair.old.name != pair.new.name:
            before, after = computed(pair.old), computed(pair.new)
            words |= {before[key]: after[key] for key in before.keys() & after.keys() if before[key] != after[key]}
    return dict(sorted(words.items(), key=lambda item: -len(item[0])))


def _translate(values: Mapping[str, Json], words: Mapping[str, str]) -> dict[str, Json]:
    def translated(leaf: Json) -> Json:
        return reduce(lambda text, word: text.replace(*word), words.items(), leaf) if isinstance(leaf, str) else leaf

    return {key: with_leaves(value, translated) for key, value in values.items()}


def _changes(pair: Pair, moved: Mapping[str, str]) -> list[PropertyChange]:
    secrets = pair.old.secret_paths | pair.new.secret_paths
    all_changes = changes(_translate(pair.old.inputs, moved), pair.new.inputs, secrets=secrets)
    kept = [
        replace(change, forces_replacement=pair.forces(change)) for change in all_changes if not pair.ignores(change)
    ]
    return [*kept, *_triggered(pair)]


def _triggered(pair: Pair) -> Iterator[PropertyChange]:
    """As the engine: a trigger that comes or goes is only written down (`shouldTriggerReplace`)."""
    old, new = pair.old.replacement_trigger, pair.new.replacement_trigger
    if None not in (old, new) and old != new:
        yield PropertyChange(path="replacementTrigger", old=old, new=new, forces_replacement=True)


def _change(recording: Recording, action: Action, resource: Resource, pair: Pair | None = None) -> ResourceChange:
    """What happens to `resource`, which is in `recording`: the new one of a pair."""
    deleted = {Action.REMOVED: resource, Action.REPLACED: pair and pair.old}.get(action)
    properties = pair.changes if pair else []
    loses = loss(deleted) if deleted else ""
    hides = out_of_sight(deleted, pair.new if pair else None) if deleted else ""
    return ResourceChange(
        action=action,
        type=resource.short_type,
        name=resource.name,
        component=recording.component_name(resource.urn),
        properties=tuple(properties),
        loses=loses,
        hides=hides,
        way_out=way_out(deleted) if deleted and (loses or hides) else "",
        notes=tuple(notes(resource.type, properties)),
        protected=bool(deleted and deleted.protect),
        renamed_from=pair.old.name if pair and pair.old.name != resource.name else "",
    )
