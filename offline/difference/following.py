"""Follows replacements: a replaced resource has new outputs, and what uses them changes with it or is replaced too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from offline.difference.property_changes import ABSENT, PropertyChange
from offline.difference.replacement import RENEWS_OUTPUTS, forces_replacement, is_deleted_first, is_suppressed
from offline.engine.aws_facts import AwsFacts
from offline.engine.outputs import computed_outputs
from offline.engine.protobuf import Json
from offline.engine.recording import Resource

_TELLING: Final = 6
"""Characters from which on a computed value is recognised inside another one; a port number is not."""


@dataclass
class Pair:
    """A resource on both sides, and what is known of it so far."""

    old: Resource
    new: Resource
    changes: list[PropertyChange] = field(default_factory=list)
    deleted_early: bool = False
    """Deleted because something that it uses is deleted before its replacement is made."""
    passes_on: set[str] = field(default_factory=set)
    """The new values that it got and that its own outputs may repeat."""

    @property
    def replaced(self) -> bool:
        """Whether any change forces a replacement."""
        return any(change.forces_replacement for change in self.changes)

    @property
    def deleted_first(self) -> bool:
        """Whether it is deleted before its replacement is made."""
        return self.replaced and (self.deleted_early or is_deleted_first(self.new))

    def forces(self, change: PropertyChange) -> bool:
        """Whether the change of a property replaces the resource: by its options or by the provider."""
        told = any(covers(option, change) for option in self.new.replace_on_changes)
        return told or forces_replacement(*self._values(change))

    def ignores(self, change: PropertyChange) -> bool:
        """Whether a change is none: by the resource's options or by the provider."""
        told = any(covers(option, change) for option in self.new.ignore_changes)
        return told or is_suppressed(*self._values(change))

    def _values(self, change: PropertyChange) -> tuple[str, str, Json, Json]:
        name = change.property_
        return self.new.type, name, self.old.inputs.get(name), self.new.inputs.get(name)


def covers(option: str, change: PropertyChange) -> bool:
    """Whether a property path of `ignoreChanges` or `replaceOnChanges` is meant by a change."""
    return option in ("*", change.path) or change.path.startswith((f"{option}.", f"{option}["))


def computed(resource: Resource) -> dict[str, str]:
    """The telling texts that only the provider gives, by output; an input among the outputs is none."""
    return _telling(resource, {"id": resource.id, **resource.outputs})


def follow_replacements(pairs: Mapping[str, Pair], facts: AwsFacts) -> None:
    """Completes the changes of all pairs, by new URN, with those that replacements bring about."""
    users = _users(pairs.values())
    renewed = [pair for pair in pairs.values() if pair.replaced or (pair.changes and pair.new.type in RENEWS_OUTPUTS)]
    waiting = [(pair, _fresh(pair.new, facts), _label(pair.new)) for pair in renewed]
    while waiting:
        source, fresh, cause = waiting.pop()
        for user, property_ in users[source.new.urn]:
            held = {text for text in fresh if _holds(user.new.inputs.get(property_), text)}
            change = PropertyChange(path=property_, old=ABSENT, new=ABSENT, follows=(cause,))
            # The engine asks with unknown values which users it must delete ahead of what they use.
            early = source.deleted_first and user.forces(change)
            if user.ignores(change) or not (held or early):
                continue
            was_replaced = user.replaced
            _note(user, change)
            user.deleted_early |= early
            news = held - user.passes_on
            user.passes_on |= news
            if user.replaced and not was_replaced:
                waiting.append((user, _fresh(user.new, facts), _label(user.new)))
            if news:
                waiting.append((user, news, cause))


def _users(pairs: Iterable[Pair]) -> dict[str, list[tuple[Pair, str]]]:
    """Who uses a resource, by its URN, and in which property."""
    users: dict[str, list[tuple[Pair, str]]] = defaultdict(list)
    for pair in pairs:
        for property_, urns in pair.new.property_dependencies.items():
            for urn in urns:
                users[urn].append((pair, property_))
    return users


def _note(user: Pair, change: PropertyChange) -> None:
    """Tells of a renewed resource behind a property, unless the property has a change of its own."""
    for position, other in enumerate(user.changes):
        if other.property_ == change.property_:
            if other.follows and change.follows[0] not in other.follows:
                user.changes[position] = replace(other, follows=(*other.follows, *change.follows))
            return
    user.changes.append(replace(change, forces_replacement=user.forces(change)))


def _fresh(resource: Resource, facts: AwsFacts) -> set[str]:
    """The texts that are others in a replacement; the ARN of a resource with a fixed name is not."""
    if "revision" in resource.outputs:  # ECS counts it up, and the ARN ends with it
        return set(computed(resource).values())
    id_, outputs = computed_outputs(resource.type, f"{resource.name}'", resource.inputs, facts)
    return set(computed(resource).values()) - set(_telling(resource, {"id": id_, **outputs}).values())


def _telling(resource: Resource, outputs: Mapping[str, Json]) -> dict[str, str]:
    inputs = {value for value in resource.inputs.values() if isinstance(value, str)}
    flat = {
        f"{key}[{index}]": value
        for key, values in outputs.items()
        for index, value in enumerate(values if isinstance(values, list) else [values])
    }
    return {k: v for k, v in flat.items() if isinstance(v, str) and len(v) >= _TELLING and v not in inputs}


def _label(resource: Resource) -> str:
    return f"{resource.short_type} {resource.name}"


def _holds(value: Json, text: str) -> bool:
    if isinstance(value, str):
        return text in value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(item, text) for item in items)
