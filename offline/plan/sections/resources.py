"""What the stack consists of: how many resources each component owns."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource


@dataclass(frozen=True, kw_only=True)
class OwnedResources:
    """A component, and how many resources are directly under it."""

    component: str
    """Class of the component; `(stack)` for resources directly under the stack."""
    name: str
    count: int


def owned_resources(recording: Recording, parent: Resource | None = None) -> Iterator[OwnedResources]:
    """The components in the order of the tree, each followed by those within it."""
    children = recording.children(parent.urn if parent else None)
    count = sum(child.is_provided for child in children)
    if parent:
        yield OwnedResources(component=parent.type.rsplit(":", 1)[-1], name=parent.name, count=count)
    elif count:
        yield OwnedResources(component="(stack)", name="", count=count)
    for child in children:
        if not child.is_provided:
            yield from owned_resources(recording, child)


def render(recording: Recording) -> RenderableType | None:
    """Each component with its number, side by side as far as the width goes."""
    cells = [
        Text.assemble((owned.component, "bold"), f" {owned.name}" if owned.name else "", f" {owned.count}")
        for owned in owned_resources(recording)
    ]
    more = Text("Pulumi counts more: the components too, what awsx makes inside its own, and the stack.", style="dim")
    return Group(Columns(cells, padding=(0, 4), equal=True), more) if cells else None
