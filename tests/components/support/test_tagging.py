"""Every AWS resource carries the stack's tags, and its own win."""

from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_awsx as awsx
import pulumi_random as random

from components.support.tagging import tag_every_resource
from offline.engine import record
from offline.engine.recording import Recording


class Outer(pulumi.ComponentResource):
    """A component, as the stack's resources live in one."""

    def __init__(self, name: str) -> None:
        super().__init__("test:index:Outer", name)
        child = pulumi.ResourceOptions(parent=self)
        aws.sqs.Queue("inner", tags={"Team": "own", "Purpose": "queue"}, opts=child)


@cache
def tagged() -> Recording:
    def program() -> None:
        tag_every_resource({"Team": "platform", "CostCenter": "42"}, "stack")
        role = aws.iam.Role("plain", assume_role_policy="{}")
        aws.sqs.Queue("late", tags=role.arn.apply(lambda arn: {"Role": arn}))
        aws.iam.RolePolicy("untaggable", role=role.name, policy="{}")
        random.RandomId("foreign", byte_length=3)
        awsx.ec2.Vpc("vpc")
        Outer("outer")

    return record(program, stack="prod")


def tags_of(name: str) -> dict[str, Any]:
    [found] = [resource for resource in tagged().resources if resource.name == name]
    tags = found.inputs["tags"]
    assert isinstance(tags, dict)
    return tags


def test_a_resource_without_tags_gets_the_stacks_and_its_name() -> None:
    assert tags_of("plain") == {
        "Team": "platform",
        "CostCenter": "42",
        "Project": "webui-bedrock",
        "Environment": "prod",
        "Name": "stack-plain",
    }


def test_a_tag_of_the_resource_itself_wins_inside_components_too() -> None:
    inner = tags_of("inner")
    assert (inner["Team"], inner["Purpose"], inner["Name"]) == ("own", "queue", "stack-inner")
    assert inner["CostCenter"] == "42"


def test_awsx_hands_the_tags_on_to_the_vpc_and_its_subnets() -> None:
    assert tags_of("vpc")["CostCenter"] == "42"


def test_tags_known_only_later_are_kept() -> None:
    assert tags_of("late")["Role"].startswith("arn:aws:iam::")
    assert tags_of("late")["Team"] == "platform"


def test_what_takes_no_tags_gets_none() -> None:
    untouched = [r for r in tagged().resources if r.name in {"untaggable", "foreign", "outer"}]
    assert [r.name for r in untouched if "tags" in r.inputs] == []
    assert len(untouched) == 3


def test_another_stack_in_the_same_process_is_not_tagged() -> None:
    tagged()
    assert "tags" not in record(lambda: aws.iam.Role("plain", assume_role_policy="{}")).resources[0].inputs
