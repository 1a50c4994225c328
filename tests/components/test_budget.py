"""What is counted and watched, and what the action may do when all is spent."""

import json

import pulumi_aws as aws

from components.budget import Budget
from tests.support import component_args as given
from tests.support.component_recording import policy, record_one

STOPPING = record_one(Budget, "budget", given.STOPPING_BUDGET)


def test_what_the_action_attaches_denies_every_way_to_a_model() -> None:
    denied = policy(STOPPING.one(aws.iam.Policy))["BudgetIsSpent"]
    assert (denied["Effect"], denied["Resource"]) == ("Deny", ["*"])
    assert set(denied["Action"]) == {
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock-mantle:CreateInference",
        "sts:AssumeRole",
    }


def test_aws_budgets_may_attach_that_policy_to_that_role_and_nothing_else() -> None:
    denied = STOPPING.one(aws.iam.Policy)
    (allowed,) = policy(STOPPING.one(aws.iam.RolePolicy)).values()
    assert allowed["Action"] == ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]
    assert allowed["Resource"] == [given.STOPPING_BUDGET.stopped_role_arn]
    assert allowed["Condition"] == {"ArnEquals": {"iam:PolicyARN": denied.outputs["arn"]}}
    trust = json.loads(STOPPING.one(aws.iam.Role).inputs["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert trust["Condition"]["ArnLike"] == {"aws:SourceArn": "arn:aws:budgets::123456789012:budget/*"}


def test_anomaly_monitors_are_described_as_aws_gives_them_back() -> None:
    monitors = STOPPING.of_type(aws.costexplorer.AnomalyMonitor)
    assert [json.loads(monitor.inputs["monitorSpecification"]) for monitor in monitors] == [
        {
            **dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or")),
            "Tags": {"Key": key, "MatchOptions": None, "Values": ["webui-bedrock"]},
        }
        for key in ("Project", "iamPrincipal/Project")
    ]
    told = STOPPING.one(aws.costexplorer.AnomalySubscription).inputs["monitorArnLists"]
    assert told == [monitor.outputs["arn"] for monitor in monitors]


def test_nobody_is_stopped_unless_that_is_asked_for() -> None:
    found = record_one(Budget, "budget", given.BUDGET)
    assert not found.of_type(aws.iam.Policy) + found.of_type(aws.iam.Role) + found.of_type(aws.budgets.BudgetAction)
