"""The CloudFormation stack itself: whether it can be taken over, what it owns, what it exports. Read-only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from health.aws import Aws
from problems.command import lacking

SETTLED = {
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
}
"""States in which what CloudFormation lists is what it last had running."""

NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]*|arn:[^:]+:cloudformation:[^:]+:\d{12}:stack/.+")
"""CloudFormation: what `StackName` takes."""

REMEDIES = {
    "ROLLBACK_COMPLETE": "It was never created: delete the stack and deploy this program anew (make up).",
    "ROLLBACK_FAILED": "Its creation failed half-way: delete the stack and deploy this program anew (make up).",
    "CREATE_FAILED": "Its creation failed half-way: delete the stack and deploy this program anew (make up).",
    "UPDATE_ROLLBACK_FAILED": "Bring it to UPDATE_ROLLBACK_COMPLETE first: "
    "aws cloudformation continue-update-rollback --stack-name {name}",
    "DELETE_COMPLETE": "It was deleted; what it retained is no longer listed.",
    "DELETE_FAILED": "Its deletion has begun: finish it, or restore the stack, before anything is taken over.",
    "REVIEW_IN_PROGRESS": "It has a change set that was never executed, and no resources.",
}
WAIT = "CloudFormation is working on it: run this again when it has finished."


@dataclass(frozen=True, kw_only=True)
class CfnResource:
    """A resource as CloudFormation lists it."""

    logical_id: str
    """Its name in the template; in parentheses when the template does not own it."""
    type: str
    """`AWS::ECS::Service` and the like."""
    physical_id: str

    def __str__(self) -> str:
        return f"{self.logical_id} ({self.type}, {self.physical_id})"


@dataclass(frozen=True, kw_only=True)
class Export:
    """What a stack exports, and the output that says so."""

    key: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CfnStack:
    """A settled CloudFormation stack."""

    name: str
    account: str
    region: str
    status: str
    resources: tuple[CfnResource, ...]
    exports: dict[str, Export]
    """By export name."""
    tags: dict[str, str] = field(default_factory=dict)
    """What CloudFormation gives to everything that it owns."""
    parameters: tuple[str, ...] = ()
    """By name; their values stay with an update that says so."""


def read_stack(aws: Aws, name: str, account: str) -> CfnStack:
    """Read a stack by name or ARN. Raises MissingError when it is not there, not here, or not settled."""
    if not NAME.fullmatch(name):
        raise lacking(
            f"a CloudFormation stack's name or ARN instead of `{name}`",
            "Name one of `aws cloudformation list-stacks`: make import CFN_STACK=<name>",
        )
    _check_arn(name, account, aws.session.region_name)
    described = _describe(aws, name, account)
    status = str(described["StackStatus"])
    if status not in SETTLED:
        raise lacking(
            f"a settled CloudFormation stack: {described['StackName']} is in {status}",
            REMEDIES.get(status, WAIT).format(name=described["StackName"]),
        )
    return CfnStack(
        name=described["StackName"],
        account=account,
        region=aws.session.region_name,
        status=status,
        resources=tuple(_resources(aws, described["StackName"])),
        exports={
            output["ExportName"]: Export(key=output["OutputKey"], value=output["OutputValue"])
            for output in described.get("Outputs", [])
            if "ExportName" in output
        },
        tags={tag["Key"]: tag["Value"] for tag in described.get("Tags", [])},
        parameters=tuple(parameter["ParameterKey"] for parameter in described.get("Parameters", [])),
    )


def _check_arn(name: str, account: str, region: str) -> None:
    """The ARN of a stack says where it lives; a name says nothing."""
    if not name.startswith("arn:"):
        return
    place = name.split(":")[3:5]
    if place != [region, account]:
        raise lacking(
            f"credentials for account {place[1]} in {place[0]}: these are for {account} in {region}",
            "Set AWS_PROFILE and AWS_REGION to where the CloudFormation stack is.",
        )


def _describe(aws: Aws, name: str, account: str) -> dict[str, Any]:
    try:
        stacks = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in error.response["Error"]["Message"]:
            raise
        stacks = []
    if not stacks:
        raise lacking(
            f"a CloudFormation stack {name} in account {account}, {aws.session.region_name}",
            "Name one of `aws cloudformation list-stacks`; AWS_PROFILE and AWS_REGION say where to look.",
        )
    return dict(stacks[0])


def _resources(aws: Aws, name: str) -> Iterator[CfnResource]:
    for page in aws.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name):
        for entry in page["StackResourceSummaries"]:
            if entry["ResourceStatus"] != "DELETE_COMPLETE" and entry.get("PhysicalResourceId"):
                yield CfnResource(
                    logical_id=entry["LogicalResourceId"],
                    type=entry["ResourceType"],
                    physical_id=entry["PhysicalResourceId"],
                )
