"""What the stack consists of: resources counted by type, under the component that owns them."""

from collections import Counter
from dataclasses import dataclass

from rich.columns import Columns
from rich.console import RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource


@dataclass(frozen=True, kw_only=True)
class OwnedResources:
    """A component and the resources directly under it."""

    component: str
    """Class of the component; empty for resources directly under the stack."""
    name: str
    counts: dict[str, int]
    """How many of each type, written as in a Python program: `ecs.Service`, `awsx.ec2.Vpc`."""


def groups_of(recording: Recording) -> list[OwnedResources]:
    """The components in the order of the tree, each followed by those within it."""
    return _groups(recording, None)


def _groups(recording: Recording, parent: Resource | None) -> list[OwnedResources]:
    children = recording.children(parent.urn if parent else None)
    groups: list[OwnedResources] = []
    counts = Counter(child.short_type for child in children if child.is_provided)
    if parent or counts:
        groups.append(
            OwnedResources(
                component=parent.type.rsplit(":", 1)[-1] if parent else "",
                name=parent.name if parent else "",
                counts=dict(sorted(counts.items())),
            )
        )
    for child in children:
        if not child.is_provided:
            groups += _groups(recording, child)
    return groups


def render(recording: Recording) -> RenderableType | None:
    """Each component with how many resources it owns, side by side as far as the width goes."""
    cells = [
        Text.assemble(
            (group.component or "(stack)", "bold"), f" {group.name} {sum(group.counts.values())}".replace("  ", " ")
        )
        for group in groups_of(recording)
    ]
    return Columns(cells, padding=(0, 4), equal=True) if cells else None
