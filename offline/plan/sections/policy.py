"""What the policy pack says about the stack, as `pulumi preview --policy-pack policy` would."""

from rich.console import RenderableType
from rich.text import Text

from offline.engine.protobuf import with_leaves
from offline.engine.recording import UNKNOWN, Recording
from offline.table import Table
from policy import policies


def violations_of(recording: Recording) -> list[policies.Violation]:
    """All violations; a mandatory one fails the plan."""
    return list(policies.violations(resources_of(recording)))


def mandatory(recording: Recording) -> list[str]:
    """The violations that no stack may have."""
    return [
        str(violation) for violation in violations_of(recording) if violation.rule.level is policies.Level.MANDATORY
    ]


def resources_of(recording: Recording) -> list[policies.JudgedResource]:
    """The recorded resources as the rules see them."""
    return [
        policies.JudgedResource(
            type=resource.type,
            name=resource.name,
            urn=resource.urn,
            props=with_leaves(resource.inputs, lambda leaf: policies.UNKNOWN if leaf is UNKNOWN else leaf),
            protect=bool(resource.protect),
            sources=resource.property_dependencies,
        )
        for resource in recording.resources
    ]


def render(recording: Recording) -> RenderableType | None:
    """One row per violation, the mandatory ones first and in red."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for violation in sorted(violations_of(recording), key=lambda one: one.rule.level, reverse=True):
        style = "red" if violation.rule.level is policies.Level.MANDATORY else "yellow"
        table.add_row(Text(violation.rule.level, style=style), Text(str(violation)))
    return table if table.row_count else None
