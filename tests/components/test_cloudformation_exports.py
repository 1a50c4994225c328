"""A CloudFormation stack that holds the old exports and nothing that costs anything."""

import json
from dataclasses import replace
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.cloudformation_exports import CloudFormationExports
from offline.engine import record
from tests.support.component_args import EXPORTS
from tests.support.component_recording import record_one
from tests.support.component_variants import recorded


def template(exports: dict[str, pulumi.Input[str]]) -> dict[str, Any]:
    args = replace(EXPORTS, exports=exports)
    body = record_one(CloudFormationExports, "exports", args).one(aws.cloudformation.Stack).inputs["templateBody"]
    parsed = json.loads(body)
    assert isinstance(parsed, dict)
    return parsed


def exported(found: dict[str, Any]) -> dict[str, str]:
    return {output["Export"]["Name"]: output["Value"] for output in found["Outputs"].values()}


def test_every_export_keeps_its_name_and_value() -> None:
    body = json.loads(recorded("exports").one(aws.cloudformation.Stack).inputs["templateBody"])
    assert exported(body) == {"a-alb-dns": "a", "b-alb-url": "http://b"}


def test_the_stack_has_the_name_that_was_asked_for() -> None:
    assert recorded("exports").one(aws.cloudformation.Stack).inputs["name"] == EXPORTS.stack_name


def test_the_template_has_the_one_resource_that_cloudformation_demands() -> None:
    body = template({"name": "value"})
    assert [found["Type"] for found in body["Resources"].values()] == ["AWS::CloudFormation::WaitConditionHandle"]


def test_logical_ids_are_alphanumeric_and_unique() -> None:
    names = [f"webui-bedrock-export-{number}" for number in range(12)]
    ids = list(template(dict.fromkeys(names, "value"))["Outputs"])
    assert len(ids) == len(names)
    assert [found for found in ids if not found.isalnum()] == []


@pytest.mark.parametrize("secret", [False, True])
def test_values_known_only_later_are_filled_in(*, secret: bool) -> None:
    def program() -> None:
        value = pulumi.Output.from_input("later")
        args = replace(EXPORTS, exports={"name": pulumi.Output.secret(value) if secret else value})
        CloudFormationExports("exports", args)

    stack = record(program).one(aws.cloudformation.Stack)
    assert exported(json.loads(stack.inputs["templateBody"])) == {"name": "later"}
    assert ("templateBody" in stack.secret_inputs) is secret


def test_the_order_of_the_exports_does_not_change_the_template() -> None:
    assert json.dumps(template({"a": "1", "b": "2"})) == json.dumps(template({"b": "2", "a": "1"}))
