"""The difference between two plans: what is refused or lost first and loud, then each resource with its changes."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.text import Text

from offline.difference.property_changes import ABSENT, PropertyChange
from offline.difference.resource_changes import Action, Difference, ResourceChange
from offline.engine.protobuf import Json

_STYLES: Final = {
    Action.ADDED: ("+", "green"),
    Action.CHANGED: ("~", "yellow"),
    Action.REPLACED: ("±", "magenta"),
    Action.REMOVED: ("-", "red"),
}
_COMMON: Final = 6
"""In so many resources a change is told once for all of them."""
_LINES: Final = 12
"""Values told of one resource; the JSON has all."""
_REFUSES: Final = "; it is protected, so Pulumi refuses"
_WIDTH: Final = 60
"""Characters of a value."""


def render(difference: Difference) -> RenderableType:
    """Plain text without the terminal's width in it, so that values can be searched for."""
    common = _common(difference.resources)
    refusals, losses, hidden = map(str, difference.refusals), difference.data_losses, difference.out_of_sight
    verb = "holds" if len(losses) == 1 else "hold"
    lines = [
        _summary(difference),
        *_alert("REFUSED: AWS does not finish this change", [indent(f"! {text}", "  ") for text in refusals]),
        *_alert(f"DATA LOSS: {len(losses)} of the deleted resources {verb} data", [_loss(c, c.loses) for c in losses]),
        *_alert("DATA LOSS, OUT OF SIGHT: data stays, but is no longer seen", [_loss(c, c.hides) for c in hidden]),
    ]
    for key, count in common.items():
        lines += [Text(), Text(f"~ in {count} resources", style="yellow"), _value_line(key)]
    lines += _whole(difference.resources)
    for change in difference.resources:
        if own := [value for value in change.properties if _bare(value) not in common]:
            lines += [Text(), _headline(change), *_value_lines(own)]
            lines += [Text(f"    note: {note}", style="yellow") for note in change.notes]
    if difference.outputs:
        lines += [Text(), Text("Stack outputs", style="bold"), *_value_lines(difference.outputs)]
    if losses:
        lines += [
            Text(),
            Text(f"DATA LOSS: {len(losses)} of the deleted resources {verb} data, see above", style="bold red"),
        ]
    return Group(*lines)


def _summary(difference: Difference) -> Text:
    counts = Counter(change.action for change in difference.resources)
    told = [f"{counts[action]} {action}" for action in Action if counts[action]]
    return Text(", ".join([*told, f"{difference.unchanged} unchanged"]) if told else "no resource changes")


def _alert(title: str, texts: Sequence[str]) -> Iterator[Text]:
    """Loud; nothing when there is nothing to tell."""
    if texts:
        yield Text()
        yield Text(title, style="bold white on red")
    yield from (Text(text, style="bold red") for text in texts)


def _loss(change: ResourceChange, what: str) -> str:
    why = ", ".join(value.path for value in change.properties if value.forces_replacement)
    told = f"  ! {change.type} {change.name} is {change.action}{f' because of {why}' if why else ''}: {what}"
    return f"{told}{_REFUSES if change.protected else ''}\n      way out: {change.way_out}"


def _common(resources: Sequence[ResourceChange]) -> dict[PropertyChange, int]:
    counts = Counter(_bare(value) for change in resources for value in change.properties)
    return {value: count for value, count in counts.items() if count >= _COMMON and not value.forces_replacement}


def _bare(value: PropertyChange) -> PropertyChange:
    """The change with its values as text, which makes it comparable; every resource has its own name as a tag."""
    if value.path == "tags.Name":
        return dataclasses.replace(value, old="each its own", new="each its own")
    return dataclasses.replace(value, old=_text(value.old), new=_text(value.new))


def _whole(resources: Sequence[ResourceChange]) -> Iterator[Text]:
    """What comes or goes as a whole, by component and type."""
    groups: dict[tuple[Action, str, str], list[str]] = {}
    for change in resources:
        if not change.properties:
            groups.setdefault((change.action, change.type, change.component), []).append(change.name)
    if groups:
        yield Text()
    for (action, type_, component), names in sorted(groups.items()):
        sign, style = _STYLES[action]
        place = f" in {component}" if component else ""
        told = f" {len(names)} {type_}" if len(names) > 1 else f" {type_}"
        yield Text.assemble((f"{sign} {action}{told}{place}: ", style), ", ".join(names))


def _headline(change: ResourceChange) -> Text:
    sign, style = _STYLES[change.action]
    line = Text.assemble((f"{sign} {change.action} ", style), (f"{change.type} {change.name}", "bold"))
    if change.component:
        line.append(f" in {change.component}", style="dim")
    if change.renamed_from:
        line.append(f" (was {change.renamed_from})", style="dim")
    if change.protected:
        line.append(_REFUSES, style="bold red")
    return line


def _value_lines(values: Sequence[PropertyChange]) -> list[Text]:
    lines = [_value_line(value) for value in values[:_LINES]]
    if len(values) > _LINES:
        lines.append(Text(f"    and {len(values) - _LINES} more; with ARGS=--json all", style="dim"))
    return lines


def _value_line(value: PropertyChange) -> Text:
    line = Text(f"    {value.path}: ")
    if value.follows:
        line.append(f"a new value, from {', '.join(value.follows)}")
    else:
        old, new = _excerpts(_text(value.old), _text(value.new))
        line.append(f"{old} -> {new}")
    if value.forces_replacement:
        line.append("  forces replacement", style="magenta")
    return line


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "(none)" if value is ABSENT else json.dumps(value, sort_keys=True, default=str)


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Both around the first place at which they differ."""
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, same - _WIDTH // 2) if max(len(old), len(new)) > _WIDTH else 0
    return _excerpt(old, start), _excerpt(new, start)


def _excerpt(text: str, start: int) -> str:
    shown = text[start : start + _WIDTH].replace("\n", " ")
    return f"{'...' if start else ''}{shown}{'...' if len(text) > start + _WIDTH else ''}" or '""'


def as_json(difference: Difference, base: str, **more: Json) -> str:
    """The same for programs, with every value whole, and what else is known; a side without a value has no key."""
    return json.dumps(
        {
            "project": difference.project,
            "stack": difference.stack,
            "base": base,
            "refused": [dataclasses.asdict(refusal) for refusal in difference.refusals],
            "dataLoss": bool(difference.data_losses),
            "outOfSight": bool(difference.out_of_sight),
            "resources": [_resource(change) for change in difference.resources],
            "outputs": [_value(value) for value in difference.outputs],
            "unchanged": difference.unchanged,
            **more,
        },
        indent=2,
        default=str,
    )


def _resource(change: ResourceChange) -> dict[str, Any]:
    told = {key: getattr(change, key) for key in ("action", "type", "name", "component", "protected")}
    more = {"loses": change.loses, "hides": change.hides, "notes": change.notes, "renamedFrom": change.renamed_from}
    return {**told, **{k: v for k, v in more.items() if v}, "properties": [_value(v) for v in change.properties]}


def _value(value: PropertyChange) -> dict[str, Any]:
    sides = {key: side for key, side in (("old", value.old), ("new", value.new)) if side is not ABSENT}
    follows = {"follows": list(value.follows)} if value.follows else {}
    return {"path": value.path, **sides, **follows, "forcesReplacement": value.forces_replacement}
