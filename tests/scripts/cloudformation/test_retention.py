"""The report says which resources CloudFormation would still delete, and how its exports outlive them."""

from typing import Any

import pytest

from scripts.cloudformation.retention import exports_only, read_template
from scripts.cloudformation.stack import CfnStack, Export

KEEP = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
STACK = CfnStack(
    name="webui",
    account="123456789012",
    region="eu-west-1",
    status="UPDATE_COMPLETE",
    resources=(),
    exports={
        "webui-efs": Export(key="EFSFileSystemId", value="fs-1"),
        "webui-alb-dns": Export(key="LoadBalancerDNS", value="alb.example"),
    },
)


class Aws:
    """Answers the one call."""

    def __init__(self, body: object) -> None:
        self.body = body

    def client(self, _service: str) -> Any:
        return self

    def get_template(self, **_: str) -> dict[str, object]:
        return {"TemplateBody": self.body}


YAML = """
Resources:
  Kept:
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {Name: !Sub "${A}-b", Subnets: !Split [",", !Ref C], Tags: !If [X, {A: b}, !Ref "AWS::NoValue"]}
  OnlyOnDelete: {DeletionPolicy: Retain}
  Snapshotted: {DeletionPolicy: Snapshot, UpdateReplacePolicy: Retain}
  Bare: {Type: "AWS::ECS::Cluster"}
"""


@pytest.mark.parametrize(
    ("form", "body"),
    [("yaml", YAML), ("json", {"Resources": {"Kept": KEEP, "Bare": {}, "OnlyOnDelete": {"DeletionPolicy": "Retain"}}})],
)
def test_a_resource_is_kept_when_both_policies_say_so(form: str, body: object) -> None:
    found = read_template(Aws(body), STACK)  # type: ignore[arg-type]  # stands in for the one method used
    assert "Kept" not in found.not_retained
    assert {"Bare", "OnlyOnDelete"} <= set(found.not_retained)
    assert found.format == form


def test_the_shell_of_the_old_stack_exports_the_same_values_and_owns_nothing() -> None:
    template = exports_only(STACK)
    exports = {
        output["Export"]["Name"]: Export(key=key, value=output["Value"]) for key, output in template["Outputs"].items()
    }
    assert exports == STACK.exports
    assert {resource["Type"] for resource in template["Resources"].values()} == {
        "AWS::CloudFormation::WaitConditionHandle"
    }
