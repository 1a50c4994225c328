"""The old CloudFormation template's exports, kept alive for stacks that import them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.support.canonical_json import canonical_json


@dataclass(frozen=True, kw_only=True)
class CloudFormationExportsArgs:
    """What to export."""

    stack_name: str
    exports: Mapping[str, pulumi.Input[str]]
    """Export name to value; a name is unique in an account and region (CloudFormation)."""


class CloudFormationExports(pulumi.ComponentResource):
    """A CloudFormation stack of exports only, so that `Fn::ImportValue` elsewhere keeps working."""

    stack_id: pulumi.Output[str]

    def __init__(self, name: str, args: CloudFormationExportsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("webui-bedrock:migration:CloudFormationExports", name, None, opts)
        outputs = {
            "".join(word.capitalize() for word in export.split("-")): {"Value": value, "Export": {"Name": export}}
            for export, value in args.exports.items()
        }
        template = {
            "Description": "Exports of the former template; the resources behind them are Pulumi's",
            # CloudFormation refuses a template without resources; a wait condition handle is nothing but a URL.
            "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}},
            "Outputs": outputs,
        }
        stack = aws.cloudformation.Stack(
            f"{name}-stack",
            name=args.stack_name,
            template_body=canonical_json(template),
            # CloudFormation refuses a name that another stack still exports; what it leaves would bar the next try.
            on_failure="DELETE",
            # CloudFormation takes it when a stack is created; a stack that runs would be replaced for it.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["onFailure"]),
        )
        self.stack_id = stack.id
        self.register_outputs({"stack_id": self.stack_id})
