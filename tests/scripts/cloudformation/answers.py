"""CloudFormation's own answers, in moto's place: which resources a stack lists, its state, exports and template."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSResponse

from tests.scripts.standins import listening

Body = dict[str, Any]


@dataclass
class OldStack:
    """What CloudFormation answers about one stack; tests change it."""

    name: str
    status: str = "UPDATE_COMPLETE"
    resources: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Logical id to type and physical id."""
    exports: dict[str, str] = field(default_factory=dict)
    retained: bool = False

    def add(self, logical_id: str, type_: str, physical_id: str) -> str:
        self.resources[logical_id] = (type_, physical_id)
        return physical_id

    def id(self, logical_id: str) -> str:
        return self.resources[logical_id][1]

    def answer(self, operation: str) -> Body:
        if operation == "DescribeStacks":
            outputs = [{"OutputKey": k, "OutputValue": v, "ExportName": k} for k, v in self.exports.items()]
            told = {"StackName": self.name, "StackStatus": self.status, "Outputs": outputs}
            parameters = [{"ParameterKey": "BedrockRegion", "ParameterValue": "made-up"}]
            return {"Stacks": [{**told, "Tags": [{"Key": "Team", "Value": "chat"}], "Parameters": parameters}]}
        if operation == "GetTemplate":
            keep = (
                "{DeletionPolicy: Retain, UpdateReplacePolicy: Retain, X: !Ref Y}" if self.retained else "{X: !Sub Z}"
            )
            return {"TemplateBody": "Resources:\n" + "".join(f"  {name}: {keep}\n" for name in self.resources)}
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": logical_id,
                    "ResourceType": type_,
                    "PhysicalResourceId": physical_id,
                    "ResourceStatus": "UPDATE_COMPLETE",
                }
                for logical_id, (type_, physical_id) in self.resources.items()
            ]
        }


@contextmanager
def cloudformation(stacks: dict[str, OldStack], calls: list[str]) -> Iterator[None]:
    """Answer in CloudFormation's place, and note the name of every AWS operation that is called."""

    def reply(model: Any, params: Body, **_: object) -> tuple[AWSResponse, Body]:
        name = params["body"]["StackName"].split("/")[1] if "/" in params["body"]["StackName"] else None
        stack = stacks.get(name or params["body"]["StackName"])
        if stack is None:
            error = {"Code": "ValidationError", "Message": "Stack with id nobody does not exist"}
            return AWSResponse("", 400, {}, None), {"Error": error, "ResponseMetadata": {}}
        return AWSResponse("", 200, {}, None), stack.answer(model.name)

    def note(model: Any, **_: object) -> None:
        calls.append(model.name)

    with ExitStack() as events:
        for operation in ("DescribeStacks", "ListStackResources", "GetTemplate"):
            events.enter_context(listening(f"before-call.cloudformation.{operation}", reply))
        events.enter_context(listening("before-parameter-build", note))
        yield
