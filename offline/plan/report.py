"""The plan of a stack, read from a recording only: as text for people or as JSON for programs.

A further section is a module in `offline/plan/sections` with `render(recording)`, named in `SECTIONS`.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from offline import cost
from offline.engine.recording import Recording, Resource
from offline.plan.sections import by_hand, exposure, outputs, policy, resources, routing, services
from offline.services import services_of

Section = Callable[[Recording], RenderableType | None]
"""Renders a part of the plan; None when there is nothing to say."""


def _lines(lines: Sequence[str], style: str = "") -> RenderableType | None:
    return Text("\n".join(f"- {line}" for line in lines), style=style) if lines else None


def _cost(recording: Recording) -> RenderableType | None:
    bill = cost.estimate(recording)
    return cost.render(bill) if bill.lines else None


def _warnings(recording: Recording) -> RenderableType | None:
    return _lines([message for severity, message in recording.log if severity != "info"], "yellow")


def _assumptions(recording: Recording) -> RenderableType | None:
    return _lines(recording.assumptions)


SECTIONS: Final[dict[str, Section]] = {
    "Resources": resources.render,
    "Services": services.render,
    "Routing (the first rule that fits decides)": routing.render,
    "Exposure": exposure.render,
    "Cost (US dollars a month)": _cost,
    "To be done once, by hand": by_hand.render,
    "Outputs (ids and addresses are examples)": outputs.render,
    "Assumed, since only AWS knows": _assumptions,
    "Policy": policy.render,
    "Warnings": _warnings,
}


def as_text(recording: Recording, console: Console) -> str:
    """The whole plan as `console` would print it, without blanks at the ends of lines."""
    provided = [resource for resource in recording.resources if resource.is_provided]
    protected = sum(1 for resource in provided if resource.protect)
    with console.capture() as capture:
        console.print(
            Text(f"{recording.project}, stack {recording.stack}: {verdict(recording)}", style="bold"),
            f"{len(provided)} resources, {protected} of them protected; "
            f"in {recording.aws.region}, account {recording.aws.account_id} as an example",
            sep="\n",
        )
        for title, section in SECTIONS.items():
            if (content := section(recording)) is not None:
                console.print("", Text(title, style="bold underline"), sep="\n")
                _print(console, content)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def verdict(recording: Recording) -> str:
    """What somebody asks who reads no further."""
    bill = cost.estimate(recording)
    total = bill.total
    violations = len(policy.mandatory(recording))
    counted = ((len(recording.warnings), "warning"), (violations, "violation"))
    problems = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted]
    asleep = f"{total.asleep:,.0f} asleep" if bill.sleeps else "never asleep"
    elsewhere = "" if bill.prices_of == bill.region else f" by the prices of {bill.prices_of}"
    tokens = "" if bill.tokens_estimated else " without tokens"
    amounts = f"{total.at_min:,.0f} to {total.at_max:,.0f} US dollars a month{elsewhere}{tokens}, {asleep}"
    return f"{amounts}; {', '.join(problems)}"


def _print(console: Console, content: RenderableType) -> None:
    """Prints indented. Plain text is left to the terminal to wrap: there are commands in it to be copied."""
    if isinstance(content, Text):
        for line in content.split():
            console.print(Text("  ") + line, soft_wrap=True)
    else:
        console.print(Padding(content, (0, 0, 0, 2), expand=False))


def as_json(recording: Recording) -> str:
    """The same facts for programs; secret outputs are hidden."""
    return json.dumps(
        {
            "project": recording.project,
            "stack": recording.stack,
            "aws": {"region": recording.aws.region, "account": recording.aws.account_id},
            "resources": [_resource(recording, resource) for resource in recording.resources],
            "services": [service.facts() for service in services_of(recording)],
            "listeners": [dataclasses.asdict(listener) for listener in routing.listeners_of(recording)],
            "cost": _bill(cost.estimate(recording)),
            "connections": [dataclasses.asdict(way) for way in exposure.ways_of(recording)],
            "rights": [dataclasses.asdict(right) for right in exposure.rights_of(recording)],
            "violations": [{"level": v.rule.level, "text": str(v)} for v in policy.violations_of(recording)],
            "outputs": {
                name: "[secret]" if name in recording.secret_outputs else value
                for name, value in recording.outputs.items()
            },
            "assumptions": recording.assumptions,
            "warnings": recording.warnings,
        },
        indent=2,
        default=str,
    )


def _bill(bill: cost.Estimate) -> dict[str, Any]:
    amounts = {key: getattr(bill.total, key) for key in cost.AMOUNTS}
    return {**dataclasses.asdict(bill), "models": sorted(bill.models), "total": amounts}


def _resource(recording: Recording, resource: Resource) -> dict[str, Any]:
    return {
        "type": resource.type,
        "name": resource.name,
        "component": recording.component_name(resource.urn) or None,
        "protect": bool(resource.protect),
    }
