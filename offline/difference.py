"""What changes from one plan of a stack to another: added, removed, changed and replaced, and whether data is lost."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from offline.aliases import previous_urns
from offline.property_changes import ABSENT, PropertyChange, changes
from offline.recording import Recording, Resource
from offline.replacement import HOLDS_DATA, forces_replacement
from offline.sections.resources import is_provided, short_type
from offline.wire import Json

_TELLING: Final = 6
"""Characters from which on a computed value is recognised inside another one; a port number is not."""


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

    @property
    def data_losses(self) -> list[ResourceChange]:
        """The removals and replacements that lose data."""
        return [change for change in self.resources if change.loses]


@dataclass
class _Pair:
    """A resource on both sides, and what is known of it so far."""

    old: Resource
    new: Resource
    changes: list[PropertyChange] = field(default_factory=list)

    @property
    def replaced(self) -> bool:
        return any(change.forces_replacement for change in self.changes)


def compare(old: Recording, new: Recording) -> Difference:
    """The way from `old` to `new`, two runs that were no previews.

    Made-up ids are the same on both sides as long as type and name are; those of a renamed resource are
    translated, as AWS keeps the id.
    """
    before, after = _managed(old), _managed(new)
    pairs = _pairs(old, new, before, after)
    moved = _translations(pairs.values())
    for pair in pairs.values():
        pair.changes = _changes(pair, moved)
    _follow_replacements(pairs)
    kept = {pair.old.urn for pair in pairs.values()}
    found = [
        *(_change(new, resource, Action.ADDED) for urn, resource in after.items() if urn not in pairs),
        *(_change(old, resource, Action.REMOVED) for urn, resource in before.items() if urn not in kept),
        *(_paired_change(new, pair) for pair in pairs.values() if pair.changes),
    ]
    return Difference(
        project=new.project,
        stack=new.stack,
        resources=tuple(sorted(found, key=lambda change: (change.component, change.name, change.type))),
        outputs=tuple(_outputs(old, new, moved)),
        unchanged=sum(1 for pair in pairs.values() if not pair.changes),
    )


def _managed(recording: Recording) -> dict[str, Resource]:
    return {r.urn: r for r in recording.resources if is_provided(r) and not r.read}


def _pairs(
    old: Recording, new: Recording, before: Mapping[str, Resource], after: Mapping[str, Resource]
) -> dict[str, _Pair]:
    """By the new URN. A resource of the same URN wins over one that an alias names."""
    pairs = {urn: _Pair(before[urn], resource) for urn, resource in after.items() if urn in before}
    taken = set(pairs)
    formerly = previous_urns(new, old.stack, old.project)
    for urn in after.keys() - pairs.keys():
        former = next((u for u in formerly[urn] if u in before and u not in taken), None)
        if former is not None:
            taken.add(former)
            pairs[urn] = _Pair(before[former], after[urn])
    return dict(sorted(pairs.items()))


def _translations(pairs: Iterable[_Pair]) -> dict[str, str]:
    """Made-up ids of renamed resources: old to new, the longest first, because an ARN may end with an id."""
    found: dict[str, str] = {}
    for pair in pairs:
        if pair.old.name != pair.new.name:
            before, after = _computed(pair.old), _computed(pair.new)
            found |= {before[key]: after[key] for key in before.keys() & after.keys() if before[key] != after[key]}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _computed(resource: Resource) -> dict[str, str]:
    """The telling texts that only the provider gives, by output; an input among the outputs is none."""
    given = {value for value in resource.inputs.values() if isinstance(value, str)}
    outputs = {"id": resource.id, **resource.outputs}
    flat = {
        f"{key}[{index}]": value
        for key, values in outputs.items()
        for index, value in enumerate(values if isinstance(values, list) else [values])
    }
    return {k: v for k, v in flat.items() if isinstance(v, str) and len(v) >= _TELLING and v not in given}


def _translate(value: Json, words: Mapping[str, str]) -> Json:
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, dict):
        return {key: _translate(item, words) for key, item in value.items()}
    return [_translate(item, words) for item in value] if isinstance(value, list) else value


def _changes(pair: _Pair, moved: Mapping[str, str]) -> list[PropertyChange]:
    secrets = pair.old.secret_paths | pair.new.secret_paths
    found = changes(_translate(pair.old.inputs, moved), pair.new.inputs, secrets=secrets)
    return [
        replace(change, forces_replacement=_forces(pair.new, change))
        for change in found
        if not any(_covers(ignored, change) for ignored in pair.new.ignore_changes)
    ]


def _covers(option: str, change: PropertyChange) -> bool:
    """Whether a property path of `ignoreChanges` or `replaceOnChanges` is meant by a change."""
    return option in ("*", change.path) or change.path.startswith((f"{option}.", f"{option}["))


def _forces(resource: Resource, change: PropertyChange) -> bool:
    told = any(_covers(option, change) for option in resource.replace_on_changes)
    return told or forces_replacement(resource.type, change.property_)


def _follow_replacements(pairs: Mapping[str, _Pair]) -> None:
    """A replaced resource has new outputs: what uses them changes with it, and may be replaced in turn."""
    users: dict[str, list[tuple[_Pair, str]]] = defaultdict(list)
    for pair in pairs.values():
        for property_, urns in pair.new.property_dependencies.items():
            for urn in urns:
                users[urn].append((pair, property_))
    waiting = [pair for pair in pairs.values() if pair.replaced]
    while waiting:
        source = waiting.pop()
        fresh = _computed(source.new).values()
        for user, property_ in users[source.new.urn]:
            if not any(_holds(user.new.inputs.get(property_), text) for text in fresh):
                continue
            was_replaced = user.replaced
            _note(user, property_, f"{short_type(source.new.type)} {source.new.name}")
            if user.replaced and not was_replaced:
                waiting.append(user)


def _note(user: _Pair, property_: str, source: str) -> None:
    """Tells of a replaced resource behind a property, unless the property has a change of its own."""
    change = PropertyChange(path=property_, old=ABSENT, new=ABSENT, follows=(source,))
    if any(_covers(option, change) for option in user.new.ignore_changes):
        return
    for position, known in enumerate(user.changes):
        if known.property_ == property_:
            if known.follows and source not in known.follows:
                user.changes[position] = replace(known, follows=(*known.follows, source))
            return
    user.changes.append(replace(change, forces_replacement=_forces(user.new, change)))


def _holds(value: Json, text: str) -> bool:
    if isinstance(value, str):
        return text in value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(item, text) for item in items)


def _paired_change(new: Recording, pair: _Pair) -> ResourceChange:
    action = Action.REPLACED if pair.replaced else Action.CHANGED
    change = _change(new, pair.new, action, deleted=pair.old if pair.replaced else None)
    renamed = pair.old.name if pair.old.name != pair.new.name else ""
    return replace(change, properties=tuple(pair.changes), renamed_from=renamed)


def _change(
    recording: Recording, resource: Resource, action: Action, *, deleted: Resource | None = None
) -> ResourceChange:
    deleted = resource if action is Action.REMOVED else deleted
    component = recording.component(resource.urn)
    return ResourceChange(
        action=action,
        type=short_type(resource.type),
        name=resource.name,
        component=component.name if component else "",
        loses=_loss(deleted) if deleted else "",
        protected=bool(deleted and deleted.protect),
    )


def _loss(deleted: Resource) -> str:
    kept = deleted.retain_on_delete or deleted.inputs.get("skipDestroy")
    return "" if kept else HOLDS_DATA.get(deleted.type, "")


def _outputs(old: Recording, new: Recording, moved: Mapping[str, str]) -> Iterator[PropertyChange]:
    yield from changes(_translate(old.outputs, moved), new.outputs, secrets=old.secret_outputs | new.secret_outputs)
