"""What a plan takes away from a stack that runs: its state has the resources that were made, and their real values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline.difference.aliases import previous_urns
from offline.difference.losses import HOLDS_DATA, SHOWS_DATA, loss, out_of_sight, way_out
from offline.difference.replacement import forces_replacement
from offline.engine.recording import Recording, Resource

_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105  (the key by which a state marks what is no plain value)


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A resource that goes, with what it holds or shows."""

    resource: Resource
    why: str
    """The properties that replace it; empty when it is removed."""
    what: str

    @property
    def what_happens(self) -> str:
        """In a line."""
        done = f"is replaced because of {self.why}" if self.why else "is removed"
        refused = "; it is protected, so Pulumi refuses" if self.resource.protect else ""
        return f"{self.resource.short_type} {self.resource.name} {done}: {self.what}{refused}"

    @property
    def way_out(self) -> str:
        """What keeps the data, or brings it back."""
        return way_out(self.resource)


def lost(state: Mapping[str, Any], planned: Recording) -> Iterator[Lost]:
    """Compare the JSON of `pulumi stack export` with a plan, as far as a resource holds or shows data."""
    formerly = previous_urns(planned, planned.stack, planned.project)
    after = {urn: resource for resource in planned.resources for urn in (*formerly[resource.urn], resource.urn)}
    entries = [entry for entry in state["deployment"].get("resources") or [] if not entry.get("delete")]
    for entry in entries:
        if entry["type"] not in {**HOLDS_DATA, **SHOWS_DATA} or _is_made_by_a_plugin(entry, after):
            continue
        old, new = _resource(entry), after.get(entry["urn"])
        why = ", ".join(_replacing(old, new)) if new else ""
        what = (loss(old) or out_of_sight(old, new)) if why or not new else ""
        if what:
            yield Lost(resource=old, why=why, what=what)


def _is_made_by_a_plugin(entry: Mapping[str, Any], after: Mapping[str, Resource]) -> bool:
    """Whether it is a child of a component like `awsx:ecr:Repository`, which a plan knows as a whole."""
    parent = after.get(entry.get("parent", ""))
    return parent is not None and parent.remote


def _replacing(old: Resource, new: Resource) -> Iterator[str]:
    """The properties whose literal values differ, as a plan makes up what other resources give."""
    for name in sorted(old.inputs.keys() & new.inputs.keys()):
        before, after = old.inputs[name], new.inputs[name]
        given = name in new.ignore_changes or new.property_dependencies.get(name) or _is_concealed(before)
        if not given and before != after and forces_replacement(new.type, name, before, after):
            yield name


def _is_concealed(value: Any) -> bool:
    return isinstance(value, dict) and _SECRET in value


def _resource(entry: Mapping[str, Any]) -> Resource:
    return Resource(
        urn=entry["urn"],
        id=entry.get("id", ""),
        type=entry["type"],
        name=entry["urn"].rpartition("::")[2],
        custom=True,
        remote=False,
        parent=entry.get("parent"),
        inputs=_plain(entry.get("inputs") or {}),
        secret_paths=frozenset(),
        outputs={},
        secret_outputs=frozenset(),
        dependencies=frozenset(),
        property_dependencies={},
        protect=entry.get("protect"),
        retain_on_delete=entry.get("retainOnDelete"),
    )


def _plain(value: Any) -> Any:
    """Without what the provider notes beside the values (`__defaults`)."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if not key.startswith("__")}
    return [_plain(item) for item in value] if isinstance(value, list) else value
