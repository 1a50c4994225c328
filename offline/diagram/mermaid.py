"""Writes a graph as a Mermaid flowchart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_SHAPES: Final = {"box": ('["', '"]'), "round": ('(["', '"])'), "store": ('[("', '")]'), "service": ('("', '")')}


@dataclass
class Flowchart:
    """Nodes in groups, and edges, in the order in which they were added."""

    direction: str
    """LR: from left to right, TB: from top to bottom."""
    groups: dict[str, str] = field(default_factory=dict)
    """Name -> title of each box around nodes."""
    parents: dict[str, str] = field(default_factory=dict)
    """Group -> the group around it."""
    _nodes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    _edges: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def node(self, name: str, *lines: str, shape: str = "box", group: str = "") -> None:
        """A node of some lines; the first is what people call it."""
        self._nodes[name] = ("<br/>".join(map(_text, lines)), shape, group)

    def edge(self, source: str, target: str, label: str = "", *, dotted: bool = False) -> None:
        """An arrow between two nodes that exist."""
        missing = {source, target} - self._nodes.keys() - self.groups.keys()
        if missing:
            raise LookupError(f"no node or group is named {', '.join(sorted(missing))}")
        if (source, target, label, dotted) not in self._edges:
            self._edges.append((source, target, label, dotted))

    def __contains__(self, name: str) -> bool:
        return name in self._nodes

    def text(self) -> str:
        """The flowchart in Mermaid's language."""
        lines = [f"flowchart {self.direction}", *self._inside("", 1)]
        for source, target, label, dotted in self._edges:
            arrow = "-.->" if dotted else "-->"
            shown = f'|"{_text(label)}"|' if label else ""
            lines.append(f"    {identifier(source)} {arrow}{shown} {identifier(target)}")
        return "\n".join(lines)

    def _inside(self, group: str, depth: int) -> Iterator[str]:
        indent = "    " * depth
        for name, (label, shape, place) in self._nodes.items():
            if place == group:
                before, after = _SHAPES[shape]
                yield f"{indent}{identifier(name)}{before}{label}{after}"
        for name, title in self.groups.items():
            if self.parents.get(name, "") == group:
                yield f'{indent}subgraph {identifier(name)} ["{_text(title)}"]'
                yield from self._inside(name, depth + 1)
                yield f"{indent}end"


def identifier(name: str) -> str:
    """A word that Mermaid takes for a node: URNs have characters that it reads as syntax."""
    return re.sub(r"\W+", "_", name.rsplit("::", 1)[-1])


def _text(label: str) -> str:
    # Mermaid takes # for the start of a character's number.
    return label.replace("#", "#35;").replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
