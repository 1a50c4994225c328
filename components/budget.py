"""What a month may cost: a budget and anomaly monitors on the stack's tags, and what happens when all is spent."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import iam
from components.support.canonical_json import canonical_json
from components.support.location import Location

PRINCIPAL = "iamPrincipal/"
"""Before the keys of an IAM role's tags, by which Amazon Bedrock's calls are billed (Billing user guide, "Using IAM
principal for cost allocation")."""

SPENT = (80, 100)
"""Percent of the budget that are told when they are spent."""

UNUSUAL = 10
"""Percent of the budget that a day's unusual costs amount to before they are told."""


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """How much, who is told, and whom it stops."""

    location: Location
    name_prefix: str
    """The mails are about `<name_prefix>-monthly`."""
    monthly: float
    """US dollars."""
    emails: Sequence[str]
    tags: Mapping[str, str]
    """The cost allocation tags of what is counted; all of them must fit."""
    anomaly_tag: str
    """The one of them whose costs are watched for unusual days: a monitor takes one."""
    stopped_role_arn: pulumi.Input[str] | None = None
    """The role that may call no model any more when all is spent; none is stopped without one."""


class Budget(pulumi.ComponentResource):
    """A budget with its mails, anomaly monitors with a subscription, and on request an action."""

    budget_name: pulumi.Output[str]

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:monitoring:Budget", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.budget_name = self._make_budget().name
        self._watch_for_anomalies()
        if args.stopped_role_arn is not None:
            self._stop(args.stopped_role_arn)
        self.register_outputs({"budget_name": self.budget_name})

    def _make_budget(self) -> aws.budgets.Budget:
        return aws.budgets.Budget(
            f"{self._name}-monthly",
            name=f"{self._args.name_prefix}-monthly",
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=f"{self._args.monthly:g}",
            limit_unit="USD",
            metrics="UnblendedCost",
            # A model's calls have the tags of the role that calls, under keys of their own.
            filter_expression={"ors": [{"ands": self._tagged(prefix)} for prefix in ("", PRINCIPAL)]},
            notifications=[
                *(self._notification("ACTUAL", percent) for percent in SPENT),
                self._notification("FORECASTED", 100),
            ],
            opts=self._child,
        )

    def _tagged(self, prefix: str) -> list[aws.budgets.BudgetFilterExpressionOrAndArgsDict]:
        tags = self._args.tags.items()
        return [
            {"tags": {"key": f"{prefix}{tag}", "values": [value], "match_options": ["EQUALS"]}} for tag, value in tags
        ]

    def _notification(self, kind: str, percent: int) -> aws.budgets.BudgetNotificationArgsDict:
        return {
            "notification_type": kind,
            "comparison_operator": "GREATER_THAN",
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            "subscriber_email_addresses": list(self._args.emails),
        }

    def _watch_for_anomalies(self) -> None:
        tag, least = self._args.anomaly_tag, math.ceil(self._args.monthly * UNUSUAL / 100)
        monitors = [
            aws.costexplorer.AnomalyMonitor(
                f"{self._name}-{role}",
                name=f"{self._args.name_prefix}-{role}",
                monitor_type="CUSTOM",
                monitor_specification=canonical_json(_expression(f"{prefix}{tag}", self._args.tags[tag])),
                opts=self._child,
            )
            for role, prefix in (("anomalies", ""), ("model-anomalies", PRINCIPAL))
        ]
        aws.costexplorer.AnomalySubscription(
            f"{self._name}-anomaly-mails",
            name=f"{self._args.name_prefix}-anomalies",
            # Cost Anomaly Detection sends mails once a day or a week; at once it tells SNS only.
            frequency="DAILY",
            monitor_arn_lists=[monitor.arn for monitor in monitors],
            subscribers=[{"type": "EMAIL", "address": address} for address in self._args.emails],
            threshold_expression={
                "dimension": {
                    "key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    "match_options": ["GREATER_THAN_OR_EQUAL"],
                    "values": [str(least)],
                }
            },
            opts=self._child,
        )

    def _stop(self, role_arn: pulumi.Input[str]) -> None:
        """AWS Budgets attaches a policy that denies what the role's own ones allow."""
        denied = aws.iam.Policy(
            f"{self._name}-spent",
            description="Attached by AWS Budgets to the gateway's role when the month's budget is spent",
            policy=canonical_json(iam.document(iam.call_no_model())),
            opts=self._child,
        )
        location = self._args.location
        executing = aws.iam.Role(
            f"{self._name}-action-role",
            assume_role_policy=canonical_json(
                iam.assume_role(
                    "budgets.amazonaws.com",
                    location.account_id,
                    f"arn:{location.partition}:budgets::{location.account_id}:budget/*",
                )
            ),
            opts=self._child,
        )
        rights = aws.iam.RolePolicy(
            f"{self._name}-action-policy",
            role=executing.name,
            policy=canonical_json(iam.document(iam.attach_policy(denied.arn, role_arn))),
            opts=self._child,
        )
        aws.budgets.BudgetAction(
            f"{self._name}-action",
            budget_name=self.budget_name,
            action_type="APPLY_IAM_POLICY",
            approval_model="AUTOMATIC",
            notification_type="ACTUAL",
            action_threshold={"action_threshold_type": "PERCENTAGE", "action_threshold_value": 100},
            definition={
                "iam_action_definition": {
                    "policy_arn": denied.arn,
                    "roles": [pulumi.Output.from_input(role_arn).apply(lambda arn: arn.rpartition("/")[2])],
                }
            },
            execution_role_arn=executing.arn,
            subscribers=[{"subscription_type": "EMAIL", "address": address} for address in self._args.emails],
            # Before its policy the role may not do what the action asks of it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )


def _expression(tag: str, value: str) -> dict[str, object]:
    """With all of its fields, as AWS gives it back: one that lacks some would differ, and replace the monitor."""
    empty = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))
    return {**empty, "Tags": {"Key": tag, "MatchOptions": None, "Values": [value]}}
