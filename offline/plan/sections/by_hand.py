"""What a person has to do once, because no deployment can."""

from collections.abc import Iterator
from typing import Any

import pulumi_aws as aws
from rich.console import RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource


def render(recording: Recording) -> RenderableType | None:
    """For each budget that counts by tags who must activate them, and the command on a line of its own."""
    told = [_told(budget, tags) for budget in recording.of_type(aws.budgets.Budget) if (tags := _tags(budget))]
    return Text("\n".join(told)) if told else None


def _tags(budget: Resource) -> list[str]:
    """The keys of all tags in a filter, in their order."""
    return [str(part["key"]) for part in _parts(budget.inputs.get("filterExpression") or {})]


def _parts(expression: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "tags" in expression:
        yield expression["tags"]
    for inner in (*(expression.get("ors") or ()), *(expression.get("ands") or ())):
        yield from _parts(inner)


def _told(budget: Resource, tags: list[str]) -> str:
    keys = " ".join(f"TagKey={tag},Status=Active" for tag in tags)
    command = "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status"
    return (
        f"- The budget of {budget.inputs['limitAmount']} US dollars counts nothing before these cost allocation tags "
        "are active: a day after the\n  first deployment and the first call of a model, in the account that pays (of "
        f"an organization the management account):\n  {command} {keys}"
    )
