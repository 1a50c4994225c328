"""What a person has to do once, because no deployment can."""

import pulumi_aws as aws
from rich.console import RenderableType
from rich.text import Text

from offline.engine.recording import Recording, Resource


def render(recording: Recording) -> RenderableType | None:
    """For each budget that counts by tags who must activate them, and the command on a line of its own."""
    told = [_told(budget, tags) for budget in recording.of_type(aws.budgets.Budget) if (tags := _tags(budget))]
    return Text("\n".join(told)) if told else None


def _tags(budget: Resource) -> list[str]:
    parts = (budget.inputs.get("filterExpression") or {}).get("ands") or []
    return [str(part["tags"]["key"]) for part in parts if "tags" in part]


def _told(budget: Resource, tags: list[str]) -> str:
    keys = " ".join(f"TagKey={tag},Status=Active" for tag in tags)
    command = "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status"
    return (
        f"- The budget of {budget.inputs['limitAmount']} US dollars counts nothing before the tags "
        f"{' and '.join(tags)} are active: a day after the\n  first deployment, in the account that pays (of an "
        f"organization the management account):\n  {command} {keys}"
    )
