"""A stack's budget counts what the stack's tags say, stops its own gateway, and is told of in the plan."""

import pulumi_aws as aws
from rich.console import Console

from offline import plan as report
from tests.program.variants import variant
from tests.settings.samples import lines, problems, valid
from tests.support.program import Config, plan

BUDGET: Config = {"budget": {"monthly": 500, "emails": ["finance@example.com"]}}


def test_the_budget_counts_by_the_tags_that_the_resources_really_have() -> None:
    recording = plan({**BUDGET, "tags": {"Project": "chat", "Team": "a"}})
    resources, calls = recording.one(aws.budgets.Budget).inputs["filterExpression"]["ors"]
    values = {tag["tags"]["key"]: tag["tags"]["values"] for tag in (*resources["ands"], *calls["ands"])}
    assert values == {
        "Project": ["chat"],
        "Environment": ["dev"],
        "iamPrincipal/Project": ["chat"],
        "iamPrincipal/Environment": ["dev"],
    }
    tags = recording.one(aws.iam.Role, "gateway-task-role").inputs["tags"]
    assert (tags["Project"], tags["Environment"]) == ("chat", "dev")


def test_the_action_stops_the_role_that_calls_the_models() -> None:
    recording = variant("a budget that stops it").plan()
    action = recording.one(aws.budgets.BudgetAction).inputs["definition"]["iamActionDefinition"]
    assert action["roles"] == [recording.one(aws.iam.Role, "gateway-task-role").outputs["name"]]
    assert recording.one(aws.budgets.BudgetAction).inputs["budgetName"] == "webui-bedrock-monthly"


def test_the_plan_says_who_activates_the_tags_with_a_command_that_can_be_copied() -> None:
    text = report.as_text(plan(BUDGET), Console(width=80))
    command = "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status "
    keys = ("Project", "Environment", "iamPrincipal/Project", "iamPrincipal/Environment")
    assert command + " ".join(f"TagKey={key},Status=Active" for key in keys) in text
    assert "by hand" not in report.as_text(plan(), Console(width=80))


def test_a_budget_is_refused_where_aws_keeps_none() -> None:
    (problem,) = problems(valid(**BUDGET), region="us-gov-west-1")
    assert (problem.key, "AWS Budgets is not in its partition" in problem.rule) == ("budget", True)
    assert lines(valid(**BUDGET)) == []
