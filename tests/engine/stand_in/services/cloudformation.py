"""CloudFormation, as far as a stack of exports goes, and of resources that are there already.

A template's resource says in its metadata which one it is: `PhysicalResourceId`. moto's CloudFormation makes resources,
but not those of the former template, and needs packages that nothing else here does.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.engine.stand_in.account import arn
from tests.engine.stand_in.rules import Params, answers, refuse, rule

GONE = "DELETE_COMPLETE"
_stacks: dict[str, dict[str, Any]] = {}
"""Stack id: what DescribeStacks tells of it, with its template under "TemplateBody"."""


def _find(name: str, *, deleted: bool = False) -> dict[str, Any] | None:
    """A stack by its id, or by its name while it is not deleted."""
    by_id = _stacks.get(name)
    if by_id and (deleted or by_id["StackStatus"] != GONE):
        return by_id
    return next((s for s in _stacks.values() if s["StackName"] == name and s["StackStatus"] != GONE), None)


def _known(params: Params, *, deleted: bool = False) -> dict[str, Any]:
    stack = _find(params["StackName"], deleted=deleted)
    if stack is None:
        refuse("ValidationError", f"Stack with id {params['StackName']} does not exist")
    return stack


def _outputs(template: str) -> list[dict[str, str]]:
    declared = json.loads(template).get("Outputs", {}).items()
    return [{"OutputKey": key, "OutputValue": o["Value"], "ExportName": o["Export"]["Name"]} for key, o in declared]


@rule("cloudformation", "CreateStack", source="api CreateStack: AlreadyExistsException")
def stack_is_new(params: Params) -> None:
    if _find(params["StackName"]):
        refuse("AlreadyExistsException", f"Stack [{params['StackName']}] already exists")


@rule("cloudformation", "CreateStack", "UpdateStack", source="guide Exports: a name is unique in an account and region")
def exports_are_new(params: Params) -> None:
    wanted = {output["ExportName"] for output in _outputs(params["TemplateBody"])}
    for stack in _stacks.values():
        others = {output["ExportName"] for output in stack["Outputs"]} if stack["StackStatus"] != GONE else set()
        if stack is not _find(params["StackName"]) and (taken := sorted(wanted & others)):
            refuse("ValidationError", f"Export with name {taken[0]} is already exported by stack {stack['StackName']}")


@rule("cloudformation", "UpdateStack", source="guide Updating stacks: no updates are to be performed")
def template_differs(params: Params) -> None:
    stack = _known(params)
    if stack["TemplateBody"] == params["TemplateBody"] and stack["Tags"] == params.get("Tags", []):
        refuse("ValidationError", "No updates are to be performed.")


@answers("cloudformation", "CreateStack")
def create(params: Params) -> dict[str, Any]:
    """Make a stack, at once."""
    stack_id = arn("cloudformation", f"stack/{params['StackName']}/{uuid.uuid4()}")
    now = datetime.now(UTC)
    _stacks[stack_id] = {"StackId": stack_id, "StackName": params["StackName"], "CreationTime": now}
    return _apply(_stacks[stack_id], params, "CREATE_COMPLETE")


@answers("cloudformation", "UpdateStack")
def update(params: Params) -> dict[str, Any]:
    """Change a stack, at once."""
    return _apply(_known(params), params, "UPDATE_COMPLETE")


def _apply(stack: dict[str, Any], params: Params, status: str) -> dict[str, Any]:
    template = params["TemplateBody"]
    stack |= {
        "TemplateBody": template,
        "Description": json.loads(template).get("Description"),
        "Outputs": _outputs(template),
        "Tags": params.get("Tags", []),
        "Capabilities": params.get("Capabilities", []),
        "Parameters": [],
        "NotificationARNs": [],
        "DisableRollback": False,
        "StackStatus": status,
    }
    return {"StackId": stack["StackId"]}


@answers("cloudformation", "DeleteStack")
def delete(params: Params) -> dict[str, Any]:
    """Delete a stack, at once; deleting what is gone is no error."""
    if stack := _find(params["StackName"]):
        stack["StackStatus"] = GONE
    return {}


@answers("cloudformation", "DescribeStacks")
def describe(params: Params) -> dict[str, Any]:
    """Describe one stack (deleted ones by their id only), or all."""
    if "StackName" in params:
        return {"Stacks": [_known(params, deleted=True)]}
    return {"Stacks": [stack for stack in _stacks.values() if stack["StackStatus"] != GONE]}


@answers("cloudformation", "ListStackResources")
def list_resources(params: Params) -> dict[str, Any]:
    """List what a stack owns."""
    stack = _known(params, deleted=True)
    owned = json.loads(stack["TemplateBody"]).get("Resources", {}).items()
    summaries = [
        {
            "LogicalResourceId": logical_id,
            "PhysicalResourceId": resource.get("Metadata", {}).get("PhysicalResourceId", logical_id),
            "ResourceType": resource["Type"],
            "ResourceStatus": stack["StackStatus"],
            "LastUpdatedTimestamp": stack["CreationTime"],
        }
        for logical_id, resource in owned
    ]
    return {"StackResourceSummaries": summaries}


@answers("cloudformation", "GetTemplate")
def template_of(params: Params) -> dict[str, Any]:
    """Tell a stack's template as it was given."""
    return {"TemplateBody": _known(params, deleted=True)["TemplateBody"], "StagesAvailable": ["Original"]}


@answers("cloudformation", "DescribeStackEvents")
def events(params: Params) -> dict[str, Any]:
    """Tell nothing of the past."""
    _known(params, deleted=True)
    return {"StackEvents": []}


@answers("cloudformation", "ListExports")
def list_exports(_: Params) -> dict[str, Any]:
    """List what all stacks export."""
    return {
        "Exports": [
            {"ExportingStackId": stack["StackId"], "Name": output["ExportName"], "Value": output["OutputValue"]}
            for stack in _stacks.values()
            if stack["StackStatus"] != GONE
            for output in stack["Outputs"]
        ]
    }


def live_stacks() -> list[str]:
    """The names of stacks that are not deleted."""
    return [stack["StackName"] for stack in _stacks.values() if stack["StackStatus"] != GONE]
